"""The documentation as a site: it is built without a warning, and asks no other host for anything."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browsing.serving import Server
from tests.needs import lacking

if TYPE_CHECKING:  # a newcomer's machine has no such library
    from playwright.sync_api import Browser

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site. Strict: a page that no list names, a link or an anchor that leads nowhere ends the build."""
    if not find_spec("zensical"):
        lacking("zensical, which is in .[docs]")
    folder = tmp_path_factory.mktemp("site")
    # It writes into a folder beside its configuration, and follows no links.
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "mkdocs.yml", folder)
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return folder / "site"


class Fetched(HTMLParser):
    """The addresses that a page has its reader's browser fetch: all but those that links lead to."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("src", "srcset", "action", "data", "poster") or (name == "href" and tag != "a"):
                self.addresses.append(value or "")


def pages(site: Path) -> dict[str, Path]:
    return {path.relative_to(site).as_posix(): path for path in sorted(site.rglob("*.html"))}


def test_every_page_is_on_the_site_and_no_program(site: Path) -> None:
    sources = {path.relative_to(ROOT / "docs").with_suffix("") for path in (ROOT / "docs").rglob("*.md")}
    expected = {("" if one.name == "index" else f"{one.as_posix()}/") + "index.html" for one in sources}
    assert {*pages(site)} == expected | {"404.html", "try/try.html"}
    assert list(site.rglob("*.py*")) == []


def test_no_page_fetches_anything_from_another_host(site: Path) -> None:
    found = {name: Fetched(page).addresses for name, page in pages(site).items()}
    assert all(len(addresses) > 2 for addresses in found.values())
    absolute = re.compile(r"\s*(?:[a-z]+:)?//", re.IGNORECASE)
    assert [one for addresses in found.values() for one in addresses if absolute.match(one)] == []
    sheets = "".join(path.read_text("utf-8") for path in site.rglob("*.css"))
    assert re.findall(r"""(?:url\(|@import)\s*["']?\s*(?:https?:)?//[^)"']*""", sheets) == []


def test_no_mark_of_markdown_is_left_on_a_page(site: Path) -> None:
    marks = re.compile(r"```|^\||\]\(", re.MULTILINE)
    for name, page in pages(site).items():
        text = re.sub(r"<(script|code|title)\b.*?</\1>", "", page.read_text("utf-8"), flags=re.DOTALL)
        assert marks.findall(text) == [], name


def test_a_browser_asks_the_site_alone(site: Path, browser: Browser) -> None:
    with Server(site) as server, browser.new_context() as context:
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for name in pages(site):
            page.goto(f"{server.url}/{name}", wait_until="load")
        page.goto(f"{server.url}/index.html", wait_until="networkidle")
        page.keyboard.press("/")
        page.get_by_role("combobox", name="Search").fill("WebSub")
        page.locator("h2", has_text="Notify WebSub hubs").locator("mark").first.wait_for()
    assert any("search.json" in url for url in asked)
    assert [url for url in asked if not url.startswith((server.url, "data:", "blob:"))] == []
