"""Character references to characters, however long they are written. Pure."""

from __future__ import annotations

import html
import re

# A character has at most seven digits; Python refuses to read a number of more than 4,300, leading zeros and all.
_LONG = re.compile(r"&#(?:[xX][0-9a-fA-F]{9,}+|[0-9]{9,}+);?")


def unescape(text: str) -> str:
    """`text` with its references decoded (HTML, 13.2.5.72 to 13.2.5.80); U+FFFD for what is no character."""
    return html.unescape(_LONG.sub(_short, text) if "&#" in text else text)


def _short(reference: re.Match[str]) -> str:
    sign = "x" if reference[0][2] in "xX" else ""
    digits = reference[0][2:].strip("xX;").lstrip("0")
    return f"&#{sign}{digits or 0};" if len(digits) < 9 else "\ufffd"
