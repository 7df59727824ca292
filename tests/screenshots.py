"""The pictures in the README and in the documentation: `python -m tests.screenshots` takes them anew.

They show the site in `examples/news`, and the feed in `docs/try`.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

import publish
from tests.browsing.driving import chromium
from tests.browsing.serving import Server
from tests.recording import PICTURE, drawn, record

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
HOST = """<!DOCTYPE html>
<html lang="zh-CN"><meta charset="utf-8"><title>渔港邻里</title>
<style>
  body {{ font: 16px/1.7 system-ui, sans-serif; max-width: 40rem; margin: 0 auto; padding: 1.5rem }}
  html {{ background: #eef3f2; color: #12302e }}
  h1 {{ font-size: 1.5rem; margin: 0 0 .5rem }}
  aside {{ background: #fff; border-radius: 8px; padding: .5rem 1.1rem; margin-top: 1.2rem }}
  feed-embed {{ --feed-embed-link: #0b5f59; --feed-embed-quiet: #55706e }}
  h2 {{ font-size: 1.05rem; margin: .5rem 0 }}
</style>
<h1>渔港邻里</h1><p>社区活动、潮汐时刻与邻里互助。本页的新闻列表来自《海港快讯》。</p>
<aside><h2>海港快讯</h2>
<script async src="{root}/embed.js" crossorigin="anonymous"></script>
<feed-embed src="{root}/feed.json" limit="3" show="title date summary"></feed-embed></aside>"""

LAYOUTS = """<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>Harbour</title>
<style>
  body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 0 auto; padding: 1rem 1.5rem }}
  feed-embed {{ margin-bottom: 1.5rem }}
  feed-embed:not([theme]) {{ --feed-embed-link: #0b5f59; --feed-embed-quiet: #55706e }}
</style>
<script async src="{root}/embed.js" crossorigin="anonymous"></script>
<feed-embed src="{root}/feed.json" limit="3" layout="cards" show="title date summary image"></feed-embed>
<feed-embed src="{root}/feed.json" limit="4" layout="compact" dates="relative"></feed-embed>
<feed-embed src="{root}/feed.json" layout="ticker" theme="dark" show="title"></feed-embed>"""


def main() -> None:
    PICTURE.write_text(drawn(record()), "utf-8")
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "news"
        shutil.copytree(ROOT / "examples" / "news", site, ignore=shutil.ignore_patterns("feeds", ".feedmill"))
        publish.main([str(site), "-q"])
        IMAGES.mkdir(exist_ok=True)
        headers = {"Access-Control-Allow-Origin": "*"}
        with Server(site / "feeds", headers=headers) as feeds, Server() as host, chromium() as browser:
            host.files["/index.html"] = HOST.format(root=feeds.url)
            _take(browser, f"{feeds.url}/", "page-light.png", height=1000)
            _take(browser, f"{feeds.url}/", "page-dark.png", height=1000, scheme="dark")
            _take(browser, f"{host.url}/", "widget.png", height=640)
            feeds.folder = ROOT / "docs" / "try"
            host.files["/index.html"] = LAYOUTS.format(root=feeds.url)
            _take(browser, f"{host.url}/", "widget-layouts.png", height=600)
            _take(browser, f"{feeds.url}/try.html", "widget-try.png", height=1000)


def _take(browser: Browser, url: str, name: str, height: int, scheme: str = "light") -> None:
    size = {"width": 760, "height": height}
    with browser.new_context(viewport=size, color_scheme=scheme) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.clock.set_fixed_time("2026-03-14T09:00:00Z")  # for relative dates
        page.goto(url)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=IMAGES / name, animations="disabled")


if __name__ == "__main__":
    main()
