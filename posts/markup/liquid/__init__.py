"""The Liquid in a body: what resolves is to_output, what does not is left out and named. Pure.

What takes python-liquid to do is in `posts/markup/liquid/engine.py`, which only a body with braces in it imports.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from posts.model import ReportProblem

_MOST_PROBLEMS = 20
_LEFT_OVER = re.compile(r"\{[{%]|[%}]\}")


def _nothing(_: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class LiquidScope:
    """What the Liquid of one post can see, and nothing else.

    `page` is its front matter with what Jekyll adds (`url`, `date` as an aware datetime, `categories`, …). `site` is
    looked at for `title`, `url`, `baseurl`, `description` and `author` alone: a configuration holds secrets.
    `include` gives the text of a file below `_includes` by its name, `include_relative` that of one beside the post,
    `link` the address of a file of the site, `post_url` that of a post (`2020-01-01-name`); None for what is not
    there. That nothing outside the site is read is their business.
    """

    page: Mapping[str, object] = field(default_factory=dict)
    site: Mapping[str, object] = field(default_factory=dict)
    include: Callable[[str], str | None] = _nothing
    include_relative: Callable[[str], str | None] = _nothing
    link: Callable[[str], str | None] = _nothing
    post_url: Callable[[str], str | None] = _nothing


def render_liquid(template: str, scope: LiquidScope, report: ReportProblem) -> str:
    """`template` with its Liquid done, as Jekyll 4 does it, within limits (`posts/markup/liquid/engine.py`).

    Never raises. What cannot be resolved is left out and reported (line of the template, code `liquid`, message), at
    most 20 times, and the rest is rendered: tags that are unknown or not closed, unknown variables and filters,
    includes that are not there, `now`.
    """
    from posts.markup.liquid.engine import LiquidEngine

    problems: dict[tuple[int, str], None] = {}

    def complain(place: int, message: str) -> None:
        problems[place, message] = None

    try:
        return LiquidEngine(scope, complain).render_template(template)
    except Exception as error:  # noqa: BLE001  (one bad post costs one post, whatever python-liquid trips over)
        complain(-1, f"all Liquid was removed: {getattr(error, 'message', '') or type(error).__name__}")
        return _LEFT_OVER.sub("", template)
    finally:
        for place, message in sorted(problems)[:_MOST_PROBLEMS]:
            report(template.count("\n", 0, place) + 1 if place >= 0 else 0, "liquid", message)
        if len(problems) > _MOST_PROBLEMS:
            report(0, "liquid", f"{len(problems) - _MOST_PROBLEMS} more Liquid problems")
