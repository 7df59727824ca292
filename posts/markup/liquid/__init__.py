"""Renders the Liquid in a body. What cannot be resolved is left out and reported.

python-liquid is behind `posts.markup.liquid.engine`, which only a body with braces imports.
"""

from __future__ import annotations

import re

from posts.markup.liquid.scope import LiquidScope
from posts.model import ReportProblem

_MOST_PROBLEMS = 20
_LEFT_OVER = re.compile(r"\{[{%]|[%}]\}")


def render_liquid(template: str, scope: LiquidScope, report: ReportProblem) -> str:
    """Return `template` with its Liquid rendered as Jekyll 4 does, within the limits of `posts.markup.liquid.engine`.

    What cannot be resolved is left out and reported with its line in the template, at most 20 times; the rest is
    rendered. Such are unknown or unclosed tags, unknown variables and filters, missing includes, and `now`.
    Never raises.
    """
    from posts.markup.liquid.engine import LiquidEngine
    from posts.markup.liquid.tags import JEKYLL_TAGS

    problems: dict[tuple[int, str], None] = {}

    def complain(place: int, message: str) -> None:
        problems[place, message] = None

    try:
        return LiquidEngine(scope, complain, JEKYLL_TAGS).render_template(template)
    except Exception as error:  # noqa: BLE001  (one bad post costs one post, whatever python-liquid trips over)
        complain(-1, f"all Liquid was removed: {getattr(error, 'message', '') or type(error).__name__}")
        return _LEFT_OVER.sub("", template)
    finally:
        for place, message in sorted(problems)[:_MOST_PROBLEMS]:
            report(template.count("\n", 0, place) + 1 if place >= 0 else 0, "liquid", message)
        if len(problems) > _MOST_PROBLEMS:
            report(0, "liquid", f"{len(problems) - _MOST_PROBLEMS} more Liquid problems")
