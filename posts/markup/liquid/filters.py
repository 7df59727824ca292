"""The filters of Jekyll's Liquid: python-liquid's and Jekyll's own, each within limits. No clock, no locale. Pure."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache, wraps
from typing import Any
from urllib.parse import quote, quote_plus

from liquid import Environment
from liquid.exceptions import FilterError
from liquid.undefined import is_undefined

from posts.frontmatter import dates
from posts.markup.liquid.scope import LiquidScope
from posts.markup.liquid.strftime import ruby_strftime
from posts.text import lazy_pattern, unescape

Filter = Callable[..., Any]

_LONGEST = 1 << 20  # characters of a text
_MOST = 1_000  # items of a list
_ENDLESS = 200_000  # values in values: more than there are steps for
_LARGEST_BITS = 128  # of a whole number

_STANDARD = (
    "abs append at_least at_most capitalize ceil compact concat default divided_by downcase escape first "
    "floor join last lstrip map minus modulo newline_to_br plus prepend remove remove_first replace replace_first "
    "reverse round rstrip size slice sort sort_natural split strip strip_newlines times truncate truncatewords upcase "
    "url_decode url_encode"
).split()

_MARKUP = lazy_pattern(r"<[^<>]*>")
_NO_WORD = lazy_pattern(r"[\W_]+")
_SCHEME = lazy_pattern(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ADDRESS = "/%:?#[]@!$&'()*+,;=~"


def filter_table(scope: LiquidScope, spend: Callable[[int], None]) -> dict[str, Filter]:
    """Return every filter by its name. `spend` is called with the cost of each call, and may raise."""
    home, base = (str(scope.site.get(key) or "").rstrip("/") for key in ("url", "baseurl"))

    def markdownify(value: object) -> str:
        return scope.markdownify(to_output(value))

    def relative_url(value: object) -> str:
        address = to_output(value)
        if _SCHEME.match(address):
            return address
        return quote(
            "".join(part if part.startswith("/") else f"/{part}" for part in (base, address) if part), _ADDRESS
        )

    def absolute_url(value: object) -> str:
        address = relative_url(value)
        return address if _SCHEME.match(address) else quote(home, _ADDRESS) + address

    own = _OWN | {"relative_url": relative_url, "absolute_url": absolute_url, "markdownify": markdownify}
    return {name: _limited(name, one, spend) for name, one in (_standard() | own).items()}


def to_output(value: object) -> str:
    """Return the text that an output shows of `value`. Raises FilterError for a mapping, which has none."""
    match value:
        case str():
            return value
        case bool():
            text = str(value).lower()
        case datetime():
            text = ruby_strftime(value, "%Y-%m-%d %H:%M:%S %z")
        case list() | tuple():
            text = "".join(map(to_output, value))
        case range():
            text = f"{value.start}..{value.stop - 1}"
        case Mapping() if not is_undefined(value):
            raise FilterError("a table of values has no text; name one of its keys", token=None)
        case _:
            text = "" if value is None or is_undefined(value) else str(value)
    return text


def value_cost(value: object) -> int:
    """Return the cost, in steps, of reading or storing the whole `value`; repeated parts count each time."""
    if isinstance(value, str):
        return len(value) >> 10
    if not isinstance(value, list | tuple | dict):
        return 0
    characters = count = 0
    inside: list[object] = [value]
    while inside and count < _ENDLESS:
        one = inside.pop()
        if isinstance(one, str):
            characters += len(one)
        elif isinstance(one, list | tuple | dict):
            count += len(one)
            inside.extend(one.values() if isinstance(one, dict) else one)
    return (characters >> 10) + (count >> 4)


def _limited(name: str, function: Filter, spend: Callable[[int], None]) -> Filter:
    @wraps(function)  # and with it python-liquid's notes on what the filter wants to be given
    def limited(*values: Any, **options: Any) -> Any:
        spend(1 + sum(map(_measured, values)) + _own_price(name, values))
        if _growth(name, values) > _LONGEST:
            raise FilterError(f"{name}: it makes more than {_LONGEST:,} characters", token=None)
        result = function(*values, **options)
        _measured(result)
        return result

    return limited


def _measured(value: object) -> int:
    if isinstance(value, range):
        raise FilterError("ranges are only allowed in `for`", token=None)
    if isinstance(value, int) and value.bit_length() > _LARGEST_BITS:
        raise FilterError("a number of more than 38 digits", token=None)
    if isinstance(value, str) and len(value) > _LONGEST:
        raise FilterError(f"a text of more than {_LONGEST:,} characters", token=None)
    if isinstance(value, list | tuple) and len(value) > _MOST:
        raise FilterError(f"a list of more than {_MOST:,} items", token=None)
    # The slowest filters take 100 nanoseconds a character.
    return len(value) >> 8 if isinstance(value, str) else 2 * value_cost(value)


def _own_price(name: str, values: Sequence[Any]) -> int:
    """Return the cost of a filter that does more than read a text once."""
    if name.startswith("date"):  # to parse one, and to write each directive
        return 10 + (values[1].count("%") if len(values) > 1 and isinstance(values[1], str) else 5)
    if name == "markdownify":
        return 10 + (len(values[0]) >> 5 if isinstance(values[0], str) else 2 * value_cost(values[0]))
    return 0


def _growth(name: str, values: Sequence[Any]) -> int:
    """Return the length of the result of filters whose result can be many times longer than their input."""
    if name == "replace" and len(values) > 2:
        text, old, new = map(str, values[:3])
        return len(text) + text.count(old) * len(new)
    if name in ("join", "array_to_sentence_string") and isinstance(values[0], list | tuple):
        joint = len(str(values[1])) if len(values) > 1 else 5
        return sum(len(one) if isinstance(one, str) else 100 for one in values[0]) + joint * len(values[0])
    return 0


@lru_cache(maxsize=1)
def _standard() -> dict[str, Filter]:
    filters = Environment().filters
    return {name: filters[name] for name in _STANDARD}


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    written = to_output(value).strip() if not isinstance(value, date) else value.isoformat()
    if written in ("now", "today"):
        raise FilterError(f"`{written}` would change a feed with every run", token=None)
    try:
        return dates.parse_date(written, dates.Zones()).at
    except dates.DateError as error:
        raise FilterError(str(error), token=None) from error


def _dated(form: str) -> Filter:
    return lambda value: ruby_strftime(_moment(value), form) if value else ""


def _date(value: object, form: object = None) -> str:
    if not value:
        return ""
    return ruby_strftime(_moment(value), form) if isinstance(form, str) and form else to_output(value)


def _sentence(values: object, connector: str = "and") -> str:
    words = [to_output(one) for one in values] if isinstance(values, list | tuple) else [to_output(values)]
    if len(words) > 2:
        return f"{', '.join(words[:-1])}, {connector} {words[-1]}"
    return f" {connector} ".join(words)


def _jsonify(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=to_output)


def _unique(values: object) -> object:
    return (
        list({to_output(one): one for one in reversed(values)}.values())[::-1] if isinstance(values, list) else values
    )


def _where(values: object, key: object, *wanted: object) -> object:
    """Filter as Jekyll's `where`: values are compared as shown, so that `2.4` in a data file equals "2.4"."""
    items = list(values.values()) if isinstance(values, Mapping) else values
    if not isinstance(items, list | tuple):
        return values
    kept = []
    for item in items:
        value: Any = item
        for name in to_output(key).split("."):
            value = value.get(name) if isinstance(value, Mapping) and not is_undefined(value) else None
        if _agrees(value, *wanted):
            kept.append(item)
    return kept


