"""The tables of the reference: `python -m docs.generate` writes them into the pages anew, between marks.

What stands between `<!-- generated: NAME -->` and `<!-- end -->` is made from the program itself; all else on a page is
written by hand and stays as it is.
"""

from __future__ import annotations

import re
from argparse import Action
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from docs.settings import SECTIONS, Key
from feedmill.cli.parser import EXITS, VERBS, parser
from posts.problems import PROBLEMS, ProblemKind

FOLDER = Path(__file__).parent
PAGES = tuple(FOLDER / "reference" / f"{name}.md" for name in ("command", "configuration", "problems"))
_BLOCK = re.compile(r"(<!-- generated: (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)
# What is code in the one-line texts of `feedmill --help`, which have no other mark for it.
_CODE = re.compile(
    r"""`(?P<marked>[^`]+)` | "(?P<quoted>\w+)" | (?<=[(])\w+(?:[ ]\w+)?[ ]SITE[^),]* | \[\w+\][ ]\w+ | SITE/[\w./]+
    | feedmill\.toml | --[a-z]+(?:[ ](?:systemd|10m))? | 127[.\d]+""",
    re.VERBOSE,
)


def main() -> None:
    for page in PAGES:
        page.write_text(filled(page.read_text("utf-8")), "utf-8", newline="\n")


def filled(page: str) -> str:
    """The page with every table made anew."""
    return _BLOCK.sub(lambda block: f"{block[1]}\n{_made(block[2])}\n\n{block[3]}", page)


def marks(page: str) -> list[str]:
    """The names of the tables that the page asks for."""
    return [block[2] for block in _BLOCK.finditer(page)]


def _made(name: str) -> str:
    return _settings(SECTIONS[name[1:-1]]) if name.startswith("[") else _TABLES[name]()


def _settings(keys: Sequence[Key]) -> str:
    counterpart = any(key.jekyll for key in keys)
    heads = ["key", "default", "meaning", *(["`_config.yml`"] if counterpart else [])]
    return _table(heads, ([f"`{key.name}`", key.default, key.meaning, *_jekyll(key, counterpart)] for key in keys))


def _jekyll(key: Key, counterpart: bool) -> list[str]:
    return [", else ".join(f"`{name}`" for name in key.jekyll)] if counterpart else []


def _verbs() -> str:
    return _table(["verb", "meaning"], ([f"`{verb}`", _marked(meaning)] for verb, meaning in VERBS.items()))


def _options() -> str:
    return _table(["option", "meaning"], ([_spelt(action), _meant(action)] for action in options()))


def options() -> list[Action]:
    """All options of the command line."""
    return [action for action in parser()._actions if action.option_strings]  # noqa: SLF001 # argparse has no other door


def _spelt(action: Action) -> str:
    value = f" {action.metavar}" if action.metavar else " FORM" if action.choices else ""
    return ", ".join(f"`{option}{value if option.startswith('--') else ''}`" for option in action.option_strings)


def _meant(action: Action) -> str:
    meaning = _marked((action.help or "") % {"prog": "feedmill"})
    return meaning + (": " + ", ".join(f"`{one}`" for one in action.choices) if action.choices else "")


def _exits() -> str:
    return _table(["exit", "meaning"], ([f"{code}", _marked(meaning)] for code, meaning in EXITS.items()))


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


_TABLES: dict[str, Callable[[], str]] = {"verbs": _verbs, "options": _options, "exits": _exits, "problems": _problems}


if __name__ == "__main__":
    main()
