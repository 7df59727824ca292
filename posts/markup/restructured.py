"""Render reStructuredText with docutils. Owns `docutils`. Pure: nothing is read but the text.

Files, addresses and programs are never opened: `include` and `raw` with a file or address are refused, `raw` with HTML
in the body gives HTML like any other, which the sanitizer cleans. What docutils keeps for later documents (roles) is
set back after each document, so that no post depends on another one.

Imported with the first reStructuredText body, because docutils takes a tenth of a second.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from typing import Any

from docutils import nodes, utils
from docutils.core import publish_parts
from docutils.parsers.rst import Directive, directives, roles
from docutils.writers.html4css1 import HTMLTranslator, Writer

from posts.model import ReportProblem
from posts.text import lazy_pattern

_MOST_CHARACTERS = 256 * 1024
_MOST_LINES = 20_000
_MOST_EXPANSIONS = 10_000
_MOST_EFFORT = 10_000_000  # a few seconds
_FEW_MARKS = 1_000
_MARKS = "_`*|["
# The argument of a directive is not inline markup.
_LONG_WORD = lazy_pattern(r"^[ \t]*+\.\. (?:image|figure)::[ \t]*+\S++|(\S{1000,}+)", re.MULTILINE)
_OPENER = lazy_pattern(r"[^\w\s]")
_MOST_REPORTS = 20
_WARNING = 2
_SUBSTITUTION = lazy_pattern(r"^[ \t]*\.\. \|[^|\n]+\| replace::(.*(?:\n[ \t]+\S.*)*)", re.MULTILINE)
_REFERENCE = lazy_pattern(r"\|[^|\s][^|\n]*\|")
_BLANK_LINES = lazy_pattern(r"\n[ \t]*\n\s*")
_EXPLANATION = lazy_pattern(r"\s*+\(([^()]*+)\)\Z")
_TITLED = lazy_pattern(r"([^<>]++)<([^<>]++)>\s*+")
_MESSAGE = lazy_pattern(r"[^\n]*")

_SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "halt_level": 5,
    "report_level": 2,
    "input_encoding": "unicode",
    "output_encoding": "unicode",
    "doctitle_xform": False,
    "docinfo_xform": False,
    "sectsubtitle_xform": False,
    "initial_header_level": "2",
    "syntax_highlight": "none",
    "math_output": "LaTeX",
    "embed_stylesheet": False,
    "stylesheet_path": None,
    "cloak_email_addresses": False,
    "traceback": True,  # else docutils prints what it cannot read and ends the process
    "_disable_config": True,
    "line_length_limit": _MOST_CHARACTERS,
    "datestamp": None,
    "generator": False,
    "source_link": False,
    "smart_quotes": False,
}


def render_rest(text: str, report: ReportProblem) -> str:
    """Return the HTML of a reStructuredText body, not sanitized yet. Nothing is raised.

    Args:
        text: The body without its title and its fields.
        report: Called with (line of the body from 1 or 0, code, message) for mistakes.
    """
    is_large = len(text) > _MOST_CHARACTERS or text.count("\n") > _MOST_LINES
    if is_large or _expansions(text) > _MOST_EXPANSIONS or _effort(text) > _MOST_EFFORT:
        report(0, "dense-markup", "reStructuredText that takes too long to read: shown as plain text")
        return _paragraphs(text)
    found: list[tuple[int, str]] = []
    known = dict(roles._roles)  # noqa: SLF001 # docutils keeps the roles that a document defines
    default = known.pop("", None)
    try:
        writer = Writer()
        writer.translator_class = _Translator
        parts = publish_parts(
            text, source_path="", writer=writer, settings_overrides=_SETTINGS | {"warning_stream": _Stream(found)}
        )
    except (Exception, RecursionError) as error:  # hostile input may break docutils in any way
        if isinstance(error, MemoryError):
            raise
        report(0, "rest", f"docutils cannot read the body ({type(error).__name__}): shown as plain text")
        return _paragraphs(text)
    finally:
        roles._roles.clear()  # noqa: SLF001
        roles._roles.update(known)  # noqa: SLF001
        if default is not None:
            roles._roles[""] = default  # noqa: SLF001
    for line, message in found[:_MOST_REPORTS]:
        report(line, "rest", f"{message}; correct it")
    return str(parts["body"])


def _expansions(text: str) -> int:
    """Return an upper bound of the references that substitutions in each other expand to."""
    bound = 1
    for match in _SUBSTITUTION.finditer(text):
        bound *= 1 + len(_REFERENCE.findall(match[1]))
        if bound > _MOST_EXPANSIONS:
            break
    return bound


def _effort(text: str) -> int:
    """Return how long docutils reads inline markup: the time is quadratic in the marks of a paragraph.

    It is also quadratic in the punctuation of a long word: an address of mail may begin behind each.
    """
    effort = sum(len(word) * len(_OPENER.findall(word)) for word in _LONG_WORD.findall(text))
    if sum(map(text.count, _MARKS)) < _FEW_MARKS:
        return effort
    return effort + sum(sum(map(block.count, _MARKS)) ** 2 for block in _BLANK_LINES.split(text))


def _paragraphs(text: str) -> str:
    escaped = html.escape(text.strip(), quote=False)
    return "".join([f"<p>{part}</p>\n" for part in _BLANK_LINES.split(escaped) if part])


class _Stream:
    """Take the messages of docutils."""

    def __init__(self, found: list[tuple[int, str]]) -> None:
        self.found = found

    def write(self, text: str) -> None:
        """Ignore the text: messages are taken from the document (`_Translator`)."""


class _Translator(HTMLTranslator):  # type: ignore[misc] # docutils has no types
    """Write HTML as Pelican does: every picture has an `alt`, abbreviations have their explanations."""

    def __init__(self, document: nodes.document) -> None:
        super().__init__(document)
        stream = document.settings.warning_stream
        if isinstance(stream, _Stream):
            messages = (*document.findall(nodes.system_message), *document.parse_messages, *document.transform_messages)
            found = [(int(one.get("line") or 0), _first_line(one)) for one in messages if one["level"] >= _WARNING]
            stream.found += dict.fromkeys(found)

    def visit_section(self, node: nodes.Element) -> None:
        if "system-messages" in node["classes"]:  # they are reported
            raise nodes.SkipNode
        super().visit_section(node)

    def visit_abbreviation(self, node: nodes.Element) -> None:
        attributes = {"title": node["explanation"]} if node.hasattr("explanation") else {}
        self.body.append(self.starttag(node, "abbr", "", **attributes))

    def depart_abbreviation(self, _node: nodes.Element) -> None:
        self.body.append("</abbr>")

    def visit_image(self, node: nodes.Element) -> None:
        node["alt"] = node.get("alt", "")
        for key in ("scale", "loading"):  # these open the file
            node.attributes.pop(key, None)
        super().visit_image(node)

    def visit_system_message(self, node: nodes.Element) -> None:
        """Show what docutils could not read, without its message, which is reported."""
        for block in node.findall(nodes.literal_block):
            self.body.append(f"<pre>{html.escape(block.astext(), quote=False)}</pre>\n")
        raise nodes.SkipNode

    def visit_problematic(self, node: nodes.Element) -> None:
        """Show what could not be read as it is written, without a link to a message."""
        self.body.append(html.escape(node.astext(), quote=False))
        raise nodes.SkipNode


def _first_line(message: nodes.Element) -> str:
    match = _MESSAGE.match(message.astext().partition(") ")[2] or message.astext())
    return (match[0] if match else "").rstrip(". ")[:200]


class _Code(Directive):  # type: ignore[misc] # docutils has no types
    """Show code: `code-block` and `sourcecode`, as Pelican, Nikola and Sphinx have them, with any options."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True

    class _AnyOption(dict[str, Callable[[str | None], str]]):
        def __getitem__(self, _name: str) -> Callable[[str | None], str]:
            return lambda value: value or ""

    option_spec = _AnyOption()

    def run(self) -> Sequence[nodes.Node]:
        language = self.arguments[0].split()[0] if self.arguments else ""
        text = "\n".join(self.content)
        return [nodes.literal_block(text, text, classes=["code", f"language-{language}"] if language else ["code"])]


