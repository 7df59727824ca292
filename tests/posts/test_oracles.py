"""Compare Jekyll sites, post by post, with what Jekyll 4.3.1 reads from them (tests/oracles/read_with_jekyll.rb)."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.shared import shared
from tests.sites import Command

OWN = ["jekyll-defaults", "jekyll-news", "jekyll-plain"]
SITES = [*OWN, "jekyll-finews", "jekyll-mzlogin", "jekyll-opensuse"]
ORACLES = Path(__file__).parent.parent / "oracles"


def read_oracle(name: str) -> dict[str, Any]:
    path = ORACLES / f"{name}.json" if name in OWN else shared("oracle", f"{name}.json")
    return json.loads(path.read_text("utf-8"))  # type: ignore[no-any-return]


def site_folder(name: str) -> Path:
    return ORACLES / name if name in OWN else shared("corpus", name)


@pytest.fixture(params=SITES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def oracle(name: str) -> dict[str, dict[str, Any]]:
    posts = read_oracle(name)["posts"]
    return {post["path"]: post for post in posts}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "feedmill.toml"
    path.write_text('[posts]\nnaive = "utc"\n', "utf-8")
    return path


_LISTED: dict[str, list[dict[str, Any]]] = {}


@pytest.fixture
def ours(name: str, config: Path, feedmill: Command) -> dict[str, dict[str, Any]]:
    if name not in _LISTED:
        outcome = feedmill("list", site_folder(name), "--config", config, "--state", config.with_name("index.sqlite3"))
        assert outcome.code == 0, outcome.err
        _LISTED[name] = outcome.lines
    return {line["path"]: line for line in _LISTED[name] if line["state"] == "published"}


def test_the_same_posts(ours: dict[str, Any], oracle: dict[str, Any]) -> None:
    assert set(ours) == set(oracle)


@pytest.mark.parametrize("what", ["categories", "tags"])
def test_the_same_terms(what: str, ours: dict[str, Any], oracle: dict[str, Any]) -> None:
    # A term counts once, however often the front matter repeats it.
    assert {p: line[what] for p, line in ours.items()} == {p: list(dict.fromkeys(oracle[p][what])) for p in oracle}


def test_the_same_addresses(name: str, ours: dict[str, Any], oracle: dict[str, Any]) -> None:
    oracle_site = read_oracle(name)
    home = oracle_site["url"] + (oracle_site["baseurl"] or "")
    # Jekyll leaves the `?` of a folder's name as it is. The page lies behind `%3F`: else the path ends there.
    pages = {p: home + oracle[p]["url"].replace("?", "%3F") for p in oracle}
    assert {p: line["permalink"] for p, line in ours.items()} == pages


def test_the_same_titles_on_one_line(ours: dict[str, Any], oracle: dict[str, Any]) -> None:
    # A title is one line of plain text: doubled and trailing blanks (nine titles of openSUSE) are not kept.
    assert {p: line["title"] for p, line in ours.items()} == {p: " ".join(oracle[p]["title"].split()) for p in oracle}


def test_the_same_instants(ours: dict[str, Any], oracle: dict[str, Any]) -> None:
    """Offsets that do not exist are subtracted as in Jekyll: 73 authors of openSUSE wrote the time of day twice."""
    different = {
        path: line["date"] for path, line in ours.items() if _instant(line["date"]) != _instant(oracle[path]["date"])
    }
    assert different == {}


def _instant(date: str) -> datetime:
    seconds = re.sub(r"\.\d+", "", date).replace("Z", "+00:00")
    return datetime.fromisoformat(seconds)
