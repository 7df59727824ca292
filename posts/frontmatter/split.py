"""Split a post file into front matter and body: fences, formats, limits.

Front matter is YAML between lines `---`, TOML between lines `+++`, a JSON object, or a metadata header of lines
`Title: …`. What looks like front matter never becomes body text: it is read, or the post is refused.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple, NoReturn

from msgspec import Struct, field

from posts.errors import PostError
from posts.frontmatter.decode import decode_exactly, decode_text
from posts.frontmatter.held_back import held_in_text
from posts.frontmatter.scalars import parse_plain_lines
from posts.model import ReportProblem
from posts.text import lazy_pattern, legal

MAX_FRONT_MATTER = 64 * 1024

# At most 1 MiB of a body is published. This is that much text with its front matter, in UTF-32.
_MOST_BYTES = 9 << 19

_OPENING = lazy_pattern(r"(?:[ \t]*+\n)*+(---|\+\+\+|;;;)[ \t]*+([A-Za-z0-9]*+)[ \t]*+\n")
_CLOSING = {
    "---": lazy_pattern(r"^(?:---|\.\.\.)[ \t]*$\n?", re.MULTILINE),
    "+++": lazy_pattern(r"^\+\+\+[ \t]*$\n?", re.MULTILINE),
    ";;;": lazy_pattern(r"^;;;[ \t]*$\n?", re.MULTILINE),
}
_JSON = lazy_pattern(r"\s*+(?=\{(?:\s*+\"|[ \t]*+\n\s*+['\w]))")
_TABS = lazy_pattern(r"^\t+", re.MULTILINE)
_BLANKS = lazy_pattern(r"[ \t\n]*+")

# The languages that may be named behind `---` (https://github.com/jonschlinkert/gray-matter), and Hexo's `;;;`.
_LANGUAGES = {
    **dict.fromkeys(("", "yaml", "yml"), "YAML"),
    **dict.fromkeys(("js", "javascript"), "JavaScript"),
    **dict.fromkeys(("coffee", "coffeescript", "cson"), "CoffeeScript"),
    "toml": "TOML",
    "json": "JSON",
    "json5": "JSON5",
    "hjson": "Hjson",
    "ini": "INI",
    "lua": "Lua",
    "edn": "EDN",
}


class ParsedFile(Struct):
    """A post file split into front matter and body.

    Attributes:
        body: The body.
        body_line: The line where the body begins.
        present: Whether the file has front matter.
        metadata: The front matter. Scalars are texts as written; keys with null are absent.
        lines: The line of each key of the top level.
        encoded: The body in UTF-8, if the file has it in this form.
    """

    body: str
    body_line: int = 1
    present: bool = False
    metadata: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    encoded: bytes | None = None

    def fold_keys(self, report: ReportProblem) -> None:
        """Convert the keys of the top level to lower case. Of keys that become equal, the last one is used."""
        if all(key == key.lower() for key in self.metadata):
            return
        folded: dict[str, Any] = {}
        for key, value in self.metadata.items():
            if folded.pop(key.lower(), None) is not None:
                message = f"duplicate key `{legal(key)}`, the last value is used; remove the other"
                report(self.lines.get(key, 0), "duplicate-key", message)
            folded[key.lower()] = value
        self.metadata = folded
        self.lines = {key.lower(): line for key, line in self.lines.items()}


class _FrontMatter(NamedTuple):
    """Front matter in a file.

    Attributes:
        language: Its language, for messages.
        head: Its text.
        first: The line where its text begins.
        end: Where the body begins.
        parsed: The values and their lines, if finding the end has already parsed them.
        error: The reason why it cannot be read.
    """

    language: str
    head: str
    first: int
    end: int
    parsed: tuple[dict[str, Any], dict[str, int]] | None = None
    error: PostError | None = None


def split_front_matter(
    data: bytes, report: ReportProblem, encoding: str = "utf-8", *, yaml_only: bool = False, tabs: bool = False
) -> ParsedFile:
    """Return the front matter and the body of a post.

    Args:
        data: The bytes of the file.
        report: Called for problems that do not prevent publication.
        encoding: The encoding of files that are not UTF-8; a byte order mark takes precedence.
        yaml_only: Whether the site generator reads only YAML, like Jekyll, so that other front matter is an error.
        tabs: Whether tabs may indent lines of YAML: each stands for two spaces, as in Hexo.

    Raises:
        PostError: The front matter is not closed, too large, nested too deep, or not a mapping.
    """
    is_whole = len(data) <= _MOST_BYTES
    data = _beginning(data)
    exact = decode_exactly(data)
    text = decode_text(data, report, encoding) if exact is None else exact
    found = _ordinary(text) or _fenced(text, is_whole=is_whole) or _json(text) or _header(text, report)
    if not found:
        return ParsedFile(text)
    try:
        if tabs and "\t" in found.head and found.language.startswith("YAML"):
            found = found._replace(head=_TABS.sub(lambda match: "  " * len(match[0]), found.head))
        metadata, lines = _metadata(found, report, yaml_only=yaml_only)
    except PostError as error:
        error.held = error.held or held_in_text(found.head)
        raise
    start = _behind_blank_lines(text, found.end)
    encoded = None if exact is None else data[len(text[:start].encode()) :]
    return ParsedFile(text[start:], text.count("\n", 0, start) + 1, True, metadata, lines, encoded)


def _beginning(data: bytes) -> bytes:
    """Return the part of a file that is read. It ends at the end of a line, so that it does not split a character."""
    if len(data) <= _MOST_BYTES:
        return data
    is_wide = b"\0" in data[:64]  # UTF-16 or UTF-32, where a byte is not a character
    return data[: _MOST_BYTES if is_wide else data.rfind(b"\n", 0, _MOST_BYTES) + 1 or _MOST_BYTES]


def _behind_blank_lines(text: str, start: int) -> int:
    """Return where the first line that is not blank begins, at or after `start`."""
    end = _BLANKS.match(text, start).end()  # type: ignore[union-attr] # matches the empty string
    return max(start, text.rfind("\n", start, end) + 1)


def _fenced(text: str, *, is_whole: bool) -> _FrontMatter | None:
    """Return front matter between two fences; None if the file does not begin with one."""
    opening = _OPENING.match(text, 0, MAX_FRONT_MATTER)
    if not opening:
        return None
    fence, word = opening[1], opening[2].lower()
    if word and (fence != "---" or word not in _LANGUAGES):
        return None
    language = {"---": _LANGUAGES[word], "+++": "TOML", ";;;": "JSON"}[fence]
    first = text.count("\n", 0, opening.end()) + 1
    furthest = opening.end() + MAX_FRONT_MATTER + 4  # the closing fence is not searched for beyond
    closing = _CLOSING[fence].search(text, opening.end(), furthest)
    head = text[opening.end() : closing.start() if closing else furthest]
    if not closing:
        if text.find(f"\n{fence}", furthest - 4) < 0 and is_whole:
            if fence == ";;;":
                return None
            message = f"front matter is not closed; end it with a line {fence}"
            unclosed = PostError(first - 1, "unclosed-fence", message)
            return _FrontMatter(language, head.partition("\n\n")[0], first, 0, error=unclosed)
        return _FrontMatter(language, head, first, 0, error=_too_large(first - 1))
    error = _too_large(first - 1) if _is_too_large(head) else None
    return _FrontMatter(language, f"{{{head}}}" if fence == ";;;" else head, first, closing.end(), error=error)


def _ordinary(text: str) -> _FrontMatter | None:
    """Return front matter between lines that are `---` and nothing else; None for other files, and for large ones.

    Nearly all files are like this, and searching for the fences as texts takes a fifth of the time of the patterns.
    """
    # A character has at most four bytes, so that the front matter cannot be too large.
    end = text.find("\n---\n", 3, MAX_FRONT_MATTER // 4) if text.startswith("---\n") else -1
    if end < 0:
        return None
    head = text[3:end]  # with the line break before its first line
    if "\n---" in head or "\n..." in head:  # may be the closing fence
        return None
    return _FrontMatter("YAML", text[4 : end + 1], 2, end + 5)


def _json(text: str) -> _FrontMatter | None:
    """Return front matter that is a JSON object; None if the file does not begin with one."""
    begins = _JSON.match(text, 0, MAX_FRONT_MATTER)
    if not begins:
        return None
    start = begins.end()
    first = text.count("\n", 0, start) + 1
    window = text[start : start + MAX_FRONT_MATTER + 1]
    try:
        from posts.frontmatter.formats import parse_json

        metadata, lines, end = parse_json(window, first)
    except PostError as error:
        cut = len(window) > MAX_FRONT_MATTER and error.code == "bad-json"
        head = window.partition("\n\n")[0]
        return _FrontMatter("JSON", head, first, 0, error=_too_large(first) if cut else error)
    large = _too_large(first) if _is_too_large(window[:end]) else None
    return _FrontMatter("JSON", window[:end], first, start + end, (metadata, lines), large)


def _header(text: str, report: ReportProblem) -> _FrontMatter | None:
    """Return the metadata header of a file; None if it does not begin with one."""
    from posts.frontmatter.headers import find_header

    header = find_header(text[: MAX_FRONT_MATTER + 1], report)
    if not header:
        return None
    error = _too_large(1) if _is_too_large(text[: header.end]) else None
    return _FrontMatter(header.name, header.text, 1, header.end, header.parsed, error)


def _is_too_large(head: str) -> bool:
    return len(head) * 4 > MAX_FRONT_MATTER and len(head.encode("utf-8", "replace")) > MAX_FRONT_MATTER


def _too_large(line: int) -> PostError:
    message = f"front matter is longer than {MAX_FRONT_MATTER // 1024} KiB; move text to the body"
    return PostError(line, "matter-too-large", message)


def _metadata(found: _FrontMatter, report: ReportProblem, *, yaml_only: bool) -> tuple[dict[str, Any], dict[str, int]]:
    """Return the front matter and the line of each key."""
    language, head, first = found.language, found.head, found.first
    if yaml_only and language != "YAML":
        # Jekyll shows it as text, which the author did not intend; and it may be what holds the post back.
        _refuse(first, f"front matter is {language}, which Jekyll does not read; write it as YAML between lines ---")
    if found.error:
        raise found.error
    if found.parsed:
        return found.parsed
    if language == "TOML":
        from posts.frontmatter.formats import parse_toml

        return parse_toml(head, first)
    if language == "JSON":
        from posts.frontmatter.formats import parse_json

        metadata, lines, _ = parse_json(head, first)
        return metadata, lines
    if not language.startswith("YAML"):
        _refuse(first, f"front matter is {language}, which is not read; write it as YAML, TOML or JSON")
    if first > 2:
        message = "front matter begins after blank lines, where Jekyll ignores it; remove the blank lines"
        report(first - 1, "late-fence", message)
    if plain := parse_plain_lines(head, first):
        return plain
    from posts.frontmatter.yaml_parser import YamlBuilder, parse_yaml

    builder = YamlBuilder(first, report)
    return parse_yaml(head, builder), builder.lines


def _refuse(line: int, message: str) -> NoReturn:
    raise PostError(line, "front-matter-format", message)
