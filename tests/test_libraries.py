"""Where the four given libraries are used: each has a real role, and is not called where plain text is enough."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import bs4
import dateutil.parser
import feedgen.feed
import frontmatter
import pytest

from tests.sites import Command, site

PLAIN = "---\ntitle: Plain\ndate: 2021-01-02 10:00:00 +0800\n---\nText.\n"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """The number of calls of each library."""
    counts: Counter[str] = Counter()

    def spy(owner: Any, name: str, library: str) -> None:
        real = getattr(owner, name)

        def wrapped(*arguments: Any, **named: Any) -> Any:
            counts[library] += 1
            return real(*arguments, **named)

        monkeypatch.setattr(owner, name, wrapped)

    spy(frontmatter, "parse", "python-frontmatter")
    spy(dateutil.parser, "parse", "python-dateutil")
    spy(bs4, "BeautifulSoup", "beautifulsoup4")
    spy(feedgen.feed.FeedGenerator, "rss_str", "feedgen: RSS")
    spy(feedgen.feed.FeedGenerator, "atom_str", "feedgen: Atom")
    return counts


@pytest.mark.parametrize(
    ("text", "library"),
    [
        (PLAIN.replace("title: Plain", "title: &anchor Plain\nsummary: *anchor"), "python-frontmatter"),
        (PLAIN.replace("title: Plain", "title: >\n  Folded\n  text"), "python-frontmatter"),
        (PLAIN.replace("2021-01-02 10:00:00 +0800", "Sat, 02 Jan 2021 10:00:00 +0800"), "python-dateutil"),
        (PLAIN.replace("2021-01-02 10:00:00 +0800", "2 January 2021 10:00 +0800"), "python-dateutil"),
    ],
)
def test_front_matter_and_dates_that_are_not_plain_go_to_their_libraries(
    text: str, library: str, feedmill: Command, tmp_path: Path, calls: Counter[str]
) -> None:
    feedmill(site(tmp_path / "plain", {"_posts/2021-01-02-a.md": PLAIN}), "--workers", "1")
    assert calls[library] == 0
    feedmill(site(tmp_path / "other", {"_posts/2021-01-02-a.md": text}), "--workers", "1")
    assert calls[library] > 0


def test_hidden_parts_of_a_body_are_found_by_beautiful_soup(
    feedmill: Command, tmp_path: Path, calls: Counter[str]
) -> None:
    feedmill(site(tmp_path / "plain", {"_posts/2021-01-02-a.md": PLAIN}), "--workers", "1")
    assert calls["beautifulsoup4"] == 0  # the sanitizer is enough for a paragraph
    hidden = f"{PLAIN}<div hidden><p>Not shown</p></div>\n"
    feedmill(site(tmp_path / "hidden", {"_posts/2021-01-02-a.md": hidden}), "--workers", "1")
    assert calls["beautifulsoup4"] > 0


def test_every_element_of_rss_and_atom_is_written_by_feedgen(
    feedmill: Command, tmp_path: Path, calls: Counter[str]
) -> None:
    feedmill(site(tmp_path / "site", {"_posts/2021-01-02-a.md": PLAIN}), "--workers", "1")
    assert calls["feedgen: RSS"] > 0
    assert calls["feedgen: Atom"] > 0
