"""Test when a run is refused because published posts are missing, and what the refusal says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from posts.errors import RefusedError
from posts.model import Post
from posts.pipeline.loss_guard import refuse_losses
from posts.store.codec import encode_post
from posts.store.rows import Entry, SeenPost


@pytest.mark.parametrize(
    ("published", "gone", "refused"),
    [
        *((40, 5, False), (60, 6, False), (59, 6, True), (99, 10, True), (100, 10, False), (101, 10, False)),
        *((5, 4, False), (6, 5, False), (7, 6, True), (200, 20, False), (200, 21, True)),
    ],
)
def test_a_tenth_may_go_and_five_always(published: int, gone: int, refused: bool) -> None:
    seen = {f"p{number}": SeenPost(1) for number in range(published)} | {"old": SeenPost(1, gone=1)}
    there = {f"p{number}" for number in range(gone, published)}
    if refused:
        with pytest.raises(RefusedError, match=f"{gone} of the {published} published"):
            refuse_losses(seen, there, there)
    else:
        refuse_losses(seen, there, there)


SITE = "https://a.example"


def item(name: str, permalink: str = "", link: str = "") -> Entry:
    """Return the ledger entry of an item that is known from feeds only."""
    page = Post("", "published", "", "T", datetime(2021, 1, 1, tzinfo=UTC), permalink)
    return Entry(name, "", link, 0, encode_post(page) if permalink else b"")


def refusal(
    paths: str = "", present: tuple[str, ...] = (), there: tuple[str, ...] = (), pathless: tuple[Entry, ...] = ()
) -> str:
    """Return what the guard says about a run; "" if it lets it pass. Each letter of `paths` is a published post."""
    try:
        refuse_losses({f"{name}.md": SeenPost(1) for name in paths}, present, there, pathless)
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
    message = refusal("dcba"[-count:])
    assert message.startswith(named)
    assert message.endswith("nothing was changed. To remove their items, use --allow-removals")


def test_a_post_that_is_there_is_not_missing_although_it_is_not_published() -> None:
    assert refusal("ab", there=("a.md", "b.md")) == ""
    assert refusal("ab", there=("a.md",)).startswith("none of the 2 published posts would remain")
    assert refusal("ab", present=("a.md",), there=("a.md",)) == ""
    assert refusal() == ""


@pytest.mark.parametrize(
    ("known", "named"),
    [
        (item("urn:x:1", permalink="https://b.example/1.html"), "https://b.example/1.html"),
        (item("urn:x:1", link="https://b.example/link"), "https://b.example/link"),
        (item("https://b.example/id"), "https://b.example/id"),
        (item("x", permalink="https://b.example/1.html", link=f"{SITE}/x"), "https://b.example/1.html"),
    ],
)
def test_an_item_without_a_path_is_named_by_its_page_its_link_or_its_id(known: Entry, named: str) -> None:
    assert refusal(pathless=(known,)).startswith(
        f"the only published post would not remain, because its file is missing ({named});"
    )
    assert refusal("a", ("a.md",), ("a.md",), (known,)) == ""


def test_an_item_whose_page_is_not_known_is_named_by_its_link() -> None:
    post = Post("", "published", "", "T", datetime(2021, 1, 1, tzinfo=UTC), "")
    entry = Entry("urn:x:1", "", "https://b.example/link", 0, encode_post(post))
    assert "(https://b.example/link);" in refusal(pathless=(entry,))
