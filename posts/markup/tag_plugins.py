"""Replace the tag plugins of Hexo and Octopress in a body by what they stand for. Pure, linear.

`{% codeblock lang:js A title %}` becomes code, `{% blockquote author, source %}` a quote, `{% youtube id %}` a link.
https://hexo.io/docs/tag-plugins, http://octopress.org/docs/plugins/.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from msgspec import Struct, field

from posts.html.embeds import link
from posts.markup.embeds import EMBED_TAGS, apart, code_html, embed_html, parse_arguments
from posts.model import ReportProblem
from posts.text import lazy_pattern

_TOKEN = lazy_pattern(
    r"^ {0,3}(?P<fence>`{3,}+|~{3,}+)[^\n]*+"
    r"|(?P<ticks>`++)"
    r"|\{%-?[ \t]*+(?P<name>[A-Za-z][\w-]{0,40}+)(?P<words>(?:[^%{\n]|%(?!\})|\{(?!%)){0,1000}+)%\}",
    re.MULTILINE,
)
_INDENT = lazy_pattern(r"(?: {4}|\t)")
_CODE = frozenset(("code", "codeblock", "highlight"))
_QUOTES = frozenset(("blockquote", "centerquote", "cq", "pullquote", "quote"))
_INLINE = frozenset(("asset_link", "asset_path", "link", "post_link", "post_path"))
# Boxes around text that is shown in any case, and the words behind their names that only style them.
_BOXES = frozenset(("alert", "callout", "note", "notel", "tabs"))
_STYLES = frozenset(
    "blue danger default disabled flat green icon info modern no-icon orange pink primary purple red simple success "
    "tip warn warning".split()
)
# Tags of template languages, of which posts write as well: without a generator that runs them they are text.
_TEMPLATES = frozenset(
    "assign autoescape block call capture case comment cycle decrement do else elseif elsif elif embed extends filter "
    "for form if ifchanged import include include_relative increment layout load macro paginate post_url raw render "
    "schema section set static style trans unless url verbatim when with".split()
)
_OPTION = lazy_pattern(r"(?:^|\s)(?:diff|first_line|highlight|line_number|line_threshold|linenos|mark|start|wrap):\S*")
_LANGUAGE = lazy_pattern(r"(?:^|\s)lang:(\S{1,50})")
_ADDRESS = lazy_pattern(r"(?:^|\s)((?:https?:/)?/\S+)")
_PULLED = lazy_pattern(r"\{\"|\"\}")
_FULL_CITE = lazy_pattern(r"(?P<author>.*?)(?:^|\s)(?P<url>https?://\S+)(?:\s+(?P<title>.+))?\Z")
_DEEPEST = 5
_MOST_TAGS = 500  # in a body; more stay as they are written
_MOST_NAMES = 10


def replace_tags(text: str, report: ReportProblem, *, markdown: bool = True) -> str:
    """Replace the tags in `text` outside of code, for sites that Liquid is not rendered for.

    Quotes, code and embeds count where they stand alone on a line; `link` and the like anywhere. Other tags that stand
    alone on a line are removed and reported once, and what is between a pair stays. Tags of template languages
    (`{% if %}`) stay: they are what the post is about.

    Args:
        text: the body.
        report: called with (line, code, message).
        markdown: whether the body is Markdown, not HTML.
    """
    walk = TagWalk(markdown=markdown)
    result = walk.replaced(text, 0)
    if walk.lost:
        names = ", ".join(sorted(walk.lost)[:_MOST_NAMES])
        report(min(walk.lost.values()), "shortcode", f"tags that are not known were removed: {names}")
    return result


def replace_blocks(text: str, *, markdown: bool = True) -> str:
    """Replace the quotes and code blocks of Octopress in `text` by what Liquid knows, outside of `raw`."""
    return TagWalk(markdown=markdown, liquid=True).replaced(text, 0)


class TagWalk(Struct):
    """Walk through a body, or write the quotes and code blocks that another walk finds (`inner` goes on with these)."""

    markdown: bool
    liquid: bool = False
    inner: Callable[[str, int], str] | None = None
    lost: dict[str, int] = field(default_factory=dict)  # names, and their first lines
    room: int = _MOST_TAGS

    def replaced(self, text: str, depth: int, line: int = 1) -> str:
        """Return a part of the body that begins at `line`; `depth` counts the quotes around it."""
        out: list[str] = []
        place = start = 0  # up to where the text is written, and from where it is searched
        ends = Ends(text)
        while self.room > 0 and (token := _TOKEN.search(text, start)):
            start = token.end()
            if token["fence"] or token["ticks"]:
                start = start if self.liquid else end_of_code(text, token)
                continue
            self.room -= 1
            whole, name = _line_of(text, token), token["name"]
            if name in ("raw", "verbatim"):
                inside = ends.after(name, start)
                if inside and whole and not self.liquid and _line_of(text, inside):
                    out += text[place : token.start()], text[start : inside.start()].removeprefix("\n")
                    place = inside.end()
                start = inside.end() if inside else start
                continue
            if whole and name in (_CODE | _QUOTES) and (inside := ends.after(name, start)):
                if self.liquid and name in ("highlight", "code"):
                    start = inside.end()
                    continue
                body = text[start : inside.start()]
                shown = self.block(name, token["words"].strip("- "), body, depth, line + text.count("\n", 0, start))
                out += text[place : token.start()].rstrip(" \t"), shown
                place = start = inside.end()
                continue
            shown_tag = None if self.liquid else self._tag(token, text, ends, alone=whole, line=line)
            if shown_tag is not None:
                out += text[place : token.start()], shown_tag
                place = start
        return "".join(out) + text[place:]

    def block(self, name: str, words: str, body: str, depth: int, line: int = 1) -> str:
        """Return a quote or code block: Markdown of its own lines, or HTML."""
        if name in _CODE:
            return self._code(name, words, body)
        body = _PULLED.sub("", body) if name == "pullquote" else body
        go_on = self.inner or (lambda part, below: self.replaced(part, below, line) if depth < _DEEPEST else part)
        inner = go_on(body, depth + 1).strip("\r\n")
        cite = "" if name in ("pullquote", "cq", "centerquote") else _cite(words)
        if not self.markdown:
            footer = f"<footer>— {cite}</footer>" if cite else ""
            return f"<blockquote>{inner}{footer}</blockquote>"
        lines = [*inner.split("\n"), *(["", f"— {cite}"] if cite else [])]
        return "\n" + "\n".join(f"> {one}".rstrip() for one in lines) + "\n"

    def _code(self, name: str, words: str, body: str) -> str:
        words = _OPTION.sub("", words)
        found = _LANGUAGE.search(words)
        language, words = (found[1], _LANGUAGE.sub("", words, 1)) if found else ("", words)
        if name == "highlight" and not language:
            language, _, words = words.partition(" ")
        address = _ADDRESS.search(words)
        title = html.escape((words[: address.start()] if address else words).strip())
        if address:
            text = html.escape(words[address.end() :].strip() or ("link" if title else address[1]))
            title = f'{title} <a href="{html.escape(address[1])}">{text}</a>'.strip()
        if self.liquid:
            caption = f"<p>{title}</p>\n\n" if title else ""
            return f"{caption}{{% highlight {language or 'text'} %}}{body}{{% endhighlight %}}\n"
        code = code_html(language, body)
        return (f"<figure><figcaption>{title}</figcaption>{code}</figure>" if title else code) + "\n\n"

    def _tag(self, token: re.Match[str], text: str, ends: Ends, *, alone: bool, line: int) -> str | None:
        """Return what a tag stands for; None if it stays as it is written."""
        name, words = token["name"], token["words"].rstrip("- ").strip()
        if name in _INLINE and not _is_indented(text, token):
            return _INLINE_TAGS[name](words)
        if not alone:
            return None
        if name in EMBED_TAGS and (embed := embed_html(name, parse_arguments(words))):
            return apart(embed)
        base = name.removeprefix("end")
        if base in _TEMPLATES or (name in EMBED_TAGS and not words):
            return None
        if base != name:
            return "" if base in ends.opened else None
        ends.opened.add(name)
        return (
            box_title(words, styled=name != "tabs") if name in _BOXES else self._unknown(name, words, text, token, line)
        )

    def _unknown(self, name: str, words: str, text: str, token: re.Match[str], line: int) -> str:
        if embed := embed_html("embed", parse_arguments(words)):
            return apart(embed)
        self.lost.setdefault(name, line + text.count("\n", 0, token.start()))
        return ""


def box_title(words: str, *, styled: bool) -> str:
    """Return the title of a box around text, without the words that style it (`styled`); "" if it has none."""
    title = " ".join(word for word in words.split() if word not in _STYLES) if styled else ""
    return f"<p><strong>{html.escape(title)}</strong></p>\n\n" if title else ""


class Ends:
    """Find the ends of blocks, each of which is looked for in vain only once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.missing: set[str] = set()
        self.opened: set[str] = set()

    def after(self, name: str, place: int) -> re.Match[str] | None:
        """Return the end of the block `name` at or behind a place; None if there is none."""
        if name in self.missing:
            return None
        found = re.compile(rf"\{{%-?[ \t]*+end{name}[ \t]*+-?%\}}").search(self.text, place)
        if not found:
            self.missing.add(name)
        return found


