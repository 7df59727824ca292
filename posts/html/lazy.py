"""Find the picture that is meant where a page loads it later: `data-src`, `data-srcset`, `data-original`. Pure.

A lazy loader (https://github.com/verlok/vanilla-lazyload, https://github.com/aFarkas/lazysizes) puts a placeholder
into `src`, and a script replaces it. Readers run no script.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping

from posts.html.embeds import is_public
from posts.html.urls import parse_srcset
from posts.text import lazy_pattern

SOURCES = (
    "data-src", "data-lazy-src", "data-lazyload", "data-lazy", "data-original", "data-original-src", "data-actualsrc",
    "data-echo", "data-canonical-src", "data-url",
    # Until a visitor agrees to load something from another site.
    "data-cmp-src", "data-cookieblock-src", "data-src-cmplz", "data-consent-src", "data-cookie-src", "data-blocked-src",
)  # fmt: skip
SETS = ("data-srcset", "data-lazy-srcset", "data-original-set", "data-original-srcset")
CUT_DATA = "data:,cut"  # what `posts.html.weight` leaves of a long address
_SMALL_DATA = 300  # characters: a placeholder, no picture

_LAZY_CLASS = lazy_pattern(r"(?:^|\s)(?:b-|js-)?lazy", re.IGNORECASE)
_PLACEHOLDER = lazy_pattern(
    r"(?:^|[/_-])(?:blank|spacer|pixel|transparent|placeholder|loading|loader|lazy(?:load)?|gr[ae]y|empty|clear|trans"
    r"|dot|1x1|1px|0)(?:[-_.]?\d{1,4}(?:x\d{1,4})?)?\.(?:gif|png|svg|webp|jpe?g)(?:[?#].*)?\Z",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST = 4_096


def is_placeholder(address: str) -> bool:
    """Return whether `address` is known for a picture that only holds a place: `data:`, `blank.gif`, `1x1.png`."""
    return address[:5].lower() == "data:" or (len(address) < _LONGEST and bool(_PLACEHOLDER.search(address)))


def is_lost(attributes: Mapping[str, str]) -> bool:
    """Return whether a picture without a usable address was one that somebody sees: `data:` and not tiny."""
    address = attributes.get("src", "").strip()
    return address[:5].lower() == "data:" and (len(address) > _SMALL_DATA or address == CUT_DATA)


def lazy_address(attributes: Mapping[str, str]) -> str:
    """Return the address that a script would load into a picture or frame, or ""."""
    src = attributes.get("src", "").strip()
    stand_in = not src or is_placeholder(src) or src == "about:blank"
    certain = stand_in or bool(_LAZY_CLASS.search(attributes.get("class", "")[:_LONGEST]))
    # Galleries keep the picture in full size in some of the others, beside one that is shown.
    names = SOURCES if certain else SOURCES[:2]
    wanted = (attributes.get(name, "").strip() for name in names)
    return next((address for address in wanted if _is_address(address)), "")


def lazy_srcset(attributes: Mapping[str, str]) -> str:
    """Return the candidates that a script would load into a picture or source, or ""."""
    return next((attributes[name] for name in SETS if name in attributes and usable_candidate(attributes[name])), "")


def usable_candidate(srcset: str) -> str:
    """Return the last address of `srcset` (as a rule the largest) that is no placeholder, or ""."""
    addresses = [address for address, _ in parse_srcset(srcset) if is_public(address)]
    usable = [address for address in addresses if not is_placeholder(address)]
    return usable[-1] if usable else ""


def picture_tag(name: str, attributes: Mapping[str, str], src: str, srcset: str) -> str:
    """Return the tag of a picture or source with other addresses; data attributes have done their work."""
    return f"<{name}{''.join(_attributes(attributes, src, srcset))}>"


def _attributes(attributes: Mapping[str, str], src: str, srcset: str) -> Iterator[str]:
    kept = {key: value for key, value in attributes.items() if not key.startswith("data-")}
    for key, value in {**kept, "src": src, "srcset": srcset}.items():
        if value or key not in ("src", "srcset"):
            yield f' {key}="{html.escape(value)}"'


def _is_address(address: str) -> bool:
    return 1 < len(address) < _LONGEST and not is_placeholder(address) and not re.search(r"[\s{}<>]", address)
