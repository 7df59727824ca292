"""Renders the Liquid in a body. What cannot be resolved is left out and reported.

python-liquid is behind `posts.markup.liquid.engine`, which only a body with braces imports.
"""

from __future__ import annotations

from collections.abc import Iterable

from posts.markup.holes import HOLE, keep_in_addresses
from posts.markup.liquid.scope import LiquidScope
from posts.model import ReportProblem
from posts.text import lazy_pattern, plain, shorten

_MOST_PROBLEMS = 20
_MOST_NAMES = 3
_LEFT_OVER = lazy_pattern(r"\{[{%]|[%}]\}")


def render_liquid(template: str, scope: LiquidScope, report: ReportProblem) -> str:
    """Return `template` with its Liquid rendered as Jekyll 4 does, within the limits of `posts.markup.liquid.engine`.

    What cannot be resolved is left out and reported with its line in the template, at most 20 times; the rest is
    rendered. Such are unknown or unclosed tags, unknown filters, missing includes, and `now`. All unknown variables are
    one report. Where something was left out is a hole (`posts.markup.holes`). Never raises.
    """
    from posts.markup.liquid.engine import LiquidEngine
    from posts.markup.liquid.tags import JEKYLL_TAGS

    template = template.replace(HOLE, "\ufffd")
    problems: dict[tuple[int, str], None] = {}

    def complain(place: int, message: str) -> None:
        problems[place, message] = None

    engine = LiquidEngine(scope, complain, JEKYLL_TAGS)
    try:
        return keep_in_addresses(engine.render_template(template))
    except Exception as error:  # noqa: BLE001  (one bad post costs one post, whatever python-liquid trips over)
        complain(-1, f"all Liquid was removed: {getattr(error, 'message', '') or type(error).__name__}")
        return _LEFT_OVER.sub("", template)
    finally:
        for message in engine.refused.values():
            report(0, "bad-data", shorten(plain(message), 300))
        unresolved = {
            one for one in engine.unresolved if not one[1].startswith(tuple(f"`{it}" for it in engine.refused))
        }
        if unresolved:
            complain(min(place for place, _ in unresolved), _undefined_message(unresolved))
        for place, message in sorted(problems)[:_MOST_PROBLEMS]:
            report(template.count("\n", 0, place) + 1 if place >= 0 else 0, "liquid", message)
        if len(problems) > _MOST_PROBLEMS:
            report(0, "liquid", f"{len(problems) - _MOST_PROBLEMS} more Liquid problems")


def _undefined_message(undefined: Iterable[tuple[int, str]]) -> str:
    """Return one message for all (place, message) of variables that are not defined."""
    found = sorted(undefined)
    if len(found) == 1:
        return found[0][1]
    names = list(dict.fromkeys(message.partition("` is undefined")[0].removeprefix("`") for _, message in found))
    shown = ", ".join(f"`{shorten(plain(name), 60)}`" for name in names[:_MOST_NAMES])
    return f"{len(found)} variables are undefined: {shown}{', …' if len(names) > _MOST_NAMES else ''}"
