"""Permalinks: what is cached of one post must never show in another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posts.sites import permalinks
from posts.sites.permalinks import PermalinkError, PermalinkValues, expand_permalink

DAY = datetime(2021, 2, 3, 4, 5, 6, tzinfo=UTC)


def uncached(template: str, parts: PermalinkValues) -> str:
    for cache in (permalinks._filled, permalinks._pieces):
        cache.cache_clear()
    return expand_permalink(template, parts)


@pytest.mark.parametrize("placeholder", sorted(permalinks._VALUES))
def test_every_placeholder_has_the_value_of_its_own_post(placeholder: str) -> None:
    template = f"/p/:{placeholder}/x"
    both = [
        PermalinkValues(DAY, "Slug one", "base-one", "path/one", ("A b",), ".html"),
        PermalinkValues(DAY + timedelta(hours=1, minutes=2, seconds=3), "two", "base-two", "path/two", ("A b",)),
        PermalinkValues(DAY + timedelta(days=400), "two", "base-two", "path/two", ("A b", "c"), ".htm"),
    ]
    alone = [uncached(template, parts) for parts in both]
    assert [expand_permalink(template, parts) for parts in both] == alone
    if placeholder != "collection":
        assert len(set(alone)) > 1


def test_posts_of_one_day_differ_by_their_terms_and_suffixes() -> None:
    parts = [
        PermalinkValues(DAY, slug, "b", "p", categories, suffix)
        for slug, categories, suffix in product(
            "xy", [(), ("a",), ("a", "b"), ("ab",), ("A",), ("a/b",)], [".html", ".htm"]
        )
    ]
    assert [expand_permalink("date", one) for one in parts] == [uncached("date", one) for one in parts]
    assert expand_permalink("date", parts[0]) == "/2021/02/03/x.html"
    assert expand_permalink("date", parts[3]) == "/a/2021/02/03/x.htm"


@pytest.mark.parametrize(
    ("slug", "path"),
    [
        ("plain-1", "/plain-1"),
        ("Cased", "/Cased"),
        ("two--hyphens", "/two-hyphens"),
        ("-outer-", "/outer"),
        ("a b", "/a-b"),
        ("a.b", "/a.b"),
        ("中", "/%E4%B8%AD"),
        ("²", "/"),
    ],
)
def test_a_title_in_an_address_is_a_slug(slug: str, path: str) -> None:
    assert expand_permalink("/:title", PermalinkValues(DAY, slug, "b")) == path


def test_long_categories_are_expanded_as_short_ones_are() -> None:
    names = tuple(f"c{number}" for number in range(400))
    path = expand_permalink("/:categories/:year/:title", PermalinkValues(DAY, "x", "b", categories=names))
    assert path == f"/{'/'.join(names)}/2021/x"


@given(st.text(st.sampled_from(list("a:/._-é ")), max_size=12))
def test_a_template_without_placeholders_is_its_own_path(template: str) -> None:
    parts = PermalinkValues(DAY, "x", "b")
    try:
        path = expand_permalink(template, parts)
    except PermalinkError:
        assert ":" in template
    else:
        assert path == uncached(template, parts)
        assert path.startswith("/")
