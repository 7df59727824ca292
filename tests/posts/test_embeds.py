"""What a reader removes leaves a link, a picture or text in its place, and never twice."""

from __future__ import annotations

import pytest

from tests.bodies import clean, cleaned, link


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            "<iframe src='https://www.youtube.com/embed/abc123?rel=0' title='A talk'></iframe>",
            link("https://www.youtube.com/watch?v=abc123", "A talk"),
        ),
        (
            "<iframe src='//www.youtube-nocookie.com/embed/abc?start=42'></iframe>",
            link("https://www.youtube.com/watch?v=abc&amp;t=42", "youtube.com"),
        ),
        ("<iframe src='//player.vimeo.com/video/1?h=2'></iframe>", link("https://vimeo.com/1", "vimeo.com")),
        ("<iframe src='/map.html'></iframe>", link("https://news.example/map.html", "map.html")),
        (
            "<iframe src='about:blank' data-src='https://m.example/x' aria-label='Map'></iframe>",
            link("https://m.example/x", "Map"),
        ),
        ("<iframe srcdoc='<script>x()</script><p>a &amp; b</p>'></iframe>", "x() a &amp; b"),
        ("<iframe src=https://m.example/x title='a <b>'></iframe>", link("https://m.example/x", "a &lt;b&gt;")),
        ("<noembed>No <b>player</b></noembed>", "No <b>player</b>"),
        ("<iframe>fall<b>back</b></iframe>", "fall<b>back</b>"),
        ("<iframe src=javascript:x>fallback</iframe>", "fallback"),
        ("<embed src='/a.pdf' type='application/pdf'>", link("https://news.example/a.pdf", "a.pdf")),
        ("<object data='/a.pdf' title='Plan'></object>", link("https://news.example/a.pdf", "Plan")),
        ("<object data='/a.swf'><p>Get <b>it</b></p></object>", "<p>Get <b>it</b></p>"),
        (
            "<object data='/a.swf'><embed src='https://v.example/x'></object>",
            link("https://v.example/x", "v.example"),
        ),
        (
            "<object type='image/svg+xml' data='/a.svg' title='A chart'></object>",
            '<img src="https://news.example/a.svg" alt="A chart">',
        ),
        (
            "<div class=fb-post data-href='https://www.facebook.com/a/posts/1'></div>",
            f"<div>{link('https://www.facebook.com/a/posts/1', 'facebook.com')}</div>",
        ),
        ("<div class=share data-url='https://news.example/x'></div>", ""),
        ("<video data-src=/a.mp4></video>", '<video src="https://news.example/a.mp4" controls=""></video>'),
        ("<applet code=x>a program</applet>", "a program"),
        ("<canvas>A bar chart</canvas>", "A bar chart"),
        (
            "<script src='https://gist.github.com/someone/012345.js'></script>",
            link("https://gist.github.com/someone/012345", "gist.github.com"),
        ),
        (
            "<SCRIPT async SRC=//gist.github.com/someone/012345.js?file=a.py> </SCRIPT>",
            link("https://gist.github.com/someone/012345", "gist.github.com"),
        ),
        (
            "<script id=asciicast-14 src=https://asciinema.org/a/14.js async></script>",
            link("https://asciinema.org/a/14", "asciinema.org"),
        ),
        ("<script src=https://t.example/count.js></script><script>x</script>", ""),
        ("<script type='math/tex; mode=display'>% <![CDATA[\na < b %]]></script>", "<code>a &lt; b</code>"),
        ("<amp-youtube data-videoid=abc></amp-youtube>", link("https://www.youtube.com/watch?v=abc", "YouTube")),
        ("<amp-iframe src=https://m.example/x></amp-iframe>", link("https://m.example/x", "m.example")),
        (
            "<amp-img src=/a.png alt=A width=300><noscript><img src=/a.png></noscript></amp-img>",
            '<img src="https://news.example/a.png" alt="A" width="300">',
        ),
        ("<amp-video src=/a.mp4></amp-video>", '<video src="https://news.example/a.mp4" controls=""></video>'),
        (
            "<lite-youtube videoid=abc playlabel='Play: A talk'></lite-youtube>",
            link("https://www.youtube.com/watch?v=abc", "Play: A talk"),
        ),
        ("<oembed url='https://vimeo.com/1'></oembed>", link("https://vimeo.com/1", "vimeo.com")),
        ("<a href=/x><iframe src=https://m.example/x title=Map></iframe></a>", link("https://news.example/x", "Map")),
        ("If <math><mi>a</mi><mo>=</mo><mn>2</mn></math> then", "If a=2 then"),
        ("<math><msup><mn>10</mn><mn>6</mn></msup></math>", "10<sup>6</sup>"),
        ("<math><mfrac><mi>a</mi><mrow><mi>b</mi><mo>+</mo><mn>1</mn></mrow></mfrac></math>", "a/(b+1)"),
        ("<math><msqrt><mi>a</mi></msqrt></math>", "√a"),
        ("<math><msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup></math>", "x<sub>i</sub><sup>2</sup>"),
        (
            "<math><semantics><mi>q</mi><annotation encoding='text/x-tex'>a &lt; b</annotation></semantics></math>",
            "<code>a &lt; b</code>",
        ),
        ("a <svg><title>A &amp; B</title><path d=x /></svg> b", "a A &amp; B b"),
        ("<svg aria-label='Logo'><text>x</text></svg>", "Logo"),
        ("<svg><style>p{}</style><text>Sales</text><text>2021</text></svg>", "Sales 2021"),
        (
            "<ul><li><input type=checkbox checked disabled> a<li><input type=checkbox>b</ul>",
            "<ul><li>☑ a</li><li>☐ b</li></ul>",
        ),
        ("<input type=text value=x><input type=radio>", ""),
    ],
)  # fmt: skip
def test_what_readers_do_not_show_leaves_what_it_stands_for(html: str, expected: str) -> None:
    assert clean(html) == expected
    assert clean(f"<p>b</p>{html}<p>a</p>") == f"<p>b</p>{expected}<p>a</p>"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("see<iframe src=https://m.example/></iframe>there", f"see {link('https://m.example/', 'm.example')} there"),
        ("see<iframe src=https://m.example/></iframe>.", f"see {link('https://m.example/', 'm.example')}."),
        ("a<iframe src=https://m.example/>b<p>c", f"a {link('https://m.example/', 'm.example')} b<p>c</p>"),
        ("a<iframe src=https://m.example/ />b", f"a {link('https://m.example/', 'm.example')} b"),
        ("<code>&lt;iframe src=x></code>", "<code>&lt;iframe src=x&gt;</code>"),
        ("<!-- <iframe src=x></iframe> -->a", "a"),
        ("<iframe src=https://m.example/ width=0 height=0></iframe>a", "a"),
        ("<noscript><iframe src=//t.example/ style='display:none'></iframe></noscript>a", "a"),
        ("<div hidden><iframe src=//t.example/></iframe></div>a", "a"),
    ],
)
def test_an_embed_takes_no_text_with_it_and_a_hidden_one_stays_hidden(html: str, expected: str) -> None:
    assert clean(html) == expected


