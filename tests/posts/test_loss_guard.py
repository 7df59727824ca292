"""Test when a run is refused because published posts are missing, and what the refusal says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from posts.errors import RefusedError
from posts.model import Post
from posts.pipeline.loss_guard import refuse_losses
from posts.store.codec import encode_post
from posts.store.rows import Entry


@pytest.mark.parametrize(
    ("published", "gone", "refused"),
    [
        *((40, 5, False), (60, 6, False), (59, 6, True), (99, 10, True), (100, 10, False), (101, 10, False)),
        *((5, 4, False), (6, 5, False), (7, 6, True), (200, 20, False), (200, 21, True)),
    ],
)
def test_a_tenth_may_go_and_five_always(published: int, gone: int, refused: bool) -> None:
    entries = [Entry(str(number), f"p{number}", "", "", 0, b"") for number in range(published)]
    old = Entry("old", "old", "", "", 0, b"", gone=1)
    present = {str(number) for number in range(gone, published)}
    if refused:
        with pytest.raises(RefusedError, match=f"{gone} of the {published} published"):
            refuse_losses([*entries, old], present, ())
    else:
        refuse_losses([*entries, old], present, ())


SITE = "https://a.example"


def item(name: str, path: str = "", permalink: str = "", link: str = "") -> Entry:
    """Return the ledger entry of an item; one known from feeds only has no path."""
    page = Post("", "published", "", "T", datetime(2021, 1, 1, tzinfo=UTC), permalink)
    return Entry(name, path, link, "", 0, encode_post(page) if permalink else b"")


def refusal(entries: list[Entry], present: tuple[str, ...] = (), there: tuple[str, ...] = ()) -> str:
    """Return what the guard says about a run; "" if it lets it pass."""
    try:
        refuse_losses(entries, present, there)
    except RefusedError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("count", "named"),
    [
        (1, "the only published post would not remain, because its file is missing (a.md);"),
        (3, "none of the 3 published posts would remain, because files are missing (a.md, b.md, c.md);"),
        (4, "none of the 4 published posts would remain, because files are missing (a.md, b.md, c.md, …);"),
    ],
)
def test_a_refusal_names_up_to_three_missing_files_and_says_if_there_are_more(count: int, named: str) -> None:
    message = refusal([item(f"i{name}", f"{name}.md") for name in "dcba"[-count:]])
    assert message.startswith(named)
    assert message.endswith("nothing was changed. To remove their items, use --allow-removals")


def test_a_post_that_is_there_is_not_missing_although_it_is_not_published() -> None:
    entries = [item(f"i{name}", f"{name}.md") for name in "ab"]
    assert refusal(entries, there=("a.md", "b.md")) == ""
    assert refusal(entries, there=("a.md",)).startswith("none of the 2 published posts would remain")
    assert refusal(entries, present=("ia",)) == ""
    assert refusal([entries[0]._replace(gone=1)]) == ""


@pytest.mark.parametrize(
    ("known", "named"),
    [
        (item("urn:x:1", permalink="https://b.example/1.html"), "https://b.example/1.html"),
        (item("urn:x:1", link="https://b.example/link"), "https://b.example/link"),
        (item("https://b.example/id"), "https://b.example/id"),
        (item("x", permalink="https://b.example/1.html", link=f"{SITE}/x"), "https://b.example/1.html"),
        (item("urn:x:2", path="2.md", link="https://c.example/"), "2.md"),
    ],
)
def test_an_item_without_a_path_is_named_by_its_page_its_link_or_its_id(known: Entry, named: str) -> None:
    assert refusal([known]).startswith(
        f"the only published post would not remain, because its file is missing ({named});"
    )
    other = item("urn:x:3", permalink="https://b.example/2.html")
    assert refusal([known, other], present=(known.id,)) == ""


def test_an_item_whose_page_is_not_known_is_named_by_its_link() -> None:
    post = Post("", "published", "", "T", datetime(2021, 1, 1, tzinfo=UTC), "")
    entry = Entry("urn:x:1", "", "https://b.example/link", "", 0, encode_post(post))
    assert "(https://b.example/link);" in refusal([entry])
