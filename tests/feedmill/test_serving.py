"""Test the preview server over HTTP."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from feedmill.preview.hosts import is_own_host
from feedmill.preview.rebuild import Build, run_preview
from feedmill.preview.server import Server, bind
from posts.errors import FeedmillError


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    (tmp_path / "rss.xml").write_text("<rss/>" * 100)
    (tmp_path / "index.html").write_text("<body>Hello</body>")
    with bind(None, 0, tmp_path) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.live_reload.close()
        server.shutdown()
        thread.join()


@pytest.fixture
def connection(server: Server) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    yield connection
    connection.close()


def ask(
    connection: http.client.HTTPConnection, method: str, path: str, **headers: str
) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    return response.status, response.headers, response.read()


def test_one_connection_asks_again_and_again(connection: http.client.HTTPConnection) -> None:
    status, headers, body = ask(connection, "GET", "/rss.xml")
    assert (status, headers["Content-Type"], body) == (200, "application/xml; charset=utf-8", b"<rss/>" * 100)
    assert ask(connection, "GET", "/rss.xml", if_none_match=headers["ETag"])[::2] == (304, b"")
    assert ask(connection, "GET", "/rss.xml", if_modified_since=headers["Last-Modified"])[::2] == (304, b"")
    status, headers, body = ask(connection, "GET", "/rss.xml", accept_encoding="gzip")
    assert (headers["Content-Encoding"], headers["Content-Length"]) == ("gzip", str(len(body)))
    assert ask(connection, "GET", "/nothing")[0] == 404
    assert connection.sock is not None


def test_head_gives_the_headers_of_get(connection: http.client.HTTPConnection) -> None:
    _, got, _ = ask(connection, "GET", "/rss.xml")
    status, headers, body = ask(connection, "HEAD", "/rss.xml")
    assert (status, body) == (200, b"")
    assert {**headers, "Date": ""} == {**got, "Date": ""}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_it_is_for_looking_only(connection: http.client.HTTPConnection, method: str) -> None:
    status, headers, _ = ask(connection, method, "/rss.xml")
    assert (status, headers["Allow"]) == (405, "GET, HEAD")


def answer_to(server: Server, target: str, *hosts: str) -> bytes:
    """What the server answers to a request with these Host headers; PORT stands for its port."""
    lines = "".join(f"Host: {host}\r\n" for host in hosts)
    request = f"GET {target} HTTP/1.1\r\n{lines}Connection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.server_address[1]), timeout=10) as raw:
        raw.sendall(request.replace("PORT", str(server.server_address[1])).encode())
        return b"".join(iter(lambda: raw.recv(65536), b""))


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/../../../etc/passwd", 404),
        ("//etc/passwd", 404),
        ("/%2e%2e/%2e%2e/etc/passwd", 404),
        ("http://localhost/../y", 404),
        ("http://x/../y", 403),
        ("http://[/", 403),
        ("rss.xml", 400),
        ("*", 400),
        ("ftp://localhost/rss.xml", 400),
    ],
)
def test_targets_that_no_client_would_send(server: Server, target: str, status: int) -> None:
    answer = answer_to(server, target, "localhost")
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"root:" not in answer


@pytest.mark.parametrize(
    ("hosts", "status"),
    [
        (["localhost:PORT"], 200),
        (["127.0.0.1"], 200),
        (["localhost:"], 200),
        (["[::1]:PORT"], 200),
        (["localhost:1"], 403),
        (["127.0.0.1:80"], 403),
        ([], 400),
        (["localhost", "localhost"], 400),
        (["attacker.example"], 403),
        (["attacker.example:PORT"], 403),
        (["localhost.attacker.example"], 403),
        (["192.0.2.1"], 403),
        ([""], 403),
    ],
)
@pytest.mark.parametrize("target", ["/rss.xml", "/_preview.js"])
def test_only_the_own_host_is_served(server: Server, hosts: list[str], status: int, target: str) -> None:
    answer = answer_to(server, target, *hosts)
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert (b"Access-Control" in answer) is False


@pytest.mark.parametrize(
    ("target", "host", "status"),
    [
        ("http://localhost:PORT/rss.xml", "attacker.example", 200),
        ("HTTP://127.0.0.1:PORT/rss.xml?a=b", "127.0.0.1:PORT", 200),
        ("http://localhost:PORT", "localhost", 200),
        ("http://localhost:PORT?a", "localhost", 200),
        ("http://localhost:1/rss.xml", "localhost:PORT", 403),
        ("http://attacker.example/rss.xml", "localhost:PORT", 403),
        ("http://attacker.example:PORT/_problems", "localhost:PORT", 403),
        ("http://attacker.example/_events", "localhost:PORT", 403),
        ("http://localhost@attacker.example/rss.xml", "localhost:PORT", 403),
        ("http://user@localhost:PORT/rss.xml", "localhost:PORT", 403),
        ("http:///rss.xml", "localhost:PORT", 403),
        ("https://localhost:PORT/rss.xml", "localhost:PORT", 400),
    ],
)
def test_an_absolute_target_counts_in_place_of_the_host(server: Server, target: str, host: str, status: int) -> None:
    assert answer_to(server, target, host).startswith(f"HTTP/1.1 {status} ".encode())
    assert answer_to(server, target).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    ("header", "bound", "own"),
    [
        ("preview.example:8000", "preview.example", True),
        ("preview.example:8001", "preview.example", False),
        ("192.0.2.1:8000", "0.0.0.0", True),
        ("192.0.2.1:9000", "0.0.0.0", True),
        ("[2001:db8::1]", "::", True),
        ("attacker.example", "0.0.0.0", False),
        ("attacker.example", "::1", False),
        ("LOCALHOST.", "127.0.0.1", True),
        ("a b", "127.0.0.1", False),
    ],
)
def test_the_host_that_is_bound_is_the_own_one(header: str, bound: str, own: bool) -> None:
    assert is_own_host(header, bound, 8000) is own


def test_pages_listen_for_the_next_edition(server: Server, connection: http.client.HTTPConnection) -> None:
    server.live_reload.notify([])
    page = ask(connection, "GET", "/")[2].decode()
    assert f'<script src="/_preview.js" data-edition="{server.live_reload.edition}"></script>' in page
    assert b"EventSource" in ask(connection, "GET", "/_preview.js")[2]
    listener = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    listener.request("GET", "/_events")
    stream = listener.getresponse()
    assert stream.headers["Content-Type"] == "text/event-stream"
    first = json.loads(stream.readline().removeprefix(b"data: "))
    assert first == {"edition": server.live_reload.edition, "problems": 0}
    assert stream.readline() == b"\n"
    server.live_reload.notify(["a.md:3: error: no date [no-date]"])
    assert json.loads(stream.readline().removeprefix(b"data: ")) == {
        "edition": server.live_reload.edition,
        "problems": 1,
    }
    server.live_reload.close()
    assert stream.read() == b"\n"
    listener.close()


def test_the_problems_have_a_page(server: Server, connection: http.client.HTTPConnection) -> None:
    assert "No problems" in ask(connection, "GET", "/_problems")[2].decode()
    server.live_reload.notify(["<b>.md:3: error: no date [no-date]"])
    page = ask(connection, "GET", "/_problems")[2].decode()
    assert "&lt;b&gt;.md:3: error: no date [no-date]" in page
    assert "data-edition" in page


def test_the_next_free_port_is_taken_unless_one_is_asked_for(tmp_path: Path) -> None:
    with bind(None, None, tmp_path) as first, bind(None, None, tmp_path) as second:
        port = first.server_address[1]
        assert 8000 <= port < second.server_address[1] < 8100
        assert first.address == f"http://127.0.0.1:{port}/"
        with pytest.raises(FeedmillError, match=f"port {port} is in use; use another --port"):
            bind(None, port, tmp_path)
    with pytest.raises(FeedmillError, match=r"use another --host"):
        bind("192.0.2.1", 0, tmp_path)


def test_only_what_differs_is_news(tmp_path: Path) -> None:
    editions = [Build(False, []), Build(True, []), Build(False, ["x"]), Build(False, ["x"])]
    seen = []
    server = bind(None, 0, tmp_path)

    def make(saved: set[str]) -> Build:
        seen.append(server.live_reload.edition.split("-")[1])
        return editions[int(saved.pop())]

    run_preview(server, Build(True, []), make, iter([{"0"}, {"1"}, {"2"}, {"3"}, {"3"}]))
    assert seen == ["1", "1", "2", "3", "3"]