class _Raw(Directive):  # type: ignore[misc] # docutils has no types
    """Insert HTML that is in the body, which the sanitizer cleans; never that of a file or address."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec = {"file": directives.unchanged, "url": directives.unchanged, "class": directives.unchanged}  # noqa: RUF012
    has_content = True

    def run(self) -> Sequence[nodes.Node]:
        if "html" not in self.arguments[0].lower().split():
            return []
        if not self.content or self.options.keys() & {"file", "url"}:
            raise self.warning("raw HTML of a file or address is not read; write it into the body")
        return [nodes.raw("", "\n".join(self.content), format="html")]


class _Nothing(Directive):  # type: ignore[misc] # docutils has no types
    """Show nothing: the current date, which differs from run to run, and what marks the end of an excerpt."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> Sequence[nodes.Node]:
        return []


class _Video(Directive):  # type: ignore[misc] # docutils has no types
    """Link to a video: `youtube` and `vimeo` of Nikola and of Pelican's plugins."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec = _Code._AnyOption()  # noqa: SLF001 # of this module
    has_content = True
    pages = {  # noqa: RUF012 # never modified
        "youtube": "https://www.youtube.com/watch?v={}",
        "vimeo": "https://vimeo.com/{}",
    }

    def run(self) -> Sequence[nodes.Node]:
        address = self.pages[self.name].format(self.arguments[0].split()[0])
        return [nodes.paragraph("", "", nodes.reference("", address, refuri=address))]


def _abbreviation(
    _role: str, _raw: str, text: str, _line: int, _inliner: Any, _options: Any = None, _content: Any = None
) -> tuple[list[nodes.Node], list[nodes.Node]]:
    """Return an abbreviation with its explanation, written as `HTML (HyperText Markup Language)`."""
    text = utils.unescape(text)
    match = _EXPLANATION.search(text)
    if not match:
        return [nodes.abbreviation(text, text)], []
    short = text[: match.start()]
    return [nodes.abbreviation(short, short, explanation=match[1])], []


def _document(
    _role: str, _raw: str, text: str, _line: int, _inliner: Any, _options: Any = None, _content: Any = None
) -> tuple[list[nodes.Node], list[nodes.Node]]:
    """Return a link to a post by its slug, written as `slug` or `text <slug>`, as in Nikola."""
    match = _TITLED.fullmatch(utils.unescape(text))
    title, slug = (match[1], match[2]) if match else (text, text)
    return [nodes.reference("", title.strip(), refuri=f"link://slug/{slug.strip()}")], []


for _name in ("code-block", "sourcecode", "code"):
    directives.register_directive(_name, _Code)
for _name in _Video.pages:
    directives.register_directive(_name, _Video)
directives.register_directive("raw", _Raw)
directives.register_directive("date", _Nothing)
roles.register_local_role("abbr", _abbreviation)
roles.register_local_role("doc", _document)
