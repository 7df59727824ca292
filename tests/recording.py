"""A recording of a terminal as an SVG picture: commands run on the example site, and what they print."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "docs" / "images" / "terminal.svg"
EDITED = "news/_posts/2026-03-09-yugang.md"
LINE, TOP, LEFT, WIDTH = 24, 30, 20, 760
STYLE = """\
rect { fill: #10201f } text { font: 14px ui-monospace, monospace; fill: #d5e4e2; white-space: pre }
.command { fill: #8fd6c8 } .later { opacity: 0; animation: show 0s forwards } @keyframes show { to { opacity: 1 } }
@media (prefers-reduced-motion: reduce) { .later { opacity: 1; animation: none } }
"""


def record() -> list[tuple[str, bool]]:
    """Run the commands, and return their lines: the text, and whether it is a command."""
    lines: list[tuple[str, bool]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        site = folder / "news"
        shutil.copytree(ROOT / "examples" / "news", site, ignore=shutil.ignore_patterns("feeds", ".feedmill"))
        lines += _feedmill(folder, "news")
        lines += _feedmill(folder, "news")
        lines.append((f"echo 'Another line.' >> {EDITED}", True))
        with (folder / EDITED).open("a", encoding="utf-8") as file:
            file.write("Another line.\n")
        lines += _feedmill(folder, "news")
        lines.append(("ls news/feeds/category", True))
        lines.append(("  ".join(sorted(path.name for path in (site / "feeds" / "category").iterdir())), False))
    return lines


def _feedmill(folder: Path, *arguments: str) -> list[tuple[str, bool]]:
    command = [sys.executable, ROOT / "publish.py", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    printed = [line for line in done.stdout.splitlines() if line.strip()]
    return [(f"feedmill {' '.join(arguments)}", True), *((line[:88], False) for line in printed)]


def drawn(lines: list[tuple[str, bool]]) -> str:
    """Return the picture. The lines appear one after the other, at once for those who prefer reduced motion."""
    height = TOP + LINE * len(lines)
    texts, seconds = [], 0.0
    for number, (text, is_command) in enumerate(lines):
        seconds += 1.2 if is_command else 0.3
        kind, shown = ("later command", f"$ {text}") if is_command else ("later", text)
        texts.append(
            f'<text class="{kind}" x="{LEFT}" y="{TOP + LINE * number}" style="animation-delay: {seconds:.1f}s">'
            f"{escape(shown)}</text>\n"
        )
    said = escape("; ".join(text for text, is_command in lines if is_command), quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        f' role="img" aria-label="A terminal: {said}">\n<style>\n{STYLE}</style>\n'
        f'<rect width="{WIDTH}" height="{height}" rx="8" />\n{"".join(texts)}</svg>\n'
    )
