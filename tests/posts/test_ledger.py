"""Which posts are one item, who gets which id, and what the ledger makes of it in the next run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from posts.errors import Problem
from posts.identity.assign import adopted_entry, assign_ids, complete, initial_id
from posts.identity.ledger import Ledger
from posts.identity.lines import update_lines
from posts.identity.merging import Article, group_posts
from posts.identity.pages import Pages, link_of, page_link
from posts.identity.urls import mint
from posts.model import Head, Post, PostMetadata
from posts.store.codec import decode_post
from posts.store.rows import Entry, SeenPost, implied_lines


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
) -> PostMetadata:
    page = page or f"https://site.example/{path}"
    date = datetime(2021, 1, day, tzinfo=UTC)
    post = Post(path, "published", "", title, date, page, categories=categories)
    return PostMetadata(post, source, literal, body)


A = "https://source.example/a"


def text_of(one: PostMetadata) -> str:
    """The text of a post; here the hash of a body is the body itself."""
    return one.body_hash


class Item(NamedTuple):
    """An item after a run: its id, the metadata of its post and of the posts merged into it, and what is published."""

    id: str
    metadata: PostMetadata
    others: tuple[PostMetadata, ...]
    post: Post


class Decisions(NamedTuple):
    """The outcome of a run in which feeds show every post."""

    articles: tuple[Item, ...]
    ids: Mapping[str, str]
    problems: tuple[Problem, ...]


def head(one: PostMetadata) -> Head:
    """The head of a post; its body has no trailer."""
    return Head(one.post, one.literal, one.body_hash)


def lines_of(ledger: Ledger) -> dict[str, SeenPost]:
    """The lines of a ledger. Where a test says nothing else, an entry has the hash of the body as that of the file."""
    bodies = {entry.path: entry.source_hash for entry in ledger.entries.values()}
    implied = implied_lines(ledger.entries.values(), ledger.followers)
    return {path: line._replace(body=bodies.get(path, "")) for path, line in implied.items()} | dict(ledger.seen)


def decide(
    found: Sequence[PostMetadata],
    ledger: Ledger,
    living: Collection[str],
    text_of: Callable[[PostMetadata], str | None],
    unreadable: Collection[str] = (),
) -> Decisions:
    """Join the steps as a run does: lines, articles, ids."""
    known, heads = {one.post.path: one for one in found}, [*map(head, found)]
    before, there = lines_of(ledger), {*living}
    lines = update_lines(before, heads, there, {*unreadable}, 1000)
    entries = {
        item_id: entry._replace(path=lines.moved.get(entry.path, entry.path))
        for item_id, entry in ledger.entries.items()
    }
    after = Ledger(entries, ledger.followers, lines.all)
    pages = Pages(heads)
    grouped = group_posts(
        heads, after, there, lambda some: {one.post.path: pages.checked(known[one.post.path]) for one in some}, text_of,
        unreadable,
    )  # fmt: skip
    shown = [(one, pages.checked(known[one.head.post.path])) for one in grouped.all]
    ids = assign_ids(shown, grouped.all, after, there, before)
    items = [
        Item(
            ids.ids[one.head.post.path],
            metadata,
            tuple(known[other.post.path] for other in one.others),
            complete(one, metadata, ids.ids[one.head.post.path]),
        )
        for one, metadata in shown
    ]
    of_paths = {each.post.path: item.id for item in items for each in (item.metadata, *item.others)}
    problems = sorted((*grouped.problems, *ids.problems))
    ordered = sorted(items, key=lambda item: item.metadata.post.path)
    return Decisions(tuple(ordered), of_paths | dict(grouped.waiting), tuple(problems))


def first_run(found: list[PostMetadata]) -> Decisions:
    return decide(found, Ledger(), [one.post.path for one in found], text_of)


def next_run(found: list[PostMetadata], before: list[PostMetadata], also_there: tuple[str, ...] = ()) -> dict[str, str]:
    """The ids in a run after one over `before`."""
    earlier = first_run(before)
    entries = {article.id: entry(article.metadata, article.id) for article in earlier.articles}
    followers = {other.post.path: article.id for article in earlier.articles for other in article.others}
    lines = {one.post.path: SeenPost(100, 0, one.body_hash) for one in before}
    living = [*(one.post.path for one in found), *also_there]
    return dict(decide(found, Ledger(entries, followers, lines), living, text_of).ids)


def test_an_id_comes_from_the_front_matter_then_the_source_then_the_page() -> None:
    ids = first_run([facts("a", literal="urn:x:1", source=A), facts("b", source=A + "b"), facts("c")]).ids
    assert ids == {"a": "urn:x:1", "b": mint(A + "b"), "c": mint("https://site.example/c")}


def test_posts_that_agree_in_link_and_folded_title_are_one_item() -> None:
    items = first_run(
        [
            facts("late", day=3, title="Same  Title", source=A, categories=("y", "x")),
            facts("early", day=2, title="same title", source=A, categories=("x",)),
        ]
    )
    (article,) = items.articles
    post = article.post
    assert (post.path, post.id, post.date.day, post.categories) == ("early", mint(A), 2, ("x", "y"))
    assert items.ids == {"early": mint(A), "late": mint(A)}
    assert [other.post.path for other in article.others] == ["late"]
    assert [(one.path, one.code) for one in items.problems] == [("late", "same-article")]


def test_when_only_the_link_agrees_the_earlier_keeps_the_id() -> None:
    items = first_run([facts("b", day=2, title="Two", source=A), facts("a", day=1, title="One", source=A)])
    assert items.ids == {"a": mint(A), "b": mint("https://site.example/b")}
    assert [(problem.path, problem.code) for problem in items.problems] == [("b", "shared-source")]


def test_a_copied_guid_stays_with_the_earlier_post() -> None:
    items = first_run([facts("a", title="One", literal="urn:x:1"), facts("b", day=2, title="Two", literal="urn:x:1")])
    assert items.ids == {"a": "urn:x:1", "b": mint("https://site.example/b")}


def test_different_posts_at_one_address_still_have_different_ids() -> None:
    same = "https://site.example/same"
    items = first_run([facts("a", title="One", page=same), facts("b", title="Two", page=same)])
    assert len(set(items.ids.values())) == 2


def test_untitled_posts_are_one_item_only_when_their_texts_agree() -> None:
    same = first_run([facts("a", title="", source=A, body="1"), facts("b", day=2, title="", source=A, body="1")])
    different = first_run([facts("a", title="", source=A, body="1"), facts("b", day=2, title="", source=A, body="2")])
    assert (len(same.articles), len(different.articles)) == (1, 2)


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
def test_ids_are_unique_and_do_not_depend_on_the_order(found: list[PostMetadata], random: object) -> None:
    items = first_run(found)
    assert len({article.id for article in items.articles}) == len(items.articles)
    assert set(items.ids) == {one.post.path for one in found}
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert first_run(shuffled) == items


def test_a_post_keeps_its_id_through_a_new_title_source_date_and_permalink() -> None:
    before = facts("a", source=A)
    after = facts("a", day=3, title="New", source=A + "b", page="https://site.example/elsewhere", literal="urn:x:1")
    assert next_run([after], [before]) == {"a": mint(A)}


def test_two_posts_that_swap_their_sources_keep_their_ids() -> None:
    before = [facts("a", title="One", source=A), facts("b", title="Two", source=A + "b")]
    after = [facts("a", title="One", source=A + "b"), facts("b", title="Two", source=A)]
    assert next_run(after, before) == {"a": mint(A), "b": mint(A + "b")}


def test_a_renamed_post_keeps_its_id_by_its_link() -> None:
    assert next_run([facts("new", source=A, body="2")], [facts("old", source=A, body="1")]) == {"new": mint(A)}


def test_a_renamed_post_without_a_source_keeps_its_id_by_its_body() -> None:
    assert next_run([facts("new", body="1")], [facts("old", body="1")]) == {"new": mint("https://site.example/old")}


def test_of_several_that_went_with_one_body_the_first_by_path_was_renamed() -> None:
    before = [facts("b", title="Two", body="1"), facts("a", title="One", body="1")]
    after = [facts("c", title="Three", body="1")]
    assert next_run(after, before) == {"c": mint("https://site.example/a")}


def test_an_id_that_a_living_post_holds_is_never_given_to_another() -> None:
    before = facts("a", source=A)
    moved, newcomer = facts("a", title="Moved", source=A + "b"), facts("n", title="New", source=A)
    assert next_run([moved, newcomer], [before]) == {"a": mint(A), "n": mint("https://site.example/n")}
    # a draft is living, too
    assert next_run([newcomer], [before], also_there=("a",)) == {"n": mint("https://site.example/n")}


def test_a_post_that_comes_back_has_its_old_id() -> None:
    gone = [facts("a", title="One", source=A)]
    assert next_run([facts("b", title="Two", source=A)], gone) == {"b": mint(A)}


def test_the_name_of_a_renamed_post_can_be_used_by_another() -> None:
    before = facts("a", title="One", source=A)
    after = [facts("b", title="One", source=A), facts("a", title="Two", body="x")]
    # the path decides first: whoever is called `a` is the item, the same text under a new name is not
    assert next_run(after, [before]) == {"a": mint(A), "b": mint("https://site.example/b")}


def test_of_merged_posts_the_one_that_stays_is_the_item() -> None:
    before = [facts("a", source=A), facts("b", day=2, source=A)]
    assert next_run([facts("b", day=2, source=A)], before) == {"b": mint(A)}
    assert next_run([facts("b", day=2, title="Other", source=A + "x")], before) == {"b": mint(A)}


def test_merged_posts_that_part_have_one_id_each() -> None:
    before = [facts("a", source=A), facts("b", day=2, source=A)]
    after = [facts("a", source=A), facts("b", day=2, title="Other", source=A)]
    assert next_run(after, before) == {"a": mint(A), "b": mint("https://site.example/b")}


def test_an_older_date_does_not_take_the_item_over() -> None:
    before = [facts("b", day=2, source=A)]
    after = [facts("b", day=2, source=A), facts("a", day=1, source=A)]
    (article,) = decide(after, Ledger({mint(A): Entry(mint(A), "b", A, 100, b"")}), ["a", "b"], text_of).articles
    assert (article.post.path, article.post.date.day) == ("b", 1)
    assert next_run(after, before) == {"a": mint(A), "b": mint(A)}


@given(posts, posts)
@settings(deadline=None, max_examples=300)
def test_ids_last_and_stay_unique(before: list[PostMetadata], after: list[PostMetadata]) -> None:
    earlier = first_run(before)
    ids = next_run(after, before)
    leaders = {article.metadata.post.path: article.id for article in earlier.articles}
    holders: dict[str, set[tuple[str, str]]] = {}
    for one in after:
        title = one.post.title.casefold() or "\0" + one.body_hash
        holders.setdefault(ids[one.post.path], set()).add((link_of(one), title))
        same = [other for other in after if (link_of(other), other.post.title.casefold()) == (link_of(one), title)]
        if one.post.path in leaders and len(same) == 1:
            assert ids[one.post.path] == leaders[one.post.path]
    assert all(len(articles) == 1 for articles in holders.values())


LONG = "The board met on Tuesday, and it voted for the plan that the chair had brought before it in May."


def entry(one: PostMetadata, item_id: str, **fields: object) -> Entry:
    known = Entry(item_id, one.post.path, link_of(one), 100, b"", source_hash=one.body_hash)
    return known._replace(**fields)  # type: ignore[arg-type]


def ids_after(found: list[PostMetadata], *entries: Entry, unreadable: tuple[str, ...] = ()) -> dict[str, str]:
    """The ids of a run after one with these entries, and files that cannot be read now."""
    living = [*(one.post.path for one in found), *unreadable]
    return dict(decide(found, Ledger({one.id: one for one in entries}), living, text_of, unreadable).ids)


def test_two_bodies_are_never_one_item_whatever_else_agrees() -> None:
    one, two = facts("a", source=A, body="News one."), facts("b", day=2, source=A, body="News two.")
    items = first_run([one, two])
    assert items.ids == {"a": mint(A), "b": mint("https://site.example/b")}
    assert [(one.path, one.code) for one in items.problems] == [("b", "shared-source")]


def test_a_reprint_with_a_note_below_it_is_the_same_item() -> None:
    items = first_run([facts("a", source=A, body=LONG), facts("b", day=2, source=A, body=LONG + " Update: done.")])
    assert items.ids == {"a": mint(A), "b": mint(A)}


def test_an_empty_body_is_one_item_with_an_empty_one_only() -> None:
    found = [facts("a", source=A), facts("b", day=2, source=A), facts("c", day=3, source=A, body=LONG)]
    assert first_run(found).ids == {"a": mint(A), "b": mint(A), "c": mint("https://site.example/c")}


def test_posts_are_compared_with_the_first_one_alone() -> None:
    found = [
        facts("a", source=A, body="x"),
        facts("b", day=2, source=A, body="y"),
        facts("c", day=3, source=A, body="y"),
    ]
    assert len(set(first_run(found).ids.values())) == 3


def test_texts_are_asked_for_where_link_and_title_agree_only() -> None:
    asked: list[str] = []

    def ask(one: PostMetadata) -> str:
        asked.append(one.post.path)
        return one.body_hash

    found = [
        *(facts("a", source=A, body="1"), facts("b", source=A, title="B", body="2"), facts("c", body="3")),
        *(facts("d", source=A + "d", body="4"), facts("e", source=A + "d", body="4")),
    ]
    decide(found, Ledger(), [], ask)
    assert asked == []
    decide([*found, facts("f", day=2, source=A, body="5")], Ledger(), [], ask)
    assert asked == ["a", "f"]


def test_a_follower_that_is_edited_becomes_an_item_with_an_id_that_nobody_has() -> None:
    leader, page = facts("a", source=A, body="x"), "https://site.example/b"
    other = facts("z", source=page, body="z")  # an item that has the id of the follower's page
    known = [entry(leader, mint(A), others="b"), entry(other, mint(page))]
    ids = ids_after([leader, facts("b", day=2, source=A, body="new"), other], *known)
    assert (ids["a"], ids["z"]) == (mint(A), mint(page))
    assert len(set(ids.values())) == 3


def test_a_new_id_is_not_one_that_front_matter_has_taken() -> None:
    page = "https://site.example/b"
    taken = [mint(A), mint(page), mint(f"{page}#!/b"), mint(f"{page}#!/b/2")]
    found = [facts(f"t{n}", title=f"T{n}", literal=value) for n, value in enumerate(taken)]
    ids = ids_after([*found, facts("b", source=A)], *(entry(one, one.literal) for one in found))
    assert ids["b"] == mint(f"{page}#!/b/3")


def test_items_that_were_published_apart_stay_apart() -> None:
    one, two = facts("a", source=A, body="x"), facts("b", day=2, source=A, body="x")
    known = [entry(one, mint(A)), entry(two, "urn:x:b")]
    assert ids_after([one, two], *known) == {"a": mint(A), "b": "urn:x:b"}
    assert ids_after([one, two], known[0], known[1]._replace(gone=200)) == {"a": mint(A), "b": "urn:x:b"}


def test_a_post_that_went_into_anothers_item_stays_in_it() -> None:
    one, two = facts("a", source=A, body="x"), facts("b", day=2, source=A, body="x")
    known = [entry(one, mint(A), others="b"), entry(two, "urn:x:b", gone=200)]
    assert ids_after([one, two], *known) == {"a": mint(A), "b": mint(A)}


def test_a_follower_waits_for_a_leader_that_cannot_be_read() -> None:
    leader, follower = facts("a", source=A, body="x"), facts("b", day=2, source=A, body="x")
    known = entry(leader, mint(A), others="b")
    decisions = decide([follower], Ledger({known.id: known}), ["a", "b"], text_of, {"a"})
    assert (decisions.articles, decisions.ids) == ((), {"b": mint(A)})
    # a leader that is a draft now, or gone, does not come back as it was
    assert ids_after([follower, facts("c", title="C")], known)["b"] == mint(A)
    assert dict(decide([follower], Ledger({known.id: known}), ["a", "b"], text_of).ids)["b"] != mint(A)


def test_a_post_with_an_id_of_its_own_keeps_it_when_it_is_renamed_and_edited_at_once() -> None:
    before = [facts(name, title=name, source=A, literal=f"urn:x:{name}", body=name) for name in ("one", "two")]
    after = [
        facts("b", day=1, title="new", source=A, literal="urn:x:two", body="edited"),
        facts("c", day=2, title="newer", source=A, literal="urn:x:one", body="edited, too"),
    ]
    assert next_run(after, before) == {"b": "urn:x:two", "c": "urn:x:one"}
    assert next_run(after[:1], before[1:]) == {"b": "urn:x:two"}


def test_a_source_that_is_the_page_of_another_post_merges_nothing() -> None:
    page = "https://site.example/a"
    found = [facts("a", body=LONG), facts("b", day=2, source=page, body=LONG)._replace(is_own_source=True)]
    assert first_run(found).ids == {"a": mint(page), "b": mint("https://site.example/b")}
    alone = first_run(found[1:]).ids  # of a page that is not a post's, it is a source like others
    assert alone == {"b": mint(page)}


def test_whoever_has_the_link_of_a_post_that_is_gone_gets_its_id_whatever_that_is() -> None:
    one, two = facts("one", source=A, body="1"), facts("two", title="Two", source=A, body="2")
    known = [entry(one, "urn:x:late", first=200), entry(two, "urn:x:early", first=100)]
    came = [facts("new", title="New", source=A, body="3"), facts("newer", day=2, title="Newer", source=A, body="4")]
    assert ids_after(came[:1], *known) == {"new": "urn:x:early"}
    assert ids_after(came, *known) == {"new": "urn:x:early", "newer": "urn:x:late"}
    assert ids_after([*came, one], *known)["newer"] == mint(A)  # `one` is back, and has its own
    # Of two that were first published together, the lesser id goes first.
    known = [entry(one, "urn:x:b"), entry(two, "urn:x:a")]
    assert ids_after(came[:1], *known) == {"new": "urn:x:a"}


def test_an_id_that_a_renamed_post_keeps_is_not_made_again_from_the_link_it_once_had() -> None:
    known = entry(facts("old", source=A + "now", body="text"), mint(A))
    ids = ids_after([facts("renamed", body="text"), facts("n", day=2, title="N", source=A, body="n")], known)
    assert ids == {"renamed": mint(A), "n": mint("https://site.example/n")}


def test_the_id_of_a_follower_that_has_outlived_its_leader_is_not_given_to_another_with_its_link() -> None:
    known = entry(facts("a", source=A, body="x"), mint(A), others="b")
    ids = ids_after([facts("b", title="B", body="b"), facts("n", title="N", source=A, body="n")], known)
    assert ids == {"b": mint(A), "n": mint("https://site.example/n")}


def test_an_id_of_a_post_that_is_there_but_not_published_is_not_given_to_one_that_names_it() -> None:
    before, after = facts("a", literal="urn:x:1"), facts("n", title="N", literal="urn:x:1")
    assert next_run([after], [before]) == {"n": "urn:x:1"}
    assert next_run([after], [before], also_there=("a",)) == {"n": mint("https://site.example/n")}


def test_two_that_went_and_two_that_came_with_one_body_are_paired_in_order_of_path() -> None:
    before = [facts(name, title=name, body="1") for name in ("b", "a")]
    after = [facts(name, title=name, body="1") for name in ("d", "c")]
    assert next_run(after, before) == {"c": mint("https://site.example/a"), "d": mint("https://site.example/b")}


def test_a_body_of_an_item_that_was_withdrawn_long_ago_is_not_that_item() -> None:
    known = entry(facts("old", body="1"), "urn:x:1", gone=150)
    assert ids_after([facts("new", body="1")], known) == {"new": mint("https://site.example/new")}


def test_an_empty_body_is_no_sign_of_a_renamed_post() -> None:
    assert ids_after([facts("new")], entry(facts("old"), "urn:x:1")) == {"new": mint("https://site.example/new")}


def test_posts_at_one_address_are_told_apart_by_their_paths_and_a_number() -> None:
    page = "https://site.example/same"
    found = [facts("a", title="One", page=page), facts("b", day=2, title="Two", page=page)]
    items = first_run(found)
    assert items.ids == {"a": mint(page), "b": mint(f"{page}#!/b")}
    assert [(one.path, one.line, one.code) for one in items.problems] == [("b", 0, "shared-source")]
    assert items.problems[0].message == "a has the same address, this item gets another id; correct one of them"
    taken = facts("t", title="T", literal=mint(f"{page}#!/b"))
    assert ids_after([*found, taken], entry(taken, taken.literal))["b"] == mint(f"{page}#!/b/2")


def test_who_has_the_same_source_or_id_is_named() -> None:
    for same in ({"source": A}, {"literal": "urn:x:1"}):
        (problem,) = first_run([facts("a", title="A", **same), facts("b", day=2, title="B", **same)]).problems
        assert problem.message == "a has the same source or id, this item gets another id; correct one of them"


def test_who_says_the_same_is_named() -> None:
    (problem,) = first_run([facts("a", source=A), facts("b", day=2, source=A)]).problems
    assert (problem.path, problem.line, problem.code) == ("b", 0, "same-article")
    assert problem.message == "same article as a, whose body is published; change its title or remove it"


def test_a_post_that_nobody_else_claims_has_its_own_id_else_that_of_its_link() -> None:
    assert initial_id(facts("a", source=A, literal="urn:x:1")) == "urn:x:1"
    assert initial_id(facts("a", source=A)) == mint(A)
    assert initial_id(facts("a")) == mint("https://site.example/a")


def test_an_adopted_item_keeps_the_id_and_the_times_of_the_earlier_feed() -> None:
    one, other = facts("a", source=A, body="x"), facts("b", source=A, body="x")
    article = Article.of([*map(head, (one, other, facts("c")))])
    made = adopted_entry(article, one, "urn:old", 100, "2021-01-02T00:00:00+00:00")
    post = decode_post(made.post)
    assert post == one.post.identified("urn:old")
    assert made._replace(post=b"") == Entry(
        *("urn:old", "a", A, 100, b""), updated="2021-01-02T00:00:00+00:00", others="b\nc"
    )


def test_the_link_of_a_page_is_canonical_if_it_has_a_canonical_form() -> None:
    assert page_link(facts("a", page="HTTP://www.site.example:80/a/").post) == "https://site.example/a"
    assert page_link(facts("a", page="/a/").post) == "/a/"
    assert link_of(facts("a", page="http://site.example/a")) == "https://site.example/a"
    assert link_of(facts("a", source=A)) == A


def test_an_item_that_is_published_stays_apart_whatever_another_says_of_its_post() -> None:
    one, two = facts("a", source=A, body="x"), facts("b", day=2, source=A, body="x")
    known = [entry(one, mint(A), others="b"), entry(two, "urn:x:b")]
    assert ids_after([one, two], *known) == {"a": mint(A), "b": "urn:x:b"}


def test_all_followers_of_an_item_wait_for_it() -> None:
    followers = [facts(name, day=day, source=A, body="x") for day, name in enumerate(("b", "c", "d"), 2)]
    known = entry(facts("a", source=A, body="x"), mint(A), others="b\nc\nd")
    for leader in ("a", "bb", "e"):
        decisions = decide(
            followers, Ledger({mint(A): known._replace(path=leader)}), [*"bcd", leader], text_of, {leader}
        )
        assert (decisions.articles, decisions.ids) == ((), dict.fromkeys("bcd", mint(A)))
    assert ids_after(followers, known) == dict.fromkeys("bcd", mint(A))


def test_a_withdrawn_item_has_no_followers_that_wait() -> None:
    follower = facts("b", day=2, source=A, body="x")
    known = entry(facts("a", source=A, body="x"), mint(A), others="b", gone=200)
    decisions = decide([follower], Ledger({known.id: known}), ["a", "b"], text_of, {"a"})
    assert [one.post.path for one in decisions.articles] == ["b"]


def test_a_follower_that_was_published_apart_does_not_wait() -> None:
    one, two = facts("a", source=A, body="x"), facts("b", day=2, source=A, body="x")
    known = [entry(one, mint(A), others="b"), entry(two, "urn:x:b")]
    decisions = decide([two], Ledger({each.id: each for each in known}), ["a", "b"], text_of, {"a"})
    assert decisions.ids == {"b": "urn:x:b"}
    assert len(decisions.articles) == 1


def test_a_post_whose_text_cannot_be_read_now_stays_where_it_was() -> None:
    one, two = facts("a", source=A, body=LONG), facts("b", day=2, source=A, body=LONG + "!")

    def ids(ledger: Ledger) -> dict[str, str]:
        return dict(decide([one, two], ledger, ["a", "b"], lambda _: None).ids)

    known = entry(one, mint(A), others="b")
    for missing in ("a", "b"):
        ask = {"a": one.body_hash, "b": two.body_hash, missing: None}
        decided = decide([one, two], Ledger(), ["a", "b"], lambda post, ask=ask: ask[post.post.path])
        assert decided.ids == {"a": mint(A), "b": mint("https://site.example/b")}
    assert ids(Ledger({known.id: known})) == {"a": mint(A), "b": mint(A)}
    assert ids(Ledger({known.id: known}, {"b": "urn:x:another"}))["b"] == mint(A)
    for ledger in (
        Ledger(),
        Ledger({known.id: known._replace(others="")}),
        Ledger({known.id: known._replace(others="")}, {"b": "urn:x:another"}),
    ):
        assert ids(ledger) == {"a": mint(A), "b": mint("https://site.example/b")}


def test_a_body_is_compared_with_another_body_of_a_titled_post_only() -> None:
    for one, two in (("", LONG), (LONG, "")):
        found = [facts("a", source=A, body=one), facts("b", day=2, source=A, body=two)]
        assert len(first_run(found).articles) == 2
    untitled = [facts("a", title="", source=A, body=LONG), facts("b", day=2, title="", source=A, body=LONG + "!")]
    assert len(first_run(untitled).articles) == 2
    titled = [one._replace(post=one.post._replace(title="T")) for one in untitled]
    assert len(first_run(titled).articles) == 1


def test_an_article_has_the_earliest_date_and_the_terms_of_all_its_posts() -> None:
    one = facts("a", day=3, categories=("x",))
    two = facts("b", day=2, categories=("y", "x"))
    two = two._replace(post=two.post._replace(tags=("t",)))
    article = Article.of([head(one), head(two)], "urn:x:1")
    assert (article.claim, article.post.id, article.head, article.others) == ("urn:x:1", "", head(one), (head(two),))
    assert (article.post.path, article.post.date.day) == ("a", 2)
    assert (article.post.categories, article.post.tags) == (("x", "y"), ("t",))


def test_the_leader_is_the_post_first_published_then_the_earliest_then_the_least_path() -> None:
    found = [facts("c", day=1, source=A), facts("b", day=2, source=A), facts("a", day=2, source=A)]
    known = [entry(found[1], "urn:x:b", first=50), entry(found[2], "urn:x:a", first=60)]
    assert [one.metadata.post.path for one in first_run(found).articles] == ["c"]
    assert [one.metadata.post.path for one in first_run(found[1:]).articles] == ["a"]
    articles = decide(found, Ledger({one.id: one for one in known}), "abc", text_of).articles
    assert [(one.metadata.post.path, [other.post.path for other in one.others]) for one in articles] == [
        *(("a", []), ("b", ["c"])),
    ]


def test_whoever_has_the_body_of_a_post_that_went_is_that_post_whoever_has_its_link() -> None:
    known = entry(facts("old", source=A, body="text"), "urn:x:1")
    found = [facts("link", title="L", source=A, body="new"), facts("body", day=2, title="B", body="text")]
    assert ids_after(found, known) == {"link": mint(A), "body": "urn:x:1"}


def test_of_two_that_name_the_id_of_a_post_that_is_gone_the_senior_gets_it() -> None:
    known = entry(facts("old", literal="urn:x:1"), "urn:x:1")
    found = [facts("b", day=2, title="B", literal="urn:x:1"), facts("a", title="A", literal="urn:x:1")]
    assert ids_after(found, known) == {"a": "urn:x:1", "b": mint("https://site.example/b")}


def test_a_source_that_is_the_page_of_a_later_post_merges_nothing_either() -> None:
    page = "https://site.example/z"
    found = [facts("a", source=page, body=LONG)._replace(is_own_source=True), facts("z", day=2, body=LONG)]
    assert first_run(found).ids == {"a": mint("https://site.example/a"), "z": mint(page)}
    itself = facts("a", source="https://site.example/a")._replace(is_own_source=True)
    assert first_run([itself]).ids == {"a": mint("https://site.example/a")}