def test_a_selector_removes_a_frame_and_leaves_no_link() -> None:
    assert clean("<iframe src=https://m.example/></iframe>a", "iframe") == "a"
    assert clean("<noscript>x</noscript>a", "noscript") == "a"


def test_the_second_form_of_a_formula_goes() -> None:
    katex = (
        '<span class="katex"><span class="katex-mathml"><math><semantics><mi>a</mi>'
        '<annotation encoding="application/x-tex">a^2</annotation></semantics></math></span>'
        '<span class="katex-html" aria-hidden="true"><span>a<span>2</span></span></span></span>'
    )
    assert clean(f"{katex} b") == "<span><span><code>a^2</code></span></span> b"


REAL = '<img src="https://news.example/real.jpg"'
DATA = "data:image/gif;base64,R0lGODlhAQABAAAAACw="


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (f"<img class=lazy src='{DATA}' data-src=/real.jpg alt=r>", f'{REAL} alt="r">'),
        ("<img src=/blank.gif data-src=/real.jpg>", f"{REAL}>"),
        ("<img data-src=/real.jpg>", f"{REAL}>"),
        ("<img src=/img/1x1.png data-original=/real.jpg>", f"{REAL}>"),
        ("<img class='b-lazy' src=/small.jpg data-original=/real.jpg>", f"{REAL}>"),
        (f"<img src='{DATA}' data-lazy-src=/real.jpg>", f"{REAL}>"),
        ("<img src=/real.jpg data-original=/full.jpg>", f"{REAL}>"),
        (
            f"<img src='{DATA}' data-srcset='/a.jpg 1x, /real.jpg 2x'>",
            f'{REAL} srcset="https://news.example/a.jpg 1x, https://news.example/real.jpg 2x">',
        ),
        (f"<img src='{DATA}' data-src=/real.jpg><noscript><img src=/real.jpg></noscript>", f"{REAL}>"),
        (f"<noscript><img src=/real.jpg></noscript><img src='{DATA}' data-src=/real.jpg>", f"{REAL}>"),
        (f"<img src='{DATA}' alt=r> <noscript><img src=/real.jpg></noscript>", f" {REAL}>"),
        (f"<noscript><img src=/real.jpg></noscript><img src='{DATA}' alt=r>", f"{REAL}>"),
        ("<img src=blank.gif data-src=/small.jpg><noscript><img src=/real.jpg></noscript>", f"{REAL}>"),
        ("<noscript>Turn on <b>scripts</b></noscript>", "Turn on <b>scripts</b>"),
        (
            f"<picture><source data-srcset='/real.jpg 1x'><img src='{DATA}'></picture>",
            f'<picture><source srcset="https://news.example/real.jpg 1x">{REAL}></picture>',
        ),
        (
            "<iframe data-src=//m.example/></iframe><noscript><iframe src=//m.example/></iframe></noscript>",
            link("https://m.example/", "m.example"),
        ),
    ],
)
def test_a_lazy_picture_is_shown_once(html: str, expected: str) -> None:
    result, codes = cleaned(html)
    assert (result.html, codes) == (expected, [])
    assert result.image in ("", "https://news.example/real.jpg")
    assert ("<img" in expected) == bool(result.image)


