"""The embed tags of Hugo, Jekyll and Hexo leave a link, a picture or code."""

from __future__ import annotations

import pytest

from posts.markup.liquid.scope import LiquidScope
from tests.bodies import clean, link, rendered


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("youtube abc", link("https://www.youtube.com/watch?v=abc", "YouTube")),
        ('youtube id="abc" title="A \\"talk\\""', link("https://www.youtube.com/watch?v=abc", "A &quot;talk&quot;")),
        ("vimeo 146022717", link("https://vimeo.com/146022717", "Vimeo")),
        ("gist spf13 7896402", link("https://gist.github.com/spf13/7896402", "Gist")),
        ('gist spf13 7896402 "a.html"', link("https://gist.github.com/spf13/7896402", "Gist")),
        ('tweet user="someone" id="12"', link("https://x.com/someone/status/12", "X")),
        ("x user=someone id=12", link("https://x.com/someone/status/12", "X")),
        ("instagram BWNjjyYFxVx", link("https://www.instagram.com/p/BWNjjyYFxVx/", "Instagram")),
        ('figure src="/a.png" alt="b"', '<img src="/a.png" alt="b">'),
        ('figure src="a.png" alt="b"', '<img src="a.png" alt="b">'),
        ('figure src="key-of-the-theme" alt="b & c"', "b &amp; c"),
        ('figure src="key-of-the-theme" caption="C"', "<figure><figcaption>C</figcaption></figure>"),
        (
            'figure src="/a.png" title="T" caption="<i>C</i>" link="/b"',
            (
                '<figure><a href="/b"><img src="/a.png" alt="C"></a>'
                "<figcaption><strong>T</strong> <i>C</i></figcaption></figure>"
            ),
        ),
    ],
)
def test_a_shortcode_of_hugo_leaves_what_it_embeds(call: str, expected: str) -> None:
    html, codes = rendered(f"a {{{{< {call} >}}}}\n")
    assert (html, codes) == (f"<p>a {expected}</p>", [])


def test_highlighted_code_of_hugo_is_code() -> None:
    html, codes = rendered('{{< highlight go "linenos=table" >}}\nif *a* < b {\n\n}\n{{< /highlight >}}\n\n*end*\n')
    assert codes == []
    assert clean(html) == (
        '<pre><code class="language-go">if *a* &lt; b {\n\n  }</code></pre>\n<p><em>end</em></p>'.replace("  }", "}")
    )
    assert (
        "*a*" in rendered("{{< highlight go >}}\nif *a*\n")[0] or "<em>a</em>" in rendered("{{< highlight go >}}*a*")[0]
    )


@pytest.mark.parametrize("call", ["youtube", "youtube javascript:x", 'vimeo "<b>"', "gist", "figure", "plot a"])
def test_a_shortcode_that_leads_nowhere_is_reported(call: str) -> None:
    assert rendered(f"a {{{{< {call} >}}}}\n") == ("<p>a </p>".replace(" </p>", "</p>"), ["shortcode"])


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("youtube abc", link("https://www.youtube.com/watch?v=abc", "YouTube")),
        ("vimeo 12", link("https://vimeo.com/12", "Vimeo")),
        ("gist someone/931c1c8d465a", link("https://gist.github.com/someone/931c1c8d465a", "Gist")),
        ("gist 931c1c8d465a a.rb", link("https://gist.github.com/931c1c8d465a", "Gist")),
        ("twitter https://twitter.com/a/status/1", link("https://twitter.com/a/status/1", "X")),
        ('asset_img a.jpg "A title" "an alt"', '<img src="a.jpg" alt="an alt">'),
        ("img left /a.png 300 200 'A title'", '<img src="/a.png" alt="A title">'),
        ("iframe https://m.example/x", link("https://m.example/x", "m.example")),
    ],
)
def test_an_embed_tag_of_jekyll_or_hexo_leaves_what_it_embeds(tag: str, expected: str) -> None:
    assert rendered(f"a {{% {tag} %}}\n", liquid=LiquidScope()) == (f"<p>a {expected}</p>", [])
    assert expected in rendered(f"a\n\n{{% {tag} %}}\n\nb\n")[0]


@pytest.mark.parametrize(
    ("include", "expected"),
    [
        ('youtube.html id="abc"', link("https://www.youtube.com/watch?v=abc", "YouTube")),
        ("youtubePlayer.html id=page.video", link("https://www.youtube.com/watch?v=qq", "YouTube")),
        ('embeds/vimeo-player.html id="12" title="A film"', link("https://vimeo.com/12", "A film")),
        ('image.html url="/a.png" description="A chart"', "<figure>"),
        ("vimeoPlayer.html id=12", link("https://vimeo.com/12", "Vimeo")),
        ('video id="abc" provider="youtube"', link("https://www.youtube.com/watch?v=abc", "youtube.com")),
        ('figure image_path="/a.png" alt="A"', '<img src="/a.png" alt="A">'),
        ('spotify.html type="album" id="x"', link("https://open.spotify.com/album/x", "Spotify")),
    ],
)
def test_an_include_that_is_missing_leaves_what_it_embeds(include: str, expected: str) -> None:
    html, codes = rendered(f"a {{% include {include} %}}\n", liquid=LiquidScope(page={"video": "qq"}))
    assert expected in html
    assert codes == []


def test_an_include_that_is_there_is_used() -> None:
    scope = LiquidScope(include=lambda name: f"<b>{name}</b>" if name == "youtube.html" else None)
    assert rendered('a {% include youtube.html id="abc" %}\n', liquid=scope)[0] == "<p>a <b>youtube.html</b></p>"


def test_a_tag_in_code_or_in_a_line_of_text_stays_where_braces_are_text() -> None:
    body = "```\n{% youtube abc %}\n```\n\nWrite `{% youtube abc %}` or {% youtube abc %}.\n\n{% raw %}\n"
    assert rendered(body)[0].count("{% youtube abc %}") == 3
    assert "{% raw %}" in rendered(body)[0]
    assert rendered("{% raw %}\n{{ a }}\n{% endraw %}\n")[0] == "<p>{{ a }}</p>"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ('title="A <title>"', "A &lt;title&gt;"),
        ('href="https://a.example/" text="Go"', link("https://a.example/", "Go")),
        ('href="javascript:x" text="Go"', "Go"),
        ('summary="a" content="b"', "a b"),
        ("type=tip", ""),
        ('text="{{ x }}"', ""),
    ],
)
def test_the_words_in_an_unknown_tag_stay_and_it_is_reported(arguments: str, expected: str) -> None:
    if "{{" not in arguments:
        html, codes = rendered(f"{{{{< box {arguments} >}}}}\n*a*\n")
        assert (html, codes) == (
            f"<p>{expected}</p>\n<p><em>a</em></p>" if expected else "<p><em>a</em></p>",
            ["shortcode"],
        )
    html, codes = rendered(f"a {{% include box.html {arguments} %}} b\n", liquid=LiquidScope())
    assert clean(html) == clean(f"<p>a {expected} b</p>")
    assert codes[0] == "liquid"


def test_the_words_of_a_shortcode_are_no_address() -> None:
    assert rendered('[a]({{< link title="b" >}})\n')[0] == "<p><a>a</a></p>"