def _agrees(value: object, *wanted: object) -> bool:
    if not wanted or is_undefined(wanted[0]):
        return value is not None and value is not False
    if isinstance(value, list | tuple):
        return to_output(wanted[0]) in [to_output(one) for one in value if not isinstance(one, Mapping)]
    return value is not None and not isinstance(value, Mapping) and to_output(value) == to_output(wanted[0])


_OWN: dict[str, Filter] = {
    "array_to_sentence_string": _sentence,
    "cgi_escape": lambda value: quote_plus(to_output(value)),
    "date": _date,
    "date_to_long_string": _dated("%d %B %Y"),
    "date_to_rfc822": _dated("%a, %d %b %Y %H:%M:%S %z"),
    "date_to_string": _dated("%d %b %Y"),
    "date_to_xmlschema": _dated("%Y-%m-%dT%H:%M:%S%:z"),
    "escape_once": lambda value: html.escape(unescape(to_output(value))),
    "jsonify": _jsonify,
    "normalize_whitespace": lambda value: " ".join(to_output(value).split()),
    "number_of_words": lambda value: len(to_output(value).split()),
    "slugify": lambda value: _NO_WORD.sub("-", to_output(value)).strip("-").lower(),
    "strip_html": lambda value: _MARKUP.sub("", to_output(value)),
    "strip_index": lambda value: re.sub(r"/index\.html?$", "/", to_output(value)),
    "uniq": _unique,
    "uri_escape": lambda value: quote(to_output(value), _ADDRESS),
    "where": _where,
    "xml_escape": lambda value: html.escape(to_output(value)),
}
