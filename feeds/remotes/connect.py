"""Make the remote of an address. Only the module of its scheme is imported, with the library that it needs."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import cast

from feeds.remotes.base import Remote
from feeds.remotes.options import RemoteOptions
from posts.errors import RemoteError
from posts.files.remote_address import Address

# The module and the callable for each scheme. Each gets the address; that of git also the site and the author.
_REMOTES = {
    **dict.fromkeys(("s3", "gs", "az"), ("feeds.remotes.object_store", "ObjectStoreRemote")),
    "ssh": ("feeds.remotes.ssh", "ssh_remote"),
    "git": ("feeds.remotes.git", "GitRemote"),
}


def open_remote(address: Address, site: Path, options: RemoteOptions) -> Remote:
    """Return the remote of an address. It is connected when it is entered.

    Args:
        address: The address.
        site: The folder of the site, in whose repository a name such as `origin` is looked up.
        options: The author of commits.

    Raises:
        RemoteError: A library that it needs is not installed.
    """
    module, name = _REMOTES[address.scheme]
    try:
        make = getattr(import_module(module), name)
    except ImportError as error:
        raise RemoteError(
            f"{address.text}: {error.name} is not installed, or cannot be loaded; nothing was sent there. "
            "Destinations may need an extra of feedmill, such as `pip install 'feedmill[cloud]'` for object stores"
        ) from error
    return cast("Remote", make(address, site, options.git_author) if address.scheme == "git" else make(address))
