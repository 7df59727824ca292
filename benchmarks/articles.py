"""Articles as a Chinese news site has them, made up: the same numbers give the same ones."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# Frequent characters of Chinese news: what they say does not matter, their bytes and their variety do.
_CHARACTERS = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    "十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形"
)
_START = datetime(2021, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Article:
    """One post, before a generator's own front matter is put around it."""

    number: int
    title: str
    date: datetime
    category: str
    body: str
    source: str

    @property
    def name(self) -> str:
        return f"{self.date:%Y-%m-%d}-NW{self.number:09}"


def articles(posts: int, categories: int, seed: int = 1) -> Iterator[Article]:
    """Return `posts` articles in order of date. With many categories, most hold fewer posts than a feed's window."""
    chance = random.Random(seed)
    for number in range(posts):
        place = int(categories * chance.random() ** 2)
        category = f"c{place:04}"
        source = f"http://finance.source.example/news/{1000 + place},{20210000000 + number}.html"
        body = _markdown(chance) if chance.random() < 0.3 else _html(chance)
        footer = f"\n\n<{source}>\n\n[返回{category}新闻](//news.example/category/{category}.html)｜[返回首页](//news.example/)"
        title = _text(chance, chance.randint(12, 28))
        yield Article(number, title, _START + timedelta(minutes=7 * number), category, body + footer, source)


def _text(chance: random.Random, length: int) -> str:
    return "".join(chance.choices(_CHARACTERS, k=length))


def _paragraphs(chance: random.Random) -> list[str]:
    size = min(max(int(chance.lognormvariate(7.5, 0.5)), 150), 20_000)  # characters; three bytes each
    lengths = []
    while size > 0:
        lengths.append(min(size, chance.randint(60, 260)))
        size -= lengths[-1]
    return ["，".join(_text(chance, min(length, 20)) for _ in range(0, length, 21)) + "。" for length in lengths]


def _html(chance: random.Random) -> str:
    parts = [f"<p>{text}</p>" for text in _paragraphs(chance)]
    if chance.random() < 0.5:
        stock = chance.randint(100, 999)
        parts.insert(
            1, f'<p><span id="s_{stock}"><a href="http://quote.example/{stock}" class="k">{stock}</a></span>走高。</p>'
        )
    if chance.random() < 0.3:
        parts.insert(
            1, '<p style="text-align:center;"><img src="//img.example/a.jpg" alt="图" width="578" height="276" /></p>'
        )
    return "\n ".join(parts) + '<p class="em_media">（文章来源：海港日报）</p>'


def _markdown(chance: random.Random) -> str:
    parts = _paragraphs(chance)
    parts[0] = f"**{parts[0]}**"
    if len(parts) > 3:
        parts[2] = "\n".join(f"- {text}" for text in (parts[2][:40], parts[3][:40]))
    return "\n\n".join(parts)


def rich_markdown(seed: int) -> str:
    """Return a technical post of 3 to 6 KB that uses most of Markdown: lists, code, tables, links, emphasis, quotes."""
    chance = random.Random(seed)
    sections = [chance.choice(_SECTIONS).format(_sentence(chance), _sentence(chance), seed) for _ in range(12)]
    return "\n".join(sections)


def _sentence(chance: random.Random) -> str:
    return " ".join(chance.choices(_WORDS, k=chance.randint(8, 24))).capitalize() + "."


_WORDS = (
    "the|release|*really*|fixes|`parse()`|and|**all**|of|its|'old'|callers|--|see|[the notes](https://a.example/n_1)|for|"
    'more...|"Quoted text"|snake_case|and|a_b|C++ & co.|a|few|plain|words|that|most|posts|have|in|between|them'
).split("|")
_SECTIONS = (
    "{0}\n{1} {0}\n\n{1}\n",
    "{0} {1}\n\n{1} {0}\n",
    "## Section {2}\n\n{0}\n",
    "* {0}\n* {1}\n  * {0}\n\n    {1}\n* {1}\n",
    '1. {0}\n2. {1}\n\n   ```ruby\n   puts "a"\n   ```\n',
    "```python\nfor line in text:\n    print(line)\n```\n\n{0}\n",
    "> {0}\n> {1}\n",
    "| Name | Value |\n|------|------:|\n| `a` | {2} |\n| b | **c** |\n\n{0}\n",
    '<div class="note">\n<p>{0}</p>\n</div>\n\n{1}\n',
    '{0} ![picture](/images/{2}.png "A title"){{: .center}} {1}\n',
)
