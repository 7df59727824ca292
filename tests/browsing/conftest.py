"""Fixtures: browser pages, and a site that is served at its configured address."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from feeds.pages import assets
from tests.browsing.serving import Server
from tests.sites import Command, post, site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# Without these libraries the tests cannot be imported; test_at_hand.py reports that.
MISSING = [name for name in ("playwright", "axe_playwright_python") if find_spec(name) is None]
collect_ignore = (
    [f"test_{name}.py" for name in ("browsed_pages", "widget", "widget_options", "frame", "try_page")]
    if MISSING
    else []
)

CONFIG = "title: The Tide\nurl: https://site.example\ndescription: News & notes\nlang: {language}\n"
POSTS = {
    "_posts/2021-12-31-a.md": post("Harbour reopens", tags="[long-names, '{}']".format("x" * 70)),
    "_posts/2021-12-24-b.md": post("A title " + "without-a-break" * 20, source_url="https://paper.example/b"),
    "_posts/2021-12-01-c.md": post("渔港开市：今春第一批银鱼上岸", lang="zh-CN").replace("2021-12-31", "2021-12-01"),
}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return a new page that fails the test on any blocked request or error."""
    with browser.new_context() as context:
        one = context.new_page()
        said: list[str] = []
        one.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        one.on("pageerror", lambda error: said.append(str(error)))
        yield one
        assert said == []


@pytest.fixture(scope="session")
def servers() -> Iterator[dict[str, Server]]:
    """Return servers that tests share, each with an origin of its own; a test starts with `reset`."""
    with ExitStack() as stack:
        kept = Kept(stack)
        yield kept


class Kept(dict[str, Server]):
    """Servers by name, kept until the end of the session."""

    def __init__(self, stack: ExitStack) -> None:
        super().__init__()
        self._stack = stack

    def __missing__(self, name: str) -> Server:
        self[name] = server = self._stack.enter_context(Server())
        return server


@pytest.fixture
def host(servers: dict[str, Server]) -> Server:
    """Return the server of a page that embeds a feed."""
    return servers["host"].reset()


@pytest.fixture
def feeds(servers: dict[str, Server]) -> Server:
    """Return the server of the widget and the feed."""
    files = {"/embed.js": assets.read_asset(assets.WIDGET).decode()}
    return servers["feeds"].reset(files, {"Access-Control-Allow-Origin": "*"})


Publish = Callable[..., Server]


@pytest.fixture
def published(feedmill: Command, servers: dict[str, Server], tmp_path_factory: pytest.TempPathFactory) -> Publish:
    """Return `published(posts, language, **feeds)`, which serves the feeds of these posts; equal sites are built once.

    `feeds` are settings of `[feeds]`.
    """

    def publish(posts: dict[str, str] = POSTS, language: str = "en", **feeds: object) -> Server:
        server = servers[repr((posts, language, feeds))].reset(headers={"Access-Control-Allow-Origin": "*"})
        if server.folder is None:
            settings = {"url": server.url, "by": ["category", "tag"], **feeds}
            config = "".join(["[feeds]\n", *(f"{key} = {json.dumps(value)}\n" for key, value in settings.items())])
            root = tmp_path_factory.mktemp("site")
            site(root, {**posts, "feedmill.toml": config}, CONFIG.format(language=language))
            outcome = feedmill(root)
            assert outcome.code == 0, outcome.err
            server.folder = root / "feeds"
        return server

    return publish