@pytest.mark.parametrize("name", ["blank.gif", "spacer.png", "img/1x1.gif", "loading.svg", "placeholder-300x200.jpg"])
def test_a_placeholder_is_not_the_picture_of_an_item(name: str) -> None:
    assert cleaned(f"<img src=/{name}><img src=/real.jpg>")[0].image == "https://news.example/real.jpg"
    assert cleaned(f"<img src=/{name}>")[0].image == ""


def test_a_name_that_only_resembles_a_placeholder_is_a_picture() -> None:
    assert cleaned("<img src=/loading-dock-at-night.jpg>")[0].image == "https://news.example/loading-dock-at-night.jpg"


def test_a_picture_that_is_written_into_the_page_leaves_its_alternative_or_is_reported() -> None:
    large = f"data:image/png;base64,{'A' * 500}"
    assert cleaned(f"Sales: <img src='{large}' alt='chart'> end")[1] == []
    assert clean(f"Sales: <img src='{large}' alt='chart of <sales>'> end") == "Sales: chart of &lt;sales&gt; end"
    assert cleaned(f"a<img src='{large}'>")[1] == ["data-picture"]
    assert cleaned(f"a<img src='{DATA}'>")[1] == []


@pytest.mark.parametrize(
    "html",
    [
        '<a href="http://[bad">x</a>',
        "<a href=https://>x</a>",
        "<img src='http://a:99999/x'>x",
        "<a href='https://a b.example/'>x</a>",
        "<iframe src='http://[bad'>x</iframe>",
    ],
)
def test_an_address_that_cannot_be_read_is_reported_and_the_text_stays(html: str) -> None:
    result, codes = cleaned(html)
    assert codes == ["bad-address"]
    assert result.html == "x"


def test_an_address_in_running_text_is_not_reported() -> None:
    assert cleaned('<code>href="http://[bad"</code> <a href="https://a.example/">x</a>')[1] == []


def test_few_of_many_addresses_are_reported() -> None:
    assert len(cleaned("".join(f"<a href='http://[{n}'>x</a>" for n in range(100)))[1]) == 20
