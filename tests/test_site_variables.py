"""What Liquid sees of a Jekyll site's own files: `_config.yml`, `_data`, `CNAME`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from posts.sites.jekyll.variables import MAX_DATA, DataError, harmless_values, looks_secret, parse_data
from tests.sites import CONFIG, Command, Outcome, post, site


def published(root: Path) -> list[dict[str, Any]]:
    return list(json.loads((root / "feeds/feed.json").read_bytes())["items"])


def body(tmp_path: Path, feedmill: Command, text: str, files: dict[str, str], config: str = "") -> tuple[str, Outcome]:
    root = site(tmp_path / "s", {"_posts/2021-12-31-a.md": post() + text, **files}, CONFIG + config)
    outcome = feedmill(root, "--json")
    assert outcome.code == 0
    return published(root)[0]["content_html"], outcome


SECRETS = (
    "token github_token apiKey API_KEY api-key secret clientSecret password db_passwd smtp_pass auth basic_auth oauth "
    "credentials private_key webhook slackWebhook sentry_dsn api key keys pwd authToken algolia_admin_api_key"
).split()


@pytest.mark.parametrize("name", SECRETS)
def test_a_key_that_looks_like_a_secret_is_not_seen(name: str) -> None:
    assert looks_secret(name)
    assert harmless_values({name: "hunter2", "a": {name: ["hunter2"]}, "b": {name: {"c": "hunter2"}}}) == {}


@pytest.mark.parametrize("name", "author authors keywords monkeys passage tagline twitter capital description".split())
def test_a_harmless_key_is_seen(name: str) -> None:
    assert harmless_values({name: "x"}) == {name: "x"}


@pytest.mark.parametrize(
    "value", ["https://u:p@h.example/", "ghp_abc", "https://hooks.slack.com/x", "https://h/?key=1"]
)
def test_a_value_that_looks_like_a_secret_is_not_seen(value: str) -> None:
    assert harmless_values({"a": value, "b": [value]}) == {"b": []}


def test_harmless_scalars_of_the_configuration_are_seen(tmp_path: Path, feedmill: Command) -> None:
    config = "repository: https://github.com/a/b\nsocial: {twitter: at_x}\nversions: [1.5, 2]\nbeta: false\nn: 3\n"
    text = (
        "[r]({{ site.repository }}/y) {{ site.social.twitter }} {{ site.versions | join: '+' }} {{ site.n | plus: 1 }}"
    )
    html, _ = body(tmp_path, feedmill, f"{text}{{% if site.beta %}}no{{% endif %}}", {}, config)
    assert '<a href="https://github.com/a/b/y">r</a> at_x 1.5+2 4</p>' in html


DATA = {
    "yml": "- {v: 2.4.8, url: https://e.example/x}\n- {v: 1, url: u}\n",
    "yaml": '- v: "2.4.8"\n  url: https://e.example/x\n',
    "json": '[{"v": "2.4.8", "url": "https://e.example/x"}]',
    "csv": "v,url\n2.4.8,https://e.example/x\n",
    "tsv": "v\turl\n2.4.8\thttps://e.example/x\n",
}


@pytest.mark.parametrize("folder", ["", "deep/er/"])
@pytest.mark.parametrize("suffix", DATA)
def test_a_data_file_is_seen(tmp_path: Path, feedmill: Command, suffix: str, folder: str) -> None:
    text = "{% assign r = site.data." + folder.replace("/", ".") + "rel | where: 'v', '2.4.8' | first %}<{{ r.url }}>"
    html, outcome = body(tmp_path, feedmill, text, {f"_data/{folder}rel.{suffix}": DATA[suffix]})
    assert '<a href="https://e.example/x">' in html
    assert outcome.codes == []


def test_a_changed_data_file_renders_the_posts_again_that_use_it(tmp_path: Path, feedmill: Command) -> None:
    files = {"_posts/2021-12-31-a.md": post() + "{{ site.data.a.x }}", "_data/a.yml": "x: before\n"}
    root = site(tmp_path / "s", files)
    for text in ("before", "after!", None, "again."):
        if text:
            (root / "_data/a.yml").write_text(f"x: {text}\n", "utf-8")
        else:
            (root / "_data/a.yml").unlink()
        assert feedmill(root).code == 0
        assert (text or "One") in published(root)[0]["content_html"]
        assert ("before" in published(root)[0]["content_html"]) == (text == "before")


@pytest.mark.parametrize(
    ("text", "suffix"),
    [
        ("a: &x [1]\nb: *x\n", "yml"),
        ("a: !!python/object:x y\n", "yml"),
        ("[" * 100_000, "json"),
        ("[" * 5_000, "yml"),
        ("- 1\n" * 200_000, "yml"),
        ("a: [", "yml"),
        ("{", "json"),
        ("? [a]\n: b\n", "yml"),
        ('{"a": NaN}', "json"),
        ("a,b\n" + "1,2\n" * 60_000, "csv"),
    ],
)
def test_a_hostile_data_file_is_refused(text: str, suffix: str) -> None:
    with pytest.raises(DataError):
        parse_data(text, suffix)


@pytest.mark.parametrize("name", ["../_config", "/etc/passwd", "a/../../_config", "big", "token", "link"])
def test_what_is_not_a_data_file_of_the_site_is_not_seen(tmp_path: Path, feedmill: Command, name: str) -> None:
    files = {"_data/big.yml": "x: [" + "a, " * MAX_DATA + "]", "_data/token.yml": "x: hunter2"}
    (tmp_path / "out.yml").write_text("x: hunter2", "utf-8")
    (tmp_path / "s/_data").mkdir(parents=True)
    (tmp_path / "s/_data/link.yml").symlink_to(tmp_path / "out.yml")
    html, outcome = body(tmp_path, feedmill, f"{{% assign n = '{name}' %}}!{{{{ site.data[n].x }}}}!", files)
    assert html.endswith("!!</p>\n")
    assert [code for _, _, code in outcome.codes] == ["bad-data", "liquid"][name != "big" :]


@pytest.mark.parametrize(
    ("text", "reason"),
    [("x: [" + "a, " * MAX_DATA + "]", "larger than 1 MiB"), ("a: [", "expected node"), ("a: &x 1\nb: *x\n", "alias")],
)
def test_a_data_file_that_is_refused_is_named(tmp_path: Path, feedmill: Command, text: str, reason: str) -> None:
    used = "a{{ site.data.deep.big.x }}{{ site.data.deep.big.y }}"
    html, outcome = body(tmp_path, feedmill, used, {"_data/deep/big.yml": text})
    assert html.endswith("a</p>\n")
    (problem,) = outcome.report["problems"]
    assert problem["code"] == "bad-data"
    assert "`_data/deep/big.yml` is not read: " in problem["message"]
    assert reason in problem["message"]


def test_a_data_file_that_is_corrected_is_no_longer_reported(tmp_path: Path, feedmill: Command) -> None:
    files = {"_posts/2021-12-31-a.md": post() + "{{ site.data.a.x }}", "_data/a.yml": "x: ["}
    root = site(tmp_path / "s", files)
    assert [code for _, _, code in feedmill(root, "--json").codes] == ["bad-data"]
    (root / "_data/a.yml").write_text("x: again\n", "utf-8")
    assert feedmill(root, "--json").codes == []
    assert "again" in published(root)[0]["content_html"]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("[x *y*]({{ site.no }}/y)", "<p>x <em>y</em></p>"),
        ('<a href="{{ site.no }}/y" title="t">x</a>', "<p>x</p>"),
        ("<a href='{{ site.no }}/y'>x</a>", "<p>x</p>"),
        ("[x][r]\n\n[r]: {{ site.no }}/y", "<p>x</p>"),
        ("[x]({% unheard y %})", "<p>x</p>"),
        ("[x](/{{ 'y' | unheard }})", "<p>x</p>"),
        ("[x]({% post_url 2020-01-01-no %})", "<p>x</p>"),
        ("{% capture u %}{{ site.no }}/y{% endcapture %}[x]({{ u }})", "<p>x</p>"),
        ("a ![alt & text]({{ site.no }}/y.png) b", "a alt &amp; text b"),
        ("a <img src='{{ site.no }}/y.png' alt='al>t'> b", "a al&gt;t b"),
        ('<img src="/a.png" srcset="{{ site.no }}/y.png 2x">', '<img src="https://site.example/a.png">'),
        ("a {{ site.no }} b", "a  b"),
    ],
)
def test_an_address_with_a_hole_is_no_address(tmp_path: Path, feedmill: Command, text: str, html: str) -> None:
    found, outcome = body(tmp_path, feedmill, f"\n{text}\n", {})
    assert html in found
    assert "\U0010fff1" not in found
    assert [code for _, _, code in outcome.codes] == ["liquid"]


def test_unresolved_variables_are_one_warning(tmp_path: Path, feedmill: Command) -> None:
    text = "".join(f"{{{{ site.no{number % 5} }}}}\n" for number in range(16))
    text = f"{{{{ site.no4 }}}}\n\n{text}"  # the excerpt has one alone
    _, outcome = body(tmp_path, feedmill, text, {})
    (problem,) = outcome.report["problems"]
    assert "17 variables are undefined: `site.no4`, `site.no0`, `site.no1`, …" in problem["message"]


@pytest.mark.parametrize("name", ["Pages.Example", "pages.example\n", "pages.example\r\nother.example\n"])
def test_cname_is_the_host_of_a_site_without_url(tmp_path: Path, feedmill: Command, name: str) -> None:
    for config in ("title: T\n", 'title: T\nurl: ""\n', None):
        files = {"_posts/2021-12-31-a.md": post(), "CNAME": name}
        root = site(tmp_path / str(config is None) / str(len(config or "")), files, config)
        assert feedmill(root).code == 0
        assert published(root)[0]["url"].startswith("https://pages.example/")


def test_cname_counts_only_where_there_is_no_url_and_it_is_a_host(tmp_path: Path, feedmill: Command) -> None:
    root = site(tmp_path / "a", {"_posts/2021-12-31-a.md": post(), "CNAME": "pages.example"})
    assert feedmill(root).code == 0
    assert published(root)[0]["url"].startswith("https://site.example/")
    (root / "_config.yml").write_text("title: T\n", "utf-8")
    assert feedmill(root).code == 0
    assert published(root)[0]["url"].startswith("https://pages.example/")
    (root / "CNAME").write_text("moved.example", "utf-8")
    assert feedmill(root).code == 0
    assert published(root)[0]["url"].startswith("https://moved.example/")
    (root / "CNAME").write_text("https://a b/", "utf-8")
    assert feedmill(root).code == 2


@pytest.mark.parametrize(
    "host",
    ["localhost:4000", "LOCALHOST", "127.0.0.1", "127.1.2.3:80", "0.0.0.0", "[::1]:4000", "mac.local", "a.localhost"],
)
def test_a_local_address_of_the_site_is_a_warning(tmp_path: Path, feedmill: Command, host: str) -> None:
    root = site(tmp_path / "s", {"_posts/2021-12-31-a.md": post()}, f"title: T\nurl: http://{host}\n")
    outcome = feedmill(root, "--json")
    assert (outcome.code, outcome.codes) == (0, [("_config.yml", 2, "local-url")])
    assert len(published(root)) == 1
    assert feedmill("check", root).code == 1
