"""Read a site in a bucket (`feedmill s3://bucket/site`): bring its copy beside the index up to date before a run."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from feedmill.cli.progress import Progress
from feedmill.run.options import RunOptions
from feeds.options import FeedsOptions
from posts.config.load import section
from posts.copy.extent import Wants
from posts.copy.update import update_copy
from posts.errors import FeedmillError, UsageError
from posts.files.remote_address import parse_address
from posts.objects.store import open_store
from posts.pipeline.media_files import can_read_durations, durations_version, probe_media


def with_current_copy(options: RunOptions) -> RunOptions:
    """Return the options of a run; if the site is in a bucket, bring its copy up to date first.

    Raises:
        RemoteError: The bucket cannot be read.
        RefusedError: The index is that of a site in another bucket.
        BusyError: Another run brings the copy up to date.
    """
    if not options.address:
        return options
    copy, address = options.site.parent, parse_address(options.address)
    for name, path in (("--out", options.out), ("--config", options.config)):
        if path and path.resolve().is_relative_to(copy.resolve()):
            raise UsageError(f"{name}: {path} is in {copy}, the copy of {options.address}; use another")
    source = open_store(address)
    with closing(Progress(quiet=not options.show_progress)) as progress:

        def shown(parts: Iterable[int], total: int) -> Iterable[int]:
            return progress.over("copying", parts, total)

        home = f"{address.scheme}://{address.host}/{address.path}"
        updated = update_copy(copy, home, source, lambda site: _wants(site, options.config), shown)
    return options._replace(problems=updated.problems)


def require_copy(options: RunOptions) -> None:
    """Check that there is a copy, for commands that need no current one.

    Raises:
        UsageError: The site is in a bucket of which there is no copy yet.
    """
    if options.address and not options.site.is_dir():
        raise UsageError(
            f"there is no copy of {options.address} beside {options.state}; run `feedmill {options.address}` first, "
            "or correct --state"
        )


def _wants(site: Path, config: Path | None) -> Wants:
    """Return what a run needs of the files of a site, by its configuration."""
    with suppress(FeedmillError):  # the run reports what is wrong with the configuration
        output = _output(section(site, config, "feeds").get("out", FeedsOptions("").out))
        if section(site, config, "podcast"):
            return Wants(output, True, can_read_durations(), probe_media, durations_version())
        return Wants(output)
    return Wants()


def _output(written: Any) -> str:
    """Return the configured output folder below the site, which may have been copied to the bucket; "" for none."""
    if not isinstance(written, str) or written.startswith("/"):
        return ""
    path = posixpath.normpath(written)
    return "" if path in (".", "..") or path.startswith("../") else path
