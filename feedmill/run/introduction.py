"""Say, in the first run over a site, which site generator was detected, by what, and where its posts are."""

from __future__ import annotations

import os
from collections.abc import Collection

from feedmill.cli.report import counted


def introduce(label: str, evidence: str, paths: Collection[str], remark: str = "") -> str:
    """Return one line such as `feedmill: Hugo site (hugo.toml), 1,186 posts in content/`.

    Args:
        label: The name of the site generator, or what the site is instead (`SiteKind.label`).
        evidence: What shows it (`posts.sites.detect`).
        paths: The paths of the posts below the site.
        remark: What there is to say of the site generator's configuration (`SiteKind.remark`).
    """
    site = label if label[:1].islower() else f"{label} site"
    folders = {os.path.dirname(path) for path in paths}  # noqa: PTH120 # a text
    common = os.path.commonpath(folders) if folders else ""
    where = f" in {common}/" if common else ""
    what = f"feedmill: {site}{f' ({evidence})' if evidence != '.' else ''}, {counted(len(paths), 'post')}{where}"
    return f"{what}; {remark}" if remark else what
