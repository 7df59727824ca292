"""Which posts are one item, and who gets which id."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from posts.facts import Facts
from posts.identity import mint
from posts.items import unite
from posts.model import Post


def facts(
    path: str,
    *,
    day: int = 1,
    title: str = "T",
    source: str = "",
    literal: str = "",
    page: str = "",
    body: str = "",
    categories: tuple[str, ...] = (),
) -> Facts:
    page = page or f"https://site.example/{path}"
    date = datetime(2021, 1, day, tzinfo=UTC)
    post = Post(path, "published", "", title, date, page, categories=categories)
    return Facts(post, source, literal, body)


A = "https://source.example/a"


def test_an_id_comes_from_the_front_matter_then_the_source_then_the_page() -> None:
    ids = unite([facts("a", literal="urn:x:1", source=A), facts("b", source=A + "b"), facts("c")]).ids
    assert ids == {"a": "urn:x:1", "b": mint(A + "b"), "c": mint("https://site.example/c")}


def test_posts_that_agree_in_link_and_folded_title_are_one_item() -> None:
    items = unite(
        [
            facts("late", day=3, title="Same  Title", source=A, categories=("y", "x")),
            facts("early", day=2, title="same title", source=A, categories=("x",)),
        ]
    )
    (post,) = items.posts
    assert (post.path, post.id, post.date.day, post.categories) == ("early", mint(A), 2, ("x", "y"))
    assert items.ids == {"early": mint(A), "late": mint(A)}
    assert items.merged == {"late": "early"}
    assert items.problems == ()


def test_when_only_the_link_agrees_the_earlier_keeps_the_id() -> None:
    items = unite([facts("b", day=2, title="Two", source=A), facts("a", day=1, title="One", source=A)])
    assert items.ids == {"a": mint(A), "b": mint("https://site.example/b")}
    assert [(problem.path, problem.code) for problem in items.problems] == [("b", "shared-source")]


def test_a_copied_guid_stays_with_the_earlier_post() -> None:
    items = unite([facts("a", title="One", literal="urn:x:1"), facts("b", day=2, title="Two", literal="urn:x:1")])
    assert items.ids == {"a": "urn:x:1", "b": mint("https://site.example/b")}


def test_different_posts_at_one_address_still_have_different_ids() -> None:
    same = "https://site.example/same"
    items = unite([facts("a", title="One", page=same), facts("b", title="Two", page=same)])
    assert len(set(items.ids.values())) == 2


def test_untitled_posts_are_one_item_only_when_their_texts_agree() -> None:
    same = unite([facts("a", title="", source=A, body="1"), facts("b", day=2, title="", source=A, body="1")])
    different = unite([facts("a", title="", source=A, body="1"), facts("b", day=2, title="", source=A, body="2")])
    assert (len(same.posts), len(different.posts)) == (1, 2)


posts = st.lists(
    st.builds(
        facts,
        st.text("abc", min_size=1, max_size=3),
        day=st.integers(1, 3),
        title=st.sampled_from(["", "One", "one", "Two"]),
        source=st.sampled_from(["", A, A + "b"]),
        literal=st.sampled_from(["", "urn:x:1"]),
        body=st.sampled_from(["", "x"]),
        page=st.sampled_from(["", "https://site.example/same"]),
    ),
    max_size=12,
    unique_by=lambda facts: facts.post.path,
)


@given(posts, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=300)
def test_ids_are_unique_and_do_not_depend_on_the_order(found: list[Facts], random: object) -> None:
    items = unite(found)
    assert len({post.id for post in items.posts}) == len(items.posts)
    assert set(items.ids) == {one.post.path for one in found}
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert unite(shuffled) == items
