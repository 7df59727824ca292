"""Read what is particular to a vault of Obsidian: a plain folder of notes with a folder `.obsidian`.

https://help.obsidian.md/properties, https://help.obsidian.md/tags
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from posts.sites.settings_file import is_false
from posts.sites.terms import flatten

VAULT_FILE = ".obsidian/app.json"
_MOST_BYTES = 1 << 16


def is_vault(root: Path) -> bool:
    """Return whether a folder is a vault."""
    return (root / ".obsidian").is_dir()


def vault_settings(root: Path) -> tuple[tuple[str, str], ...]:
    """Return the folder of attachments for the dialect, as `app.json` sets it; nothing if it sets none."""
    path = root / VAULT_FILE
    try:
        if not path.is_file():  # opening a FIFO would block
            return ()
        with path.open("rb") as file:
            found = json.loads(file.read(_MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return ()
    folder = found.get("attachmentFolderPath") if isinstance(found, dict) else None
    return (("attachments", folder),) if isinstance(folder, str) and folder.strip("/") else ()


def vault_metadata(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return properties with tags without their sign, and with `publish: false` as feedmill holds a post back."""
    found: dict[str, Any] = {}
    for key in ("tags", "tag"):
        written = metadata.get(key)
        if isinstance(written, str):
            # Tags in a text are separated by commas or spaces, and have none of these.
            found[key] = ", ".join(name.lstrip("#") for name in written.replace(",", " ").split())
        elif written is not None:
            found[key] = [name.strip().lstrip("#") for name in flatten(written)]
    if is_false(metadata.get("publish")):
        found.setdefault("published", "false")
    return metadata | found if found else metadata