def end_of_code(text: str, token: re.Match[str]) -> int:
    """Return where code ends that begins with a fence or with backticks; behind the token if it is not code."""
    if mark := token["fence"]:
        closing = re.compile(rf"^ {{0,3}}{re.escape(mark[0])}{{{len(mark)},}}[ \t]*$", re.MULTILINE)
        found = closing.search(text, token.end())
        return found.end() if found else len(text)
    ticks = token["ticks"]
    blank = text.find("\n\n", token.end(), token.end() + 10_000)
    limit = blank if blank >= 0 else min(len(text), token.end() + 10_000)
    found = re.compile(f"(?<!`){ticks}(?!`)").search(text, token.end(), limit) if len(ticks) < 100 else None
    return found.end() if found else token.end()


def _line_of(text: str, token: re.Match[str]) -> bool:
    """Return whether a tag stands alone on its line, and is not indented like code."""
    before = text[text.rfind("\n", 0, token.start()) + 1 : token.start()]
    end = text.find("\n", token.end())
    after = text[token.end() : end if end >= 0 else len(text)]
    return len(before) < 4 and not before.strip(" ") and not after.strip()


def _is_indented(text: str, token: re.Match[str]) -> bool:
    return bool(_INDENT.match(text, text.rfind("\n", 0, token.start()) + 1))


