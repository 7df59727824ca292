"""A script that shows something leaves a link to it; a library, counter, advertisement or loader leaves nothing."""

from __future__ import annotations

import pytest

from posts.html.scripts import page_of_script
from tests.bodies import cleaned, link


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("https://asciinema.org/a/123.js", "https://asciinema.org/a/123"),
        ("//gist.github.com/a/b1.js?file=x.py", "https://gist.github.com/a/b1"),
        ("https://www.buzzsprout.com/1/22-a-name.js?container_id=x", "https://www.buzzsprout.com/1/22-a-name"),
        ("https://datawrapper.dwcdn.net/aBc12/embed.js", "https://datawrapper.dwcdn.net/aBc12/"),
        ("https://cdn.jwplayer.com/players/aB1-cD2.js", "https://cdn.jwplayer.com/players/aB1-cD2.html"),
        ("https://fast.wistia.com/embed/medias/ab12.jsonp", "https://fast.wistia.net/embed/iframe/ab12"),
        ("https://embed.example.com/talks/a_talk.js", "https://embed.example.com/talks/a_talk"),
        ("https://casts.example/episodes/42.js", "https://casts.example/episodes/42"),
        ("https://casts.example/episodes/42-the-name.js", "https://casts.example/episodes/42-the-name"),
        ("https://polls.example/p/k3Jq9xYz.js", "https://polls.example/p/k3Jq9xYz"),
    ],
)
def test_a_script_that_is_called_like_a_document_leaves_a_link(address: str, page: str) -> None:
    assert page_of_script(address, {}) == page
    host = page.split("/")[2].removeprefix("www.")
    assert cleaned(f"<p>Look:</p><script src='{address}' async></script>") == cleaned(f"<p>Look:</p>{link(page, host)}")


@pytest.mark.parametrize(
    ("given", "page"),
    [
        ({"data-url": "https://a.example/episode"}, "https://a.example/episode"),
        ({"data-configuration": "https://a.example/1/embed"}, "https://a.example/1/embed"),
        ({"data-url": "javascript:x"}, ""),
        ({"data-id": "1"}, ""),
    ],
)
def test_a_script_with_an_address_in_an_attribute_leaves_a_link(given: dict[str, str], page: str) -> None:
    assert page_of_script("https://player.example/player.js", given) == page


@pytest.mark.parametrize(
    "address",
    [
        "https://platform.twitter.com/widgets.js",
        "//platform.instagram.com/en_US/embeds.js",
        "https://www.tiktok.com/embed.js",
        "https://player.vimeo.com/api/player.js",
        "https://public.flourish.studio/resources/embed.js",
        "https://cpwebassets.codepen.io/assets/embed/ei.js",
        "https://embed.redditmedia.com/widgets/platform.js",
        "https://cdn.embedly.com/widgets/platform.js",
        "https://www.googletagmanager.com/gtag/js?id=G-1",
        "https://www.google-analytics.com/analytics.js",
        "https://pagead2.googlesyndication.com/pagead/js/adsbygoogle.js",
        "https://s7.addthis.com/js/300/addthis_widget.js",
        "https://name.disqus.com/embed.js",
        "https://cdn.jsdelivr.net/npm/mathjax@3/es5/tex-mml-chtml.js",
        "https://cdnjs.cloudflare.com/ajax/libs/KaTeX/0.16.9/katex.min.js",
        "https://code.jquery.com/jquery-3.7.1.min.js",
        "https://lib.example/jquery-3.7.1.min.js",
        "https://a.example/main.4f2a9c1b.js",
        "https://a.example/assets/12345.js",
        "https://js.hs-scripts.com/12345.js",
        "https://js.users.51.la/12345678.js",
        "https://kit.fontawesome.com/a1b2c3d4e5.js",
        "https://use.typekit.net/abc1def.js",
        "/js/12345.js",
        "12345.js",
        "http://[bad/12.js",
        "",
    ],
)
def test_any_other_script_leaves_nothing(address: str) -> None:
    assert page_of_script(address, {}) == ""
    assert (
        cleaned(f"<blockquote>a</blockquote><script src='{address}'></script>")[0].html == "<blockquote>a</blockquote>"
    )


def test_a_script_takes_no_text_with_it() -> None:
    html = "a<script src=https://casts.example/42.js>// shows it\n</script>b<script>document.write('x')</script>c"
    assert cleaned(html)[0].html == f"a {link('https://casts.example/42', 'casts.example')} bc"


@pytest.mark.parametrize("kind", ["math/tex", "math/asciimath", "text/tikz"])
def test_a_formula_or_drawing_in_a_script_is_code(kind: str) -> None:
    assert cleaned(f"<script type='{kind}'>a < b</script>")[0].html == "<code>a &lt; b</code>"
