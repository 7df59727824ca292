"""The Liquid in a body: what resolves is to_output, what does not is left out and named. Pure.

What takes python-liquid to do is in `posts/markup/liquid/engine.py`, which only a body with braces in it imports.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from posts.markup.holes import HOLE, keep_in_addresses
from posts.model import ReportProblem
from posts.text import plain, shorten

_MOST_PROBLEMS = 20
_MOST_NAMES = 3
_LEFT_OVER = re.compile(r"\{[{%]|[%}]\}")


def _nothing(_: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class LiquidScope:
    """What the Liquid of one post can see, and nothing else.

    `variables` are further values of `site`: the caller has taken out all that may be secret. `data` gives, as JSON,
    the values of a file of `site.data` by its path without a suffix, or `{"folder": [names]}` for a folder.

    `page` is its front matter with what Jekyll adds (`url`, `date` as an aware datetime, `categories`, …). `site` is
    looked at for `title`, `url`, `baseurl`, `description` and `author` alone: a configuration holds secrets.
    `include` gives the text of a file below `_includes` by its name, `include_relative` that of one beside the post,
    `link` the address of a file of the site, `post_url` that of a post (`2020-01-01-name`); None for what is not
    there. That nothing outside the site is read is their business.
    """

    page: Mapping[str, object] = field(default_factory=dict)
    site: Mapping[str, object] = field(default_factory=dict)
    variables: Mapping[str, object] = field(default_factory=dict)
    data: Callable[[str], str | None] = _nothing
    include: Callable[[str], str | None] = _nothing
    include_relative: Callable[[str], str | None] = _nothing
    link: Callable[[str], str | None] = _nothing
    post_url: Callable[[str], str | None] = _nothing


def render_liquid(template: str, scope: LiquidScope, report: ReportProblem) -> str:
    """`template` with its Liquid done, as Jekyll 4 does it, within limits (`posts/markup/liquid/engine.py`).

    Never raises. What cannot be resolved is left out and reported (line of the template, code `liquid`, message), at
    most 20 times, and the rest is rendered: tags that are unknown or not closed, unknown filters, includes that are not
    there, `now`. All unknown variables are one report. Where something was left out is a hole (`posts.markup.holes`).
    """
    from posts.markup.liquid.engine import LiquidEngine

    template = template.replace(HOLE, "\ufffd")
    problems: dict[tuple[int, str], None] = {}

    def complain(place: int, message: str) -> None:
        problems[place, message] = None

    engine = LiquidEngine(scope, complain)
    try:
        return keep_in_addresses(engine.render_template(template))
    except Exception as error:  # noqa: BLE001  (one bad post costs one post, whatever python-liquid trips over)
        complain(-1, f"all Liquid was removed: {getattr(error, 'message', '') or type(error).__name__}")
        return _LEFT_OVER.sub("", template)
    finally:
        if engine.unresolved:
            complain(min(place for place, _ in engine.unresolved), _undefined_message(engine.unresolved))
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
