"""Addresses of remotes: what is accepted, and that no credentials and no options of programs get through."""

import pytest

from posts.files.remote_address import Address, parse_address


@pytest.mark.parametrize(
    "text, parts",
    [
        ("s3://bucket", ("s3", "bucket", "")),
        ("s3://My_bucket/a/b/", ("s3", "My_bucket", "a/b")),
        ("gs://bucket.example.org/feeds", ("gs", "bucket.example.org", "feeds")),
        ("az://container/%E6%96%B0", ("az", "container", "新")),
        ("az://$web/feeds", ("az", "$web", "feeds")),
        ("ssh://web@host.example:2222/srv/www/", ("ssh", "host.example", "/srv/www", "web", 2222)),
        ("ssh://Web/srv", ("ssh", "Web", "/srv")),
        ("ssh://a@Web@[FE80::1]:22/srv", ("ssh", "FE80::1", "/srv", "a@Web", 22)),
        ("git:origin#gh-pages", ("git", "origin", "gh-pages")),
        ("git:https://git.example/site.git#feeds/live", ("git", "https://git.example/site.git", "feeds/live")),
    ],
)
def test_addresses(text, parts):
    scheme, *rest = parts
    assert parse_address(text) == Address(scheme, text.rstrip("/"), *rest)


@pytest.mark.parametrize(
    "text",
    [
        *("", "feeds", "https://host/path", "s3://", "s3:///path", "s3://-bucket", "s3://b/../c", "s3://b/a?x=1"),
        *("s3://user@bucket", "s3://bucket:9000", "s3://bucket/a%00b", "ssh://host", "ssh://host/", "ssh://-oX=1/path"),
        *("ssh://-l@host/path", "ssh://host:port/path", "git:origin", "git:#b", "git:origin#", "git:-u#b", "git:o#-b"),
        *("git:o#a b", "git:o#a:b", "git:o#HEAD", "git:o#refs/heads/b", "git:o#a/../b", "git:o#b.lock", "git:o#a//b"),
        *("git:o#/b", "git:o#b/", "git:o#.b", "git:o#a/.b", "git:o#@{1}", "git:o#b."),
    ],
)
def test_what_is_no_address(text):
    with pytest.raises(ValueError, match="expected"):
        parse_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "ssh://user:secret@host/path",
        "git:https://user:secret@host/x#b",
        "git:https://secret@host/x#b",
        "s3://k:secret@b",
    ],
)
def test_a_password_is_refused_and_not_repeated(text):
    with pytest.raises(ValueError, match="must not contain a password") as caught:
        parse_address(text)
    assert "secret" not in str(caught.value)
