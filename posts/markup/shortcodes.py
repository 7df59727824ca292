"""Remove Hugo's shortcodes from a body: `{{< figure src="a.png" >}}`, `{{% note %}}…{{% /note %}}`. Pure."""

from __future__ import annotations

import re

from posts.model import ReportProblem

_EDGES = re.compile(r"\{\{(?P<open>[<%])|(?P<close>[>%])\}\}")
_PAIRS = {"<": ">", "%": "%"}
_CALL = re.compile(r"\s*/?\s*([A-Za-z][\w./-]*)")
_SHOWN = re.compile(r"/\*(.*)\*/", re.DOTALL)


def strip_shortcodes(text: str, report: ReportProblem) -> str:
    """Remove shortcodes from `text` (https://gohugo.io/content-management/shortcodes/), reported once, by name.

    Text between a pair stays. An escaped shortcode, `{{</* x */>}}`, is shown as `{{< x >}}`.
    """
    pieces: list[str] = []
    names: dict[str, None] = {}
    done = first = 0
    opening: re.Match[str] | None = None
    for edge in _EDGES.finditer(text):
        if edge["open"]:
            opening = edge
        elif opening and _PAIRS[opening["open"]] == edge["close"]:
            inside = text[opening.end() : edge.start()]
            shown, call = _SHOWN.fullmatch(inside), _CALL.match(inside)
            if shown or call:
                pieces.append(text[done : opening.start()])
                done = edge.end()
            if shown:
                pieces.append(f"{opening[0]}{shown[1]}{edge[0]}")
            elif call:
                first = first or text.count("\n", 0, opening.start()) + 1
                names[call[1]] = None
            opening = None
    if names:
        report(first, "shortcode", f"Hugo shortcodes were removed: {', '.join(sorted(names)[:10])}")
    return "".join(pieces) + text[done:]
