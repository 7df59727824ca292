"""The table of traps: front matters, bodies of one unit, bodies of a shape, and one bad post of each kind."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MEBIBYTE = 1 << 20
MATTER_SECONDS, BODY_SECONDS = 0.050, 0.250
MEMORY = 64_000_000  # bytes
HEAD = "---\ntitle: Trap\n"


@dataclass(frozen=True, slots=True)
class Trap:
    """A file that is hard to read. `suffix` of the file; `seconds` that it may take."""

    name: str
    make: Callable[[], bytes]
    suffix: str = "md"
    seconds: float = BODY_SECONDS
    memory: float = math.inf


def filled(unit: str, size: int = MEBIBYTE) -> str:
    """`unit` over and over, up to `size` bytes."""
    return unit * (size // len(unit.encode()))


def counted(unit: str, size: int = MEBIBYTE) -> str:
    """`unit` with `#` replaced by 0, 1, 2, …, up to `size` bytes."""
    parts, length, number = [], 0, 0
    while length < size:
        parts.append(unit.replace("#", str(number)))
        length += len(parts[-1].encode())
        number += 1
    return "".join(parts[:-1])


def _matter(text: str) -> bytes:
    return f"{HEAD}{text}\n---\nx\n".encode()


def _nested_merges(levels: int, width: int) -> str:
    rows = ["a0: &a0 {x: 1}"]
    rows += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * width)}]}}" for n in range(1, levels)]
    return "\n".join(rows)


K64 = 65_000

MATTERS: dict[str, Callable[[], bytes]] = {
    "nested merge keys": lambda: _matter(_nested_merges(60, 60)),
    "merge keys without aliases": lambda: _matter(filled("<<: {a: b}\n", K64)),
    "merges in merges": lambda: _matter("a: " + "{<<: " * 15 + "{}" + "}" * 15),
    "a billion laughs": lambda: _matter("a: &a [x,x]\n" + "".join(f"b{n}: &b{n} [*a,*a]\n" for n in range(3000))),
    "brackets": lambda: _matter("a: " + "[" * K64),
    "braces": lambda: _matter("a: " + "{" * K64),
    "braces with keys": lambda: _matter("a: " + filled("{a: ", K64)),
    "nested lists in blocks": lambda: _matter("a:\n" + filled("- ", K64)),
    "explicit keys": lambda: _matter(filled("? ", K64)),
    "explicit keys in lines": lambda: _matter(filled("? a\n", K64)),
    "indents": lambda: _matter("\n".join(" " * n + "a:" for n in range(350))),
    "duplicate keys": lambda: _matter(filled("a: b\n", K64)),
    "different keys": lambda: _matter(counted("k#: v\n", K64)),
    "a key without an end": lambda: _matter("k" * K64),
    "many long keys": lambda: _matter(counted("k" * 1000 + "#: v\n", K64)),
    "quotes": lambda: _matter('a: "' + "\\u0041" * 10_000 + '"'),
    "an open quote": lambda: _matter('a: "' + filled("x\n", K64)),
    "escapes": lambda: _matter("a: '" + filled("''", K64) + "'"),
    "block scalars": lambda: _matter("a: |\n" + filled(" x\n", K64)),
    "folded scalars": lambda: _matter("a: >\n" + filled(" x\n\n", K64)),
    "comments": lambda: _matter(filled("# x\n", K64)),
    "commas": lambda: _matter("a: [" + "," * K64),
    "a list of thousands": lambda: _matter("tags: [" + counted("t#, ", K64) + "]"),
    "categories by thousands": lambda: _matter("categories: " + counted("c# ", K64)),
    "mappings by thousands": lambda: _matter("a: [" + filled("{a: b}, ", K64) + "]"),
    "authors by thousands": lambda: _matter("authors: [" + counted("{name: a#}, ", K64) + "]"),
    "tags of YAML": lambda: _matter("a: " + filled("!!python/object:os.system ", K64)),
    "directives": lambda: filled("%YAML 1.1\n", K64).join(["---\n", "---\nx"]).encode(),
    "documents": lambda: _matter(filled("a: b\n--- \n", K64)),
    "colons": lambda: _matter("a: " + ":" * K64),
    "hyphens": lambda: _matter("- " + "-" * K64),
    "lines of hyphens": lambda: _matter(filled("--\n", K64)),
    "tabs": lambda: _matter("a:" + "\t" * K64),
    "blanks at the ends of lines": lambda: _matter(filled("a" + " " * 500 + "\n", K64)),
    "null bytes": lambda: _matter("a: " + "\0" * K64),
    "replacement characters": lambda: b"---\ntitle: " + b"\xff" * K64 + b"\n---\nx\n",
    "emoji": lambda: _matter("title: " + filled("👩‍👩‍👧‍👦", K64)),
    "accents": lambda: _matter("title: a" + filled("\u0301", K64)),
    "entities in a title": lambda: _matter("title2: x\ndescription: '" + filled("&amp;", K64) + "'"),
    "references in a summary": lambda: _matter("description: '" + filled("&#x41;", K64) + "'"),
    "tags in a summary": lambda: _matter("description: '" + filled("<b", K64) + "'"),
    "comments in a summary": lambda: _matter("description: '" + filled("<!--", K64) + "'"),
    "a summary of scripts": lambda: _matter("description: '" + filled("<script>", K64) + "'"),
    "a long date": lambda: _matter("date: " + "1" * K64),
    "a date of many parts": lambda: _matter("date: " + filled("1 ", K64)),
    "a date of months": lambda: _matter("date: " + filled("January ", K64)),
    "a date of zones": lambda: _matter("date: '2020-01-01 00:00:00 " + filled("+", K64) + "'"),
    "a date of blanks": lambda: _matter("date: '2020-01-01" + " " * K64 + "x'"),
    "a date of colons": lambda: _matter("date: '" + filled("12:30:", K64) + "'"),
    "a date of brackets": lambda: _matter("date: '2020-01-01 " + filled("(", K64) + "'"),
    "a long permalink": lambda: _matter("permalink: " + "/a" * (K64 // 2)),
    "a permalink of placeholders": lambda: _matter("permalink: " + filled("/:title", K64)),
    "a permalink of dots": lambda: _matter("permalink: " + filled("/..", K64)),
    "a permalink of escapes": lambda: _matter("permalink: '" + filled("%41", K64) + "'"),
    "a long source": lambda: _matter("source: https://a.example/?" + filled("a=b&", K64)),
    "a source of campaigns": lambda: _matter("source: https://a.example/?" + filled("utm_a=b&", K64)),
    "a source of dots": lambda: _matter("source: https://a.example" + filled("/../a", K64)),
    "a source of a long host": lambda: _matter("source: https://" + filled("ä.", K64) + "example/"),
    "a source of one label": lambda: _matter("source: https://" + filled("ä", K64) + ".example/"),
    "a long guid": lambda: _matter("guid: urn:x:" + "a" * K64),
    "a long language": lambda: _matter("lang: " + filled("a-", K64)),
    "a long slug": lambda: _matter("slug: " + filled("a-", K64)),
    "a slug of signs": lambda: _matter("slug: '" + filled("ß ", K64) + "'"),
    "a term of signs": lambda: _matter("category: '" + filled("﷽ ", K64) + "'"),
    "a separator of blanks": lambda: _matter("excerpt_separator: '<!--" + " " * K64 + "'"),
    "an image of dots": lambda: _matter("image: /" + filled("../a/", K64)),
    "a long picture": lambda: _matter("image: /" + "a/" * (K64 // 2)),
    "carriage returns": lambda: b"---\r" + b"\r" * K64 + b"---\rx",
    "blank lines before the fence": lambda: b"\n" * (16 * MEBIBYTE - 100) + b"---\na: b\n---\nx",
    "blanks before the fence": lambda: filled("  \t\n", 16 * MEBIBYTE - 100).encode() + b"---\na: b\n---\nx",
    "blanks behind the fence": lambda: b"---\na: b\n---\n" + filled("  \t\n", 16 * MEBIBYTE - 100).encode(),
    "a fence of blanks": lambda: b"---" + b" " * (16 * MEBIBYTE - 100),
    "fences that are none": lambda: b"---\n" + filled("---x\n", 16 * MEBIBYTE - 100).encode(),
    "a fence that is never closed": lambda: b"---\n" + filled("a: b\n", 16 * MEBIBYTE - 100).encode(),
    "dots that are no fence": lambda: b"---\n" + filled("...x\n", 16 * MEBIBYTE - 100).encode(),
    "front matter of 16 MiB": lambda: _matter(filled("a: b\n", 16 * MEBIBYTE - 100)),
    "front matter of 16 MiB with an emoji": lambda: _matter(filled("a: b\n", 16 * MEBIBYTE - 100) + "b: 👩"),
    "front matter of 16 MiB in Chinese": lambda: _matter(filled("标题: 文\n", 16 * MEBIBYTE - 100)),
    "front matter of 16 MiB in UTF-16": lambda: _matter(filled("a: b\n", 8 * MEBIBYTE - 100)).decode().encode("utf-16"),
    "front matter of 16 MiB of carriage returns": lambda: b"---\r" + filled("a: b\r", 16 * MEBIBYTE - 100).encode(),
    "front matter of 16 MiB that is no UTF-8": lambda: b"---\n" + b"\xff" * (16 * MEBIBYTE - 100),
    "front matter of 100 MB": lambda: _matter(filled("a: b\n", 100_000_000)),
    "a file of 100 MB of NUL": lambda: b"\0" * 100_000_000,
    "a body of 16 MiB": lambda: _matter("a: b") + filled("text 文\n", 16 * MEBIBYTE - 100).encode(),
    "a body of 16 MiB with an emoji": lambda: (
        _matter("a: b") + filled("text\n", 16 * MEBIBYTE - 100).encode() + "👩".encode()
    ),
}

# A unit that fills 1 MiB; `#` in those of `COUNTED` is another number each time.
UNITS = {
    "comments": "<!--",
    "comments closed": "<!-- -->",
    "bogus comments": "<!",
    "CDATA": "<![CDATA[",
    "instructions": "<?",
    "divisions": "<div>",
    "divisions closed": "</div>",
    "brackets": "[",
    "pictures": "![",
    "closing brackets": "]",
    "links": "[a](b) ",
    "open links": "[a](",
    "links of brackets": "[a](<b",
    "nested links": "[a]([",
    "tags": "<a ",
    "open tags": '<a href="',
    "less-than signs": "<",
    "ampersands": "&",
    "entities": "&amp;",
    "references": "&#x41;",
    "long references": "&" + "a" * 31,
    "large numbers": "&#99999999;",
    "emphasis": "*a ",
    "strong": "**a ",
    "closing emphasis": "a* ",
    "mixed emphasis": "*a **b ",
    "underscores": "_a ",
    "mixed underscores": "*a_ ",
    "strikes": "~~a ",
    "tildes": "~",
    "backticks": "`",
    "backticks apart": "` ",
    "growing backticks": "`a``",
    "fences": "```\n",
    "fences of tildes": "~~~a\n",
    "backslashes": "\\",
    "quotes": "> ",
    "quotes in lines": "> a\n",
    "lists": "- ",
    "lists in lines": "- a\n",
    "numbers": "1. ",
    "numbers in lines": "1. a\n",
    "deep lists": "  - a\n",
    "rules": "***\n",
    "headings": "# a\n",
    "underlines": "a\n=\n",
    "hashes": "#",
    "tables": "a|b\n-|-\n",
    "cells": "|",
    "cells of rows": "|a|b|\n",
    "blank lines": "\n",
    "blanks": " ",
    "tabs": "\t",
    "hard breaks": "a  \n",
    "one line": "a",
    "one line of words": "words and ",
    "Chinese": "文章",
    "emoji": "👩‍👩‍👧‍👦",
    "accents": "\u0301",
    "footnotes": "[^1]",
    "footnotes of words": "a[^b] ",
    "addresses": "http://a.b ",
    "addresses of brackets": "http://a.b/(",
    "open addresses": "<http://a",
    "www": "www.a.b",
    "mails": "a@b.c ",
    "at signs": "@",
    "dots": ".",
    "colons": ":",
    "attribute lists": "{: .x}\n",
    "attribute lists of strings": '{: a="b',
    "extensions": "{::comment}",
    "options": "{::options /}",
    "ends of extensions": "{:/}",
    "contents": "* a\n{:toc}\n",
    "heading ids": "# a {#b}\n",
    "braces": "{",
    "braces with colons": "{:",
    "strong in Chinese": "**重点。**后面",
    "opening strong": "后面**“",
    "markdown inside": '<div markdown="1">',
    "shortcodes": "{{< a >}}",
    "open shortcodes": "{{< a ",
    "closing shortcodes": "{{< /a >}}",
    "outputs": "{{ a }}",
    "open outputs": "{{",
    "statements": "{% assign a = 1 %}",
    "open statements": "{%",
    "conditions": "{% if a %}",
    "loops": "{% for a in b %}",
    "rounds": "{% for a in (1..100000) %}x{% endfor %}",
    "raw": "{% raw %}",
    "comments of Liquid": "{% comment %}",
    "includes": "{% include a.html %}",
    "captures": "{% capture a %}",
    "filters": "{{ 'a' | append: 'b' }}",
    "long filters": "{{ 'a'" + " | append: 'b'" * 500 + " }}",
    "cases": "{% case a %}{% when 1 %}",
    "highlights": "{% highlight c %}",
    "bold": "<b>",
    "bold paragraphs": "<b><p>",
    "paragraphs": "<p>",
    "scripts": "<script>",
    "scripts closed": "<script></script>",
    "styles": "<style>",
    "templates": "<template>",
    "tables in tables": "<table>",
    "cells of HTML": "<table><tr><td>",
    "rows": "<tr>",
    "lists of HTML": "<ul><li>",
    "selects": "<select><option>",
    "foreign": "<svg><math>",
    "integration": "<math><mtext>",
    "foreign objects": "<svg><foreignObject>",
    "forms": "<form>",
    "headings of HTML": "<h1>",
    "plain text": "<plaintext>",
    "text areas": "<textarea>",
    "noscript": "<noscript>",
    "noscript closed": "</noscript>",
    "frames": "<iframe>",
    "anchors": "<a href=x>",
    "no breaks": "<nobr>",
    "buttons": "<button>",
    "ruby": "<ruby><rt>",
    "images": "<img src=a>",
    "images without addresses": "<img alt='",
    "sets": "<img srcset='a 1x, ",
    "styles of elements": "<p style='",
    "hidden": "<p hidden>x",
    "pixels": "<img width=1>",
    "closing tags": "</p>",
    "unknown tags": "<a-b>",
    "line breaks": "<br>",
    "line breaks with blanks": "<br> \n",
    "source link": "<p><a href=https://a.example/x>https://a.example/x</a></p>\n",
    "attributions": "（文章来源：",
    "attributions of words": "Source: ",
    "navigation": "[a](/)\n\n",
    "NUL": "\0",
    "controls": "\x01",
    "carriage returns": "\r",
    "separators": "\u2028",
    "marks": "\U000f5eed",
    "lists of dashes": "-\n",
    "stars": "*",
    "stars in lines": "* * *\n",
    "definitions in lines": "[a]: b\n",
    "titles": "[a]: b 'c\n",
    "pluses": "+ a\n",
    "angle brackets": "<>",
    "ends": ">",
    "equals": "=",
    "double quotes": '"',
    "hyphens": "-",
    "nested quotes and lists": "> - ",
    "details": "<details>",
    "quotes of HTML": "<blockquote>",
}
COUNTED = {
    "definitions": "[a#]: /b\n",
    "uses of definitions": "[a#]: /b\n\n[a#] ",
    "footnotes with notes": "a[^#]\n\n[^#]: b\n\n",
    "notes": "[^#]: b\n\n",
    "references to notes": "[^#] ",
    "attributes": "a# ",
    "attributes with values": "a#=b ",
    "bold unequal": "<b title=#>",
    "fonts unequal": "<font size=#>",
    "code of growing length": "`#`",
    "entities unequal": "&a#;",
    "headings unequal": "# a#\n",
    "attribute lists unequal": "a\n{: #b# .c# }\n",
    "variables": "{% assign a# = # %}",
    "includes unequal": "{% include a# %}",
    "links unequal": "{% link a# %}",
    "posts unequal": "{% post_url 2020-01-01-a# %}",
    "unknown filters": "{{ a | b# }}",
    "addresses unequal": "<a href=/#>x</a>",
    "bad addresses": "<a href='http://[#'>x</a>",
    "links of Markdown": "[a](/#)\n",
}

SHAPED: dict[str, Callable[[], str]] = {
    "50,000 open comments": lambda: "<!--" * 50_000,
    "100,000 nested divisions": lambda: "<div>" * 100_000,
    "4,900 nested divisions": lambda: "<div>" * 4_900,
    "20,000 references to a footnote": lambda: "[^1]: a\n\n" + "a[^1] " * 20_000,
    "20,000 references to 20,000 footnotes": lambda: "".join(f"[^{n}]: a\n\na[^{n}]\n\n" for n in range(20_000)),
    "2,000 footnotes in each other": lambda: "".join(f"[^{n}]: a[^{n + 1}]\n\n" for n in range(1_000)) + "a[^0]",
    "brackets in brackets": lambda: "[" * 45_000 + "]" * 45_000,
    "links in links": lambda: "[a" * 25_000 + "](b)" * 20_000,
    "parentheses in a link": lambda: "[a](" + "(" * 500_000,
    "a definition of 1 MiB": lambda: "[" + "a" * 1_000_000 + "]: /b",
    "a long definition used often": lambda: "[a]: /" + "b" * 500_000 + "\n\n" + "[a] " * 15_000,
    "a long title used often": lambda: "[a]: /b '" + "b" * 500_000 + "'\n\n" + "[a] " * 15_000,
    "a long label used often": lambda: "[" + "a" * 900 + "]: /b\n\n" + ("[" + "a" * 900 + "] ") * 1_000,
    "a wide table": lambda: "|a" * 40_000 + "\n" + "|-" * 40_000 + "\n",
    "a wide and long table": lambda: "|a" * 300 + "\n" + "|-" * 300 + "\n" + "|a\n" * 3_000,
    "a table of 99,000 cells": lambda: "|a|b|c\n|-|-|-\n" + "|a|b|c\n" * 30_000,
    "attributes of one tag": lambda: "<p " + counted("a# ") + ">x",
    "9,000 attributes": lambda: "<p " + " ".join(f"a{n}" for n in range(9_000)) + ">x",
    "9,000 attributes in many tags": lambda: ("<p " + " ".join(f"a{n}" for n in range(2_000)) + ">x") * 80,
    "an attribute of 1 MiB": lambda: "<p title='" + "a" * 1_000_000 + "'>x",
    "a style of 1 MiB": lambda: "<p style='display" + "/*" * 500_000 + "'>x",
    "a style of escapes": lambda: "<p style='display:" + "\\69 " * 200_000 + "'>x",
    "a class of 1 MiB": lambda: "<p hidden class='" + "a " * 500_000 + "'>x",
    "an address of 1 MiB": lambda: "<a href='" + "a/../" * 200_000 + "'>x</a>",
    "an address of hosts": lambda: "<a href='//" + "ä." * 300_000 + "'>x</a>",
    "1,000 addresses of 1,000 characters": lambda: ("<a href='" + "a/../" * 200 + "'>x</a>") * 1_000,
    "formatting across paragraphs": lambda: (
        "<p>" + "".join(f"<b title={n}>" for n in range(300)) + "</p>" + "<p>x</p>" * 330
    ),
    "formatting closed wrongly": lambda: "<b><i></b></i>" * 1_200,
    "adoption": lambda: "<a><div>" * 120 + "</a>" * 2_000,
    "adoption with tables": lambda: "<a>1<table>" * 80 + "</a>" * 2_000,
    "4,900 tags": lambda: "<b>x</b>" * 4_900,
    "15,000 signs": lambda: "a < b " * 14_900,
    "20,000 references": lambda: "a&amp;b " * 19_900,
    "hidden elements": lambda: "<p hidden>x</p>" * 4_900,
    "images in 250 divisions": lambda: "<div>" * 249 + "<img width=1>" * 4_000,
    "a line of 1 MiB with a hidden element": lambda: "<p hidden>" + "a" * 1_000_000,
    "a loop of 100,000 rounds": lambda: "{% for a in (1..100000) %}x{% endfor %}",
    "loops in loops": lambda: "{% for a in (1..1000) %}" * 19 + "x" + "{% endfor %}" * 19,
    "a doubling variable": lambda: "{% assign a = 'xxxxxxxx' %}" + "{% assign a = a | append: a %}" * 60 + "{{ a }}",
    "a replacing filter": lambda: "{% assign a = '" + "a" * 10_000 + "' %}{{ a | replace: 'a', a | replace: 'a', a }}",
    "a splitting filter": lambda: (
        "{% assign a = '" + "a " * 100_000 + "' | split: ' ' %}" + "{{ a | sort | join: 'x' }}" * 200
    ),
    "a chain of filters": lambda: "{{ 'a'" + " | append: 'b'" * 50_000 + " }}",
    "a condition of 50,000 parts": lambda: "{% if a" + " or a" * 50_000 + " %}x{% endif %}",
    "conditions in conditions": lambda: "{% if a %}" * 5_000 + "x" + "{% endif %}" * 5_000,
    "branches": lambda: "{% if a %}" + "{% elsif b %}x" * 30_000 + "{% endif %}",
    "names of 100,000 parts": lambda: "{{ page" + ".a" * 100_000 + " }}",
    "names in brackets": lambda: "{{ page" + "[a" * 50_000 + "]" * 50_000 + " }}",
    "strings of 1 MiB": lambda: "{{ '" + "a" * 1_000_000 + "' }}",
    "an open string": lambda: "{{ '" + "{{ '" * 100_000,
    "999 attribute lists": lambda: "a\n{: .b}\n\n" * 999,
    "999 lists and 1 MiB of text": lambda: "a\n{: .b}\n\n" * 999 + "text " * 200_000,
    "999 comments in order": lambda: "{::comment}\na\n" * 999,
    "999 extensions in code": lambda: "`{: .a}` <pre>" * 999,
    "999 lists in one line": lambda: "{: .a} " * 999,
    "999 lists between tags": lambda: "<ul>\n<li>{:toc}\n" * 999,
    "a list of 300 characters": lambda: ("{: " + 'a="b" ' * 45 + "}\n") * 900,
    "a list of quotes": lambda: ("{: " + "a='b' " * 40 + "!}\n") * 900,
    "markers in blanks": lambda: ("<p>" + " " * 1000 + "{: .a} ") * 900,
    "paragraphs of blanks": lambda: ("<p>" + " " * 1000 + "</p>") * 1_000,
    "one line of 1 MiB with a trailer": lambda: "a" * 1_000_000 + "\n\n<https://a.example/x>\n",
    "trailers of 1 MiB": lambda: "a\n\n" + "[a](/)\n\n" * 100_000,
    "attributions of 1 MiB": lambda: "a" * 1_000_000 + "（文章来源：" + "a" * 500,
    "open containers before a trailer": lambda: "<pre>" * 100_000 + "\n\n<https://a.example/x>\n",
    "fences before a trailer": lambda: "```\n" * 200_000 + "\n\n<https://a.example/x>\n",
    "blanks before a trailer": lambda: "a\n" + " \n" * 300_000 + "<https://a.example/x>\n",
    "an excerpt of 1 MiB": lambda: "a " * 250_000 + "<!--more-->" + "b " * 200_000,
    "comments before an excerpt": lambda: "<!-- " + " " * 900_000 + "more",
    "code of 1 MiB": lambda: "```\n" + "a\n" * 500_000 + "```\n",
    "preformatted lines": lambda: "<pre>" + "a\n" * 500_000 + "</pre>",
    "a heading of 1 MiB": lambda: "# " + "a " * 500_000,
    "readings": lambda: "<ruby>" + "<rp>" * 2_000 + "<rt>" * 2_000,
    "captions": lambda: "<figure><figcaption>" * 120 + "x" * 900_000,
    "noscripts and images": lambda: "<noscript><img src=a></noscript>" * 4_900,
    "sources": lambda: "<video>" + "<source src=a>" * 4_900,
    "candidates": lambda: "<img src=a srcset='" + "a , " * 250_000 + "'>",
    "unequal candidates in 4,900 images": lambda: "".join(
        f"<img src=a srcset='{'a 1x, ' * 30}b{n}'>" for n in range(4_900)
    ),
    "candidates in 4,900 images": lambda: ("<img src=a srcset='" + "a 1x, " * 30 + "'>") * 4_900,
    "accents of 1 MiB": lambda: "a" + "\u0301" * 500_000,
}


def _trap(name: str, text: Callable[[], str], suffix: str) -> Trap:
    return Trap(f"{name} ({suffix})", lambda: f"{HEAD}---\n{text()}".encode("utf-8", "replace"), suffix)


def traps() -> Iterator[Trap]:
    """All of them: front matters first, then bodies as Markdown and as HTML."""
    for name, make in MATTERS.items():
        yield Trap(name, make, "md", MATTER_SECONDS, MEMORY)
    for suffix in ("md", "html"):
        for name, unit in UNITS.items():
            yield _trap(name, lambda unit=unit: filled(unit), suffix)  # type: ignore[misc]
        for name, unit in COUNTED.items():
            yield _trap(name, lambda unit=unit: counted(unit), suffix)  # type: ignore[misc]
        for name, text in SHAPED.items():
            yield _trap(name, text, suffix)


TRAPS = tuple(traps())

# What costs a post all or part of itself, each with the code that says so.
KINDS = {
    "bad-yaml": b"---\ntitle: [\n---\nx",
    "unclosed-fence": b"---\ntitle: x\n",
    "not-a-mapping": b"---\n- a\n---\nx",
    "yaml-alias": b"---\na: &a b\n---\nx",
    "yaml-tag": b"---\na: !!set b\n---\nx",
    "too-deep": b"---\na: " + b"[" * 40 + b"]" * 40 + b"\n---\nx",
    "matter-too-large": b"---\n" + b"a: b\n" * 20_000 + b"---\nx",
    "file-too-large": b"x" * (17 << 20),
    "bad-date": b"---\ndate: 2021-02-31\n---\nx",
    "bad-permalink": b"---\npermalink: /:nothing\n---\nx",
    "undecodable": b"---\ntitle: \xff\n---\nx",
    "body-too-large": b"---\ntitle: x\n---\n" + b"word " * 300_000,
    "too-many-tags": b"---\ntitle: x\n---\n" + b"<b>x</b>" * 6_000,
    "dense-markup": b"---\ntitle: x\n---\n" + b"*a " * 150_000,
    "deep-markup": b"---\ntitle: x\n---\n" + b"> " * 200 + b"x",
    "many-footnotes": b"---\ntitle: x\n---\n" + b"a[^1] " * 2_500,
    "liquid": b"---\ntitle: x\n---\n{% nothing %}",
    "shortcode": b"---\ntitle: x\n---\n{{< a >}}",
    "bad-address": b"---\ntitle: x\n---\nSee <a href='//['>x</a> there.",
    "duplicate-key": b"---\na: b\na: c\n---\nx",
    "bad-id": b"---\nguid: no iri\n---\nx",
    "too-many-terms": b"---\ntags: [" + b", ".join(b"t%d" % n for n in range(200)) + b"]\n---\nx",
}
LOST = {
    "bad-yaml",
    "unclosed-fence",
    "not-a-mapping",
    "yaml-alias",
    "yaml-tag",
    "too-deep",
    "matter-too-large",
    "file-too-large",
    "bad-date",
    "bad-permalink",
}
