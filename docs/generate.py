"""Write the tables of the reference and the page "Try the widget": `python -m docs.generate`.

The text between `<!-- generated: NAME -->` and `<!-- end -->` is made from the program itself; everything else on a
page is written by hand and is not changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from docs.settings import SECTIONS, Key
from feedmill.cli.arguments import COMMANDS, SHORT, option_values
from feedmill.cli.help import EXIT_CODES
from feeds.model import Feed
from feeds.options import FeedsOptions
from feeds.pages import assets
from feeds.pages.render import PageRenderer
from posts.errors import ProblemKind
from posts.model import Site
from posts.problems import PROBLEMS

FOLDER = Path(__file__).parent
TRY = FOLDER / "try"
PAGES = tuple(FOLDER / "reference" / f"{name}.md" for name in ("command", "configuration", "problems"))
_BLOCK = re.compile(r"(<!-- generated: (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)
# What is code in the one-line texts of `feedmill help`, which do not mark it.
_CODE = re.compile(
    r"""`(?P<marked>[^`]+)` | "(?P<quoted>\w+)" | (?<=[(])\w+(?:[ ]\w+)?[ ]SITE[^),]* | \[\w+\][ ]\w+ | SITE/[\w./]+
    | feedmill\.toml | (?:adopt[ ])?--[a-z-]+(?:[ ](?:systemd|10m))? | 127[.\d]+""",
    re.VERBOSE,
)


def main() -> None:
    """Write the tables of all pages, and the page "Try the widget"."""
    for page in PAGES:
        page.write_text(filled(page.read_text("utf-8")), "utf-8", newline="\n")
    for name, data in try_files().items():
        (TRY / name).write_bytes(data)


def try_files() -> dict[str, bytes]:
    """Return the files of "Try the widget" by name, as feedmill writes them for a site with the feed in `docs/try`."""
    items = len(json.loads((TRY / "feed.json").read_bytes())["items"])
    feed = Feed("all", "", "", "Harbour news", "", "", "full", (), total=items)
    site = Site("Harbour news", "https://example.org", language="en")
    renderer = PageRenderer([feed], site, FeedsOptions("https://example.org/feeds", try_widget=True))
    files = {name: renderer.asset(name) for name in (assets.WIDGET, "pages.css", "pages.js", *assets.TRY_ASSETS)}
    # In the documentation, the page of the feed is the guide.
    return {name: data.replace(b'href="index.html"', b'href="../how-to/embed/"') for name, data in files.items()}


def filled(page: str) -> str:
    """Return the text of a page with every table made again."""
    return _BLOCK.sub(lambda block: f"{block[1]}\n{_made(block[2])}\n\n{block[3]}", page)


def marks(page: str) -> list[str]:
    """Return the names of the tables of a page."""
    return [block[2] for block in _BLOCK.finditer(page)]


def _made(name: str) -> str:
    if name.startswith("["):
        return _settings(SECTIONS[name[1:-1]])
    return _options(name.removeprefix("options of ")) if name.startswith("options of ") else _TABLES[name]()


def _settings(keys: Sequence[Key]) -> str:
    counterpart = any(key.jekyll for key in keys)
    heads = ["key", "default", "meaning", *(["`_config.yml`"] if counterpart else [])]
    return _table(heads, ([f"`{key.name}`", key.default, key.meaning, *_jekyll(key, counterpart)] for key in keys))


def _jekyll(key: Key, counterpart: bool) -> list[str]:
    return [", else ".join(f"`{name}`" for name in key.jekyll)] if counterpart else []


def _commands() -> str:
    rows = ([f"[`{name}`](#{name})", _marked(command.summary)] for name, command in COMMANDS.items())
    return _table(["command", "meaning"], rows)


def _options(command: str) -> str:
    names = COMMANDS[command].options
    return _table(["option", "meaning"], ([_spelt(command, name), _meaning(command, name)] for name in names))


def _spelt(command: str, name: str) -> str:
    value = option_values(command, name).get("metavar", "")
    spelt = [*(short for short, long in SHORT.items() if long == name), f"{name} {value}".rstrip()]
    return ", ".join(f"`{one}`" for one in spelt)


def _meaning(command: str, name: str) -> str:
    return _marked(option_values(command, name)["help"].replace("%%", "%"))


def _exit_codes() -> str:
    return _table(["exit", "meaning"], ([f"{code}", _marked(meaning)] for code, meaning in EXIT_CODES.items()))


def _problems() -> str:
    heads = ["code", "severity", "what is wrong", "what to do"]
    return _table(heads, ([f"`{code}`", _severity(kind), kind.meaning, kind.remedy] for code, kind in PROBLEMS.items()))


def _severity(kind: ProblemKind) -> str:
    return f"{kind.severity} or warning" if kind.can_warn else kind.severity


def _marked(text: str) -> str:
    return _CODE.sub(lambda found: f"`{found['marked'] or found['quoted'] or found[0]}`", text)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", r"\|") for cell in row) + " |" for row in lines)


_TABLES: dict[str, Callable[[], str]] = {"commands": _commands, "exit codes": _exit_codes, "problems": _problems}


if __name__ == "__main__":
    main()
