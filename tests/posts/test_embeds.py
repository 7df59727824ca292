"""What a reader removes leaves a link, a picture or text in its place, and never twice."""

from __future__ import annotations

import re

import pytest

from posts.html.clean import CleanedHtml, clean_html
from posts.html.sanitize import ALLOWED_ATTRIBUTES, ALLOWED_TAGS, sanitize
from posts.html.tags import VOID
from posts.markup.liquid import LiquidScope
from posts.markup.to_html import markup_to_html

BASE = "https://news.example/2021/post.html"


def cleaned(html: str, *remove: str) -> tuple[CleanedHtml, list[str]]:
    codes: list[str] = []
    result = clean_html(html, base=BASE, remove=remove, report=lambda _line, code, _message: codes.append(code))
    assert clean_html(result.html, base=BASE, report=lambda *_: None).html == result.html
    return result, codes


def clean(html: str, *remove: str) -> str:
    return cleaned(html, *remove)[0].html


def rendered(body: str, *, liquid: LiquidScope | None = None) -> tuple[str, list[str]]:
    codes: list[str] = []
    html = markup_to_html(body, markdown=True, liquid=liquid, report=lambda _line, code, _message: codes.append(code))
    return html.strip(), codes


def link(address: str, title: str) -> str:
    return f'<a href="{address}">{title}</a>'


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


# Limits


def test_a_picture_of_a_megabyte_does_not_cost_the_rest() -> None:
    picture = "A" * 1_100_000
    html, codes = rendered(f'Before\n\n<img src="data:image/png;base64,{picture}" alt="c">\n\n**after** [l](/x)\n')
    assert codes == []
    assert clean(html) == ('<p>Before</p>\nc\n<p><strong>after</strong> <a href="https://news.example/x">l</a></p>')
    html, _ = rendered(f"Before ![a chart](data:image/png;base64,{picture}) **after**\n")
    assert clean(html) == "<p>Before a chart <strong>after</strong></p>"
    assert cleaned(f"<p>a</p><img src='data:image/svg+xml,<svg {picture}</svg>' alt=c><b>b</b>")[1] == []


def test_spans_that_only_style_do_not_count() -> None:
    code = '<span class="k" style="color:#f00">if</span> <span class="n">x</span>\n' * 5_000
    result, codes = cleaned(f'<p>a</p><pre class="highlight"><code>{code}</code></pre><p lang=de><b>after</b></p>')
    assert codes == []
    assert result.html.endswith('if x\n</code></pre><p lang="de"><b>after</b></p>')
    assert "<span" not in result.html
    assert 'dir="rtl"' in clean(f'{code}<span dir="rtl">x</span>')
    assert "secret" not in clean(f"{code}<span hidden>secret</span><span style='display:none'>secret</span>")


def test_beyond_the_limits_text_keeps_its_lines_and_links() -> None:
    html = (
        "<b>x</b>" * 5_001
        + "<p>a<br>b <a href=/x title=t>l &amp; m</a> <a href=javascript:x>j</a></p><pre>c\n  d</pre>"
    )
    result, codes = cleaned(html)
    assert codes == ["too-many-tags"]
    assert result.html.endswith('<p>a<br>b <a href="https://news.example/x">l &amp; m</a> j</p>\n<p>c<br>d</p>')


def test_markdown_that_is_far_too_long_keeps_its_lines_and_links() -> None:
    html, _ = rendered("one\ntwo [a link](/x)\n\nthree ![a picture](/y.png)\n\n" + "word " * 300_000)
    result, codes = cleaned(html)
    assert codes == ["body-too-large"]
    assert result.html.startswith(
        '<p>one<br>two <a href="https://news.example/x">a link</a></p>\n'
        '<p>three <a href="https://news.example/y.png">a picture</a></p>\n<p>word word'
    )


# Names that stay


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<code class='hljs language-c++'>x</code>", '<code class="language-c++">x</code>'),
        ("<pre class=language-objective-c>x</pre>", '<pre class="language-objective-c">x</pre>'),
        ("<code class='lang language'>x</code>", "<code>x</code>"),
        ("<code class='language-<x>'>x</code>", "<code>x</code>"),
        ("<p class=language-c>x</p>", "<p>x</p>"),
    ],
)
def test_code_keeps_its_language_and_no_other_class(html: str, expected: str) -> None:
    assert clean(html) == expected


def test_a_note_and_its_mark_keep_ids_that_links_of_the_body_lead_to() -> None:
    notes = (
        '<p>a<sup id="fnref:1"><a href="#fn:1" rel="footnote">1</a></sup></p>'
        '<ol><li id="fn:1"><p>b <a href="#fnref:1">↩</a></p></li><li id="fn:2">c</li></ol>'
    )
    assert clean(notes) == (
        f'<p>a<sup id="fnref:1"><a href="{BASE}#fn:1">1</a></sup></p>'
        f'<ol><li id="fn:1"><p>b <a href="{BASE}#fnref:1">↩</a></p></li><li>c</li></ol>'
    )


def test_no_other_id_and_no_second_one_stays() -> None:
    html = "<p id=app>a</p><a href=#app>b</a><p id=fn1>c</p><p id=fn1>d</p><a href=#fn1>e</a><td id=fn2></td>"
    assert clean(html).count(" id=") == 1
    assert '<p id="fn1">c</p><p>d</p>' in clean(html)


