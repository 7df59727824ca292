"""Object stores on this machine, for tests: moto's S3 server, gcp-storage-emulator and azurite."""

from __future__ import annotations

import logging
import os
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from posts.objects.connect import Patience
from tests.needs import lacking

QUICK = Patience(retries=2, first_pause=0.01, longest_pause=0.02, timeout=5, total=10)


def clean_environment(patch: pytest.MonkeyPatch, home: Path) -> None:
    """Take away what the environment says about clouds, and the home folder."""
    for name in os.environ:
        if name.startswith(("AWS_", "AZURE_", "GOOGLE_", "GCS_", "IDENTITY_")):
            patch.delenv(name)
    patch.setenv("HOME", str(home))
    patch.setenv("NO_PROXY", "127.0.0.1,localhost")
    patch.setenv("no_proxy", "127.0.0.1,localhost")
    patch.setattr("posts.objects.connect._is_cloud_machine", lambda: False)


@contextmanager
def s3_server() -> Iterator[str]:
    """Yield the endpoint of moto's S3 server, with the bucket `bucket`."""
    try:
        import obstore  # noqa: F401
        from moto.server import ThreadedMotoServer
    except ImportError:
        lacking("moto and obstore: install feedmill[readers]")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    endpoint = f"http://127.0.0.1:{server.get_host_and_port()[1]}"
    request("PUT", f"{endpoint}/bucket")
    yield endpoint
    server.stop()


def request(method: str, address: str, body: bytes | None = None, **headers: str) -> bytes:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    made = urllib.request.Request(address, data=body, method=method, headers=named)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(made, timeout=10) as answer:
        return answer.read()
