"""Compare all files but the assets with reviewed ones: each folder below `golden` has an input and its output.

`python -m tests.feeds.test_golden` writes the output again; review the difference before you commit it.
"""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from feeds.config import decode_feeds_options
from feeds.pages.assets import ASSETS
from feeds.select.feeds import select_feeds
from posts.config.table import Table
from posts.model import Content, Enclosure, Person, Post, Site
from tests.feeds.examples import everything

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(path.name for path in GOLDEN.iterdir())


def people(data: dict[str, Any]) -> tuple[Person, ...]:
    return tuple(Person(**person) for person in data.pop("authors", ()))


def read(data: dict[str, Any]) -> tuple[Post, Content]:
    content = Content(**data.pop("content"))
    for key in ("date", "updated"):
        if key in data:
            data[key] = datetime.fromisoformat(data[key])
    for key in ("categories", "tags"):
        data[key] = tuple(data.get(key, ()))
    enclosures = tuple(Enclosure(**one) for one in data.pop("enclosures", ()))
    return Post(state="published", authors=people(data), enclosures=enclosures, **data), content


def made(case: str) -> dict[str, str]:
    data = json.loads(GOLDEN.joinpath(case, "input.json").read_text("utf-8"))
    site = Site(authors=people(data["site"]), **data["site"])
    mistakes: list[tuple[str, str]] = []
    settings = decode_feeds_options(Table(data["feeds"], "feeds", mistakes), site_url=site.url)
    assert mistakes == []
    pairs = [read(one) for one in data["posts"]]
    feeds = select_feeds([post for post, _ in pairs], site, settings)
    contents = {post.path: content for post, content in pairs}
    files = everything(feeds, contents, site, settings)
    return {one.path: one.data.decode() for one in files if one.path not in ASSETS}


def kept(case: str) -> dict[str, str]:
    root = GOLDEN / case / "output"
    files = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes().decode() for path in files}


@pytest.mark.parametrize("case", CASES)
def test_an_input_becomes_exactly_the_files_beside_it(case: str) -> None:
    written, expected = made(case), kept(case)
    assert written.keys() == expected.keys()
    for path, text in written.items():
        assert text == expected[path], path


def rewrite() -> None:
    for case in CASES:
        shutil.rmtree(GOLDEN / case / "output", ignore_errors=True)
        for path, text in made(case).items():
            target = GOLDEN / case / "output" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())


if __name__ == "__main__":
    rewrite()
