"""Packets of a run outside of memory, and runs that write the same with and without them."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from posts.store import packet_file
from posts.store.packet_file import PacketFile
from tests.sites import Command, post, site, tree


@pytest.fixture(params=[0, 25, 1_000_000])
def packets(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PacketFile:
    monkeypatch.setattr(packet_file, "IN_MEMORY", request.param)
    return PacketFile(tmp_path)


def test_returns_every_packet(packets: PacketFile, tmp_path: Path) -> None:
    written = {f"{n}.md": bytes([n]) * n for n in range(20)}
    for name, packet in written.items():
        packets[name] = packet
    packets["3.md"] = b"newer"
    assert {name: packets[name] for name in written} == {**written, "3.md": b"newer"}
    assert "4.md" in packets
    assert "40.md" not in packets
    with pytest.raises(KeyError):
        packets["40.md"]
    assert [*tmp_path.iterdir()] == []  # the file has no name: it ends with the process, however that ends


def test_a_forked_process_writes_nothing_into_the_file_of_its_parent(packets: PacketFile) -> None:
    packets["a"] = b"a" * 100
    child = os.fork()
    if child == 0:
        packets["b"] = b"b" * 100
        packets["c"] = b"c" * 100
        os._exit(0 if (packets["a"], packets["b"]) == (b"a" * 100, b"b" * 100) else 1)
    packets["d"] = b"d" * 100
    assert os.waitpid(child, 0)[1] == 0
    packets["e"] = b"e" * 100
    assert [packets[name] for name in "ade"] == [name.encode() * 100 for name in "ade"]


def test_packets_stay_in_memory_where_no_file_can_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise OSError

    monkeypatch.setattr(packet_file, "IN_MEMORY", 0)
    monkeypatch.setattr(tempfile, "TemporaryFile", fail)
    packets = PacketFile(tmp_path)
    packets["a"] = b"some bytes"
    assert packets["a"] == b"some bytes"


def test_runs_write_the_same_from_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, feedmill: Command) -> None:
    texts = {f"_posts/2021-01-{day:02}-p.md": f"{post(f'P{day}')}Text {day}.\n" for day in range(1, 9)}
    roots = [site(tmp_path / name, texts) for name in ("memory", "file")]
    for limit, root in zip((1_000_000, 0), roots, strict=True):
        monkeypatch.setattr(packet_file, "IN_MEMORY", limit)
        feedmill("publish", root, "--now", "2022-01-01T00:00Z")
        changed = root / "_posts/2021-01-03-p.md"
        changed.write_text(f"{changed.read_text()}More.\n")
        feedmill("publish", root, "--now", "2022-01-02T00:00Z")
        assert feedmill("check", root).code == 0
    assert tree(roots[0] / "feeds") == tree(roots[1] / "feeds")
    assert feedmill("state", "export", roots[0]).out == feedmill("state", "export", roots[1]).out
