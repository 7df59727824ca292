"""The configurations in docs/how-to/engines.md give the addresses that the generators give."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.sites import Command

PAGE = (Path(__file__).parent.parent / "docs" / "how-to" / "engines.md").read_text("utf-8")
POSTS = {
    "Gatsby": {
        "content/blog/hello/index.md": "---\ntitle: Hello\ndate: 2024-03-01\n---\nText\n",
        "content/blog/other.md": "---\ntitle: Other\ndate: 2024-03-02\n---\nText\n",
    },
}
LINKS = {
    "Gatsby": ["/hello/", "/other/"],
}


@pytest.mark.parametrize("name", POSTS)
def test_the_configuration_of_the_page_gives_the_addresses_of_the_generator(
    name: str, feedmill: Command, tmp_path: Path
) -> None:
    section = PAGE.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    config = re.findall(r"```toml\n(.*?)```", section, re.DOTALL)[0]
    assert tomllib.loads(config)["site"] == {"url": "https://blog.example"}
    for path, text in POSTS[name].items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    (tmp_path / "feedmill.toml").write_text(config, "utf-8")
    assert feedmill(tmp_path).code == 0
    shown = [line for line in feedmill("list", tmp_path).lines if line["state"] == "published"]
    assert [line["permalink"] for line in shown] == [f"https://blog.example{link}" for link in LINKS[name]]
