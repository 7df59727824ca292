"""A grammar of hostile bodies: the document of a number is always the same, whatever was made before it."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.vectors import CARRIERS, HANDLED, HANDLERS, SPELLINGS, VECTORS

_ELEMENTS = (
    "a abbr article audio b bdo blockquote body br button caption center code col colgroup dd del details div dl dt em "
    "fieldset figure font form frameset h1 head hr html i iframe img input ins label li link listing main map marquee "
    "math meta nobr noembed noframes noscript object ol optgroup option p picture plaintext pre q rb rp rt rtc ruby s "
    "script section select small source span strike strong style sub summary sup svg table tbody td template textarea "
    "tfoot th thead title tr tt u ul var video wbr xmp "
    "mtext mi mo mn ms mglyph malignmark annotation-xml foreignObject desc path g use animate set x-a"
).split()
_ATTRIBUTES = (
    "href src srcset poster cite title alt lang dir class id style width height name type value action formaction data "
    "background xlink:href xmlns hidden open controls start colspan align media sizes datetime encoding srcdoc is slot "
    "definitionurl color face size"
).split()
_VALUES = [
    "x",
    "/a.png",
    "https://x.example/?a=1&b=2",
    "",
    " ",
    "1",
    "100%",
    "text/html",
    "a b",
    "é文",
    "</p>",
    "-->",
    "]]>",
    "</style>",
    "</title>",
    "`",
    "display:none",
    "&quot;",
    "&#1;",
    "&lt;img src=x onerror=alert(1)&gt;",
    "x.png 1x, y.png 2x",
]
_TEXTS = [
    "text",
    " ",
    "\n",
    "\n\n",
    "a < b",
    "a & b",
    "&amp;",
    "&lt;",
    "&#60;",
    "&#0;",
    "&#x1;",
    "&nbsp;",
    "文字。",
    "]]>",
    "-->",
    "<!--",
    "-->",
    "<![CDATA[",
    "<!x>",
    "<?x?>",
    "<",
    ">",
    '"',
    "'",
    "`",
    "=",
    "/",
    "\x00",
    "\x01",
    "\x0c",
    "\r",
    "\ufffe",
    "\u2028",
    "&notit;",
    "{{ x }}",
    "{% if x %}",
    "\x1b[31m",
    "\U0001f469\u200d\U0001f469",
]
_MARKDOWN = [
    "[x]({})",
    "![x]({})",
    "<{}>",
    "[x]: {}\n\n[x]",
    "[x]({} 'title')",
    "[x](<{}>)",
    "> <b>x",
    "```\n<script>\n```",
    "`<img src=x onerror=alert(1)>`",
    "    <script>alert(1)</script>",
    "|a|b|\n|-|-|\n|<script>|{}|",
    "[^1]\n\n[^1]: <script>alert(1)</script>",
    "{: onclick='alert(1)'}",
    "# x {#y onclick=alert(1)}",
    "<div markdown=1>\n*x* {}\n</div>",
    "*a **b* c**",
    "~~<b>~~",
    "[x][<script>]",
    "&#106;avascript:alert(1)",
    "- <p\n- onclick=alert(1)>",
    "{::nomarkdown}<script>{:/}",
]
_CONTEXTS = [
    "<svg>{}</svg>",
    "<math>{}</math>",
    "<table>{}</table>",
    "<select>{}</select>",
    "<template>{}</template>",
    "<noscript>{}</noscript>",
    "<svg><foreignObject>{}</foreignObject></svg>",
    "<math><mtext>{}</mtext></math>",
    "<math><annotation-xml encoding=text/html>{}</annotation-xml></math>",
    "<svg><desc>{}</desc></svg>",
    "<svg><style>{}</style></svg>",
    "<!--{}-->",
    "<![CDATA[{}]]>",
    "<p title='{}'>",
    '<p title="{}">',
    "<textarea>{}</textarea>",
    "<form>{}</form>",
    "<a href=x>{}</a>",
    "<b>{}<p>",
    "<table><tr><td>{}",
    "<iframe srcdoc='{}'>",
    "<style>{}</style>",
    "<title>{}</title>",
    "<xmp>{}</xmp>",
    "<ul><li>{}",
]


def document(number: int, seed: int = 0) -> tuple[str, bool]:
    """The body of a number, and whether it is Markdown."""
    source = _Source(random.Random(f"{seed}/{number}"))
    markdown = source.random.random() < 0.25
    text = "".join(source.part(4, markdown=markdown) for _ in range(source.random.randint(1, 6)))
    for _ in range(source.random.choice((0, 0, 1, 1, 2, 3))):
        text = source.random.choice(_DAMAGES)(source.random, text)
    return text, markdown


class _Source:
    def __init__(self, chance: random.Random) -> None:
        self.random = chance

    def part(self, depth: int, *, markdown: bool = False) -> str:  # noqa: PLR0911 # a return a rule
        """One production of the grammar, whose rules are tried with these odds."""
        chance = self.random.random()
        if markdown and chance < 0.4:
            return self.random.choice(_MARKDOWN).replace("{}", self._address()) + self.random.choice(("", "\n", "\n\n"))
        if chance < 0.12:
            return self.random.choice(VECTORS)
        if chance < 0.22:
            return self.random.choice(_CONTEXTS).replace("{}", self.part(depth - 1) if depth > 0 else "x")
        if chance < 0.32:
            return self.random.choice(CARRIERS).replace("{}", self._address())
        if chance < 0.40:
            handled = self.random.choice(HANDLED).replace("{{}}", "")
            return handled.replace("{}", self.random.choice(HANDLERS), 1).replace("{}", "alert(1)", 1)
        if chance < 0.55 or depth <= 0:
            return self.random.choice(_TEXTS)
        return self._element(depth)

    def _element(self, depth: int) -> str:
        name = self.random.choice(_ELEMENTS)
        attributes = "".join(self._attribute() for _ in range(self.random.choice((0, 0, 1, 1, 2, 4))))
        inside = "".join(self.part(depth - 1) for _ in range(self.random.randint(0, 3)))
        closing = self.random.choice((name, name, name, name, "", self.random.choice(_ELEMENTS)))
        return f"<{name}{attributes}>{inside}" + (f"</{closing}>" if closing else "")

    def _attribute(self) -> str:
        name = self.random.choice((*_ATTRIBUTES, *HANDLERS[:3]))
        value = self._address() if self.random.random() < 0.3 else self.random.choice(_VALUES)
        quote = self.random.choice(("'", '"', '"', "", "`"))
        before, around = (
            self.random.choice((" ", " ", " ", "/", "\n", "\x0c", "")),
            self.random.choice(("", "", "", " ", "\n")),
        )
        return f"{before}{name}{around}={around}{quote}{value}{quote}"

    def _address(self) -> str:
        return self.random.choice(SPELLINGS) + self.random.choice(("alert(1)", "x", "//x.example/%0aalert(1)"))


def _cut(chance: random.Random, text: str) -> str:
    return text[: chance.randint(0, len(text))]


def _without(chance: random.Random, text: str) -> str:
    start = chance.randint(0, len(text))
    return text[:start] + text[start + chance.randint(1, 8) :]


def _inserted(chance: random.Random, text: str) -> str:
    place = chance.randint(0, len(text))
    return text[:place] + chance.choice(_TEXTS) + text[place:]


def _doubled(chance: random.Random, text: str) -> str:
    start = chance.randint(0, len(text))
    end = min(len(text), start + chance.randint(1, 40))
    return text[:end] + text[start:end] + text[end:]


def _referred(chance: random.Random, text: str) -> str:
    place = chance.randint(0, max(0, len(text) - 1))
    form = chance.choice(("&#{};", "&#{}", "&#x{:x};", "&#x000{:X};"))
    return text[:place] + "".join(form.format(ord(sign)) for sign in text[place : place + 1]) + text[place + 1 :]


def _cased(chance: random.Random, text: str) -> str:
    return "".join(sign.upper() if chance.random() < 0.3 else sign for sign in text)


_DAMAGES: tuple[Callable[[random.Random, str], str], ...] = (_cut, _without, _inserted, _doubled, _referred, _cased)
