"""Split a post of Nikola into front matter and body, as Nikola does (`nikola/metadata_extractors.py`). Pure.

A post begins with lines `.. title: …` up to a blank line, in a comment in Markdown and HTML; or with YAML between lines
`---` or TOML between lines `+++`; or all of it is in a file with the suffix `.meta` beside the post.
"""

from __future__ import annotations

from posts.errors import PostError
from posts.frontmatter.decode import decode_text
from posts.frontmatter.split import MAX_FRONT_MATTER, ParsedFile, split_front_matter
from posts.model import ReportProblem
from posts.text import lazy_pattern

_LINE = lazy_pattern(r"\s*+\.\. ([^:\n]{1,200}+): ([^\n]*+)")
_FENCES = ("---\n", "+++\n")
_BLANK = "\n\n"


def split_nikola(data: bytes, report: ReportProblem, encoding: str) -> ParsedFile:
    """Return the front matter and the body of a post, or of a file of metadata, which has no body.

    Args:
        data: The bytes of the file.
        report: Called for problems that do not prevent publication.
        encoding: The encoding of files that are not UTF-8.

    Raises:
        PostError: The front matter cannot be read.
    """
    text = decode_text(data, report, encoding)
    if text.startswith(_FENCES):
        return split_front_matter(data, report, encoding)
    begin = len(text) - len(text.lstrip())
    end = text.find(_BLANK, begin)
    head = text[begin : end if end >= 0 else len(text)]
    if ".. " not in head[: MAX_FRONT_MATTER + 1]:
        return ParsedFile(text[begin:], text.count("\n", 0, begin) + 1)
    metadata: dict[str, str] = {}
    lines: dict[str, int] = {}
    for number, line in enumerate(head.split("\n"), text.count("\n", 0, begin) + 1):
        if match := _LINE.match(line):
            key = match[1].strip()
            if value := match[2].strip():
                metadata[key] = value
            lines[key] = number
    if not lines:
        return ParsedFile(text[begin:], text.count("\n", 0, begin) + 1)
    if len(head.encode("utf-8", "replace")) > MAX_FRONT_MATTER:
        message = f"front matter is longer than {MAX_FRONT_MATTER // 1024} KiB; move text to the body"
        raise PostError(1, "matter-too-large", message)
    start = len(text) if end < 0 else end + len(_BLANK)
    start += len(text[start:]) - len(text[start:].lstrip("\n"))
    return ParsedFile(text[start:], text.count("\n", 0, start) + 1, True, dict(metadata), lines)