def _cite(words: str) -> str:
    """Return author and source of a quote as HTML: `author[, source] [address] [title of the address]`."""
    if found := _FULL_CITE.match(words):
        address = found["url"]
        title = found["title"] or re.sub(r"https?://(?:www\.)?", "", address).rstrip("/")
        linked = f'<cite><a href="{html.escape(address)}">{html.escape(title)}</a></cite>'
        author = found["author"].strip().rstrip(",")
        return f"{html.escape(author)}, {linked}" if author else linked
    author, comma, source = words.partition(",")
    shown = html.escape(author.strip())
    return f"{shown}, <cite>{html.escape(source.strip())}</cite>" if comma and source.strip() else shown


def _link(words: str) -> str | None:
    """`text address [external] [title]`; None for Jekyll's `link`, which has a file's path alone."""
    arguments = parse_arguments(words).words
    place = next((number for number, word in enumerate(arguments) if re.match(r"(?:https?:/)?/", word)), -1)
    if place < 0:
        return None
    return link(arguments[place], " ".join(arguments[:place]))


def _asset_link(words: str) -> str | None:
    arguments = parse_arguments(words).words
    if not arguments:
        return None
    return f'<a href="{html.escape(arguments[0])}">{_title(list(arguments)) or html.escape(arguments[0])}</a>'


def _post_link(words: str) -> str | None:
    arguments = parse_arguments(words).words
    return (_title(list(arguments)) or html.escape(arguments[0])) if arguments else None


def _title(arguments: list[str]) -> str:
    words = arguments[1:-1] if arguments[-1:] in (["true"], ["false"]) else arguments[1:]
    return html.escape(" ".join(words))


def _path(words: str) -> str | None:
    return html.escape(words) or None


_INLINE_TAGS: dict[str, Callable[[str], str | None]] = {
    "asset_link": _asset_link,
    "asset_path": _path,
    "link": _link,
    "post_link": _post_link,
    "post_path": _path,
}