def test_the_alignment_of_a_cell_stays() -> None:
    cells = "<td style='text-align: right'>1<th style='x:y;text-align:center'>2<td align=left style='text-align:end'>3"
    assert clean(f"<table><tr>{cells}</table>") == (
        '<table><tbody><tr><td align="right">1</td><th align="center">2</th><td align="left">3</td></tr>'
        "</tbody></table>"
    )


# Cleaning


def test_sized_pictures_and_cells_stay_in_a_body_that_has_something_hidden() -> None:
    body = (
        '<img src="https://a.example/a.png" width="10" height="100"><img src="https://a.example/b.png" width="1%">'
        '<table><tbody><tr><td colspan="1">a</td><td>b</td></tr></tbody></table>'
    )
    with_widths = body.replace("<td>", '<td width="1">').replace("<table>", '<table width="1" height="0">')
    assert clean(f"<p hidden>x</p>{with_widths}<img src=/t.gif width=1 height=1>") == body


def test_a_srcset_survives_a_whole_cleaning() -> None:
    html = '<img src="/a.png" srcset="/a.png 1x, b.png 2x" sizes="50vw"><p hidden>x</p>'
    assert clean(html) == (
        '<img src="https://news.example/a.png" '
        'srcset="https://news.example/a.png 1x, https://news.example/2021/b.png 2x" sizes="50vw">'
    )


@pytest.mark.parametrize("name", ["audio", "video"])
def test_sound_and_film_can_be_started(name: str) -> None:
    assert clean(f"<{name} src=/x autoplay muted></{name}>") == (
        f'<{name} src="https://news.example/x" controls=""></{name}>'
    )
    assert clean(f"<p hidden>x</p><{name} controls src=/x></{name}>").count("controls") == 1


# Written down anew: what is allowed by mistake, or goes by mistake, must fail here.
TAGS = (
    "a abbr acronym address article aside audio b bdi bdo big blockquote br caption center cite code col colgroup data "
    "dd del details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd li main "
    "mark ol p picture pre q rp rt ruby s samp section small source span strike strong sub summary sup table tbody td "
    "tfoot th thead time tr tt u ul var video wbr"
).split()
ATTRIBUTES = {
    "a": "href hreflang id", "audio": "controls src", "blockquote": "cite", "code": "class", "col": "align span",
    "colgroup": "align span", "data": "value", "del": "cite datetime", "details": "open", "div": "id",
    "img": "alt height sizes src srcset width", "ins": "cite datetime", "li": "id value", "ol": "reversed start type",
    "p": "id", "pre": "class", "q": "cite", "source": "height media sizes src srcset type width", "span": "id",
    "sup": "id", "td": "align colspan rowspan valign", "th": "align colspan rowspan scope valign", "time": "datetime",
    "video": "controls height loop poster src width",
}  # fmt: skip
INSIDE = {
    "caption": "table", "col": "table><colgroup", "colgroup": "table", "tbody": "table", "td": "table><tbody><tr",
    "tfoot": "table", "th": "table><tbody><tr", "thead": "table", "tr": "table><tbody",
}  # fmt: skip
VALUES = {"class": "language-c", "id": "fn1", "controls": "", "href": "https://a.example/#fn1"}


def element(tag: str, attributes: str) -> str:
    inside = INSIDE.get(tag, "")
    before, after = (f"<{inside}>", "") if inside else ("", "")
    if inside:
        after = "".join(f"</{name}>" for name in reversed(inside.split("><")))
    content = "" if tag in VOID or inside == "table" else "x"
    end = "" if tag in VOID else f"</{tag}>"
    return f'{before}<{tag}{attributes}>{content}{end}{after}<a href="https://a.example/#fn1">y</a>'


def kept(tag: str, attributes: str) -> str:
    made = sanitize(element(tag, attributes))
    start = re.search(rf"<{tag}(?=[ >])", made).start()
    return made[start : made.index(">", start)]


@pytest.mark.parametrize("tag", TAGS)
def test_each_allowed_element_passes_with_its_attributes_and_no_others(tag: str) -> None:
    needed = {
        "a": ' href="https://a.example/"',
        "img": ' src="https://a.example/"',
        "source": ' src="https://a.example/"',
    }
    allowed = [*ATTRIBUTES.get(tag, "").split(), "dir", "lang", "title"]
    for name in allowed:
        value = VALUES.get(name, "https://a.example/")
        before = "" if name in ("href", "src") else needed.get(tag, "")
        assert f' {name}="{value}"' in kept(tag, f'{before} {name}="{value}"')
    every = {name for names in ATTRIBUTES.values() for name in names.split()}
    for name in (every | {"style", "onclick", "name", "rel", "target", "role", "data-x", "ping", "srcdoc"}) - {
        *allowed
    }:
        value = VALUES.get(name, "https://a.example/")
        made = kept(tag, f'{needed.get(tag, "")} {name}="{value}"')
        assert f" {name}=" not in made or (name == "controls" and tag in ("audio", "video"))


def test_nothing_else_is_allowed() -> None:
    assert sorted(ALLOWED_TAGS) == sorted(TAGS)
    assert {tag: set(names) for tag, names in ALLOWED_ATTRIBUTES.items() if tag != "*"} == {
        tag: set(names.split()) for tag, names in ATTRIBUTES.items()
    }
    for tag in (
        "html",
        "form",
        "button",
        "input",
        "label",
        "nav",
        "font",
        "base",
        "link",
        "meta",
        "feedmill-frame",
        "x-y",
    ):
        assert f"<{tag}" not in sanitize(f"<{tag} href=https://a.example/>x</{tag}>")


# Shortcodes and tags


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
