"""A whole site inline in a test: a folder from a mapping of paths to texts, and a run over it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import publish

CONFIG = "title: Site\nurl: https://site.example\ntimezone: Asia/Shanghai\n"
POST = "---\ntitle: {title}\ndate: 2021-12-31 11:38:35 +0800\ncategories: news\n---\nText of {title}.\n"


def site(root: Path, files: Mapping[str, str | bytes], config: str | None = CONFIG) -> Path:
    """Writes `files`, and a Jekyll configuration unless `config` is None."""
    root.mkdir(parents=True, exist_ok=True)
    whole = dict(files) if config is None else {"_config.yml": config, **files}
    for path, text in whole.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def post(title: str = "One", **fields: str) -> str:
    """A post with a title, a date and a category; `fields` are added to its front matter."""
    extra = "".join(f"{key}: {value}\n" for key, value in fields.items())
    return POST.format(title=title).replace("categories:", f"{extra}categories:", 1)


def tree(root: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path there."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


class Outcome:
    """What a run of the command line did."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def report(self) -> dict[str, Any]:
        return json.loads(self.out)  # type: ignore[no-any-return]

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def codes(self) -> list[tuple[str, int, str]]:
        return [(problem["path"], problem["line"], problem["code"]) for problem in self.report["problems"]]


class Command:
    """The command line, run in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: object) -> Outcome:
        self._capsys.readouterr()
        try:
            code = publish.main([str(argument) for argument in arguments])
        except SystemExit as stop:  # argparse ends the program itself
            code = int(stop.code or 0)
        captured = self._capsys.readouterr()
        return Outcome(code, captured.out, captured.err)
