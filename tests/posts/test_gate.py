"""The gate: nothing that passes can run, nothing of the text is lost, and what is clean stays as it is."""

from __future__ import annotations

import re
import unicodedata
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posts.html.sanitize import sanitize, to_canonical_html

SAFE_SCHEMES = {"http", "https", "mailto", "tel"}
ADDRESSES = {"href", "src", "srcset", "poster", "cite"}
# Written down anew, not taken from the gate: what it lets pass by mistake must fail here.
ELEMENTS = set(
    "html head body a abbr acronym address article aside audio b bdi bdo big blockquote br caption center "
    "cite code col colgroup data dd del details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 "
    "h6 header hgroup hr i img ins kbd li main mark ol p picture pre q rp rt ruby s samp section small "
    "source span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var video "
    "wbr ".split()
)
PLAIN_ATTRIBUTES = set(
    "align alt colspan controls datetime dir height hreflang lang loop media open reversed rowspan scope "
    "sizes span start title type valign value width ".split()
)


NAMES = {
    "class": r"language-[\w+#.-]+",
    "id": r"(?:user-content-)?(?:fn|note|footnote|endnote|cite|ref)[\w:.-]*",
}


def scheme(address: str) -> str:
    """As the WHATWG URL parser sees it: blanks and controls around it and tabs and line ends within it do not count."""
    stripped = re.sub(r"[\t\n\r]", "", address.strip("".join(map(chr, range(0x21)))))
    found = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", stripped)
    return found[1].lower() if found else ""


def objections(html: str) -> list[str]:
    """What in `html`, as a browser parses it, could run, load or disguise."""
    found = []
    for element in html5lib.parse(f"<!doctype html><body>{html}", namespaceHTMLElements=False).iter():
        if not isinstance(element, Element) or not isinstance(element.tag, str):
            found.append(f"comment {element.text!r}")
            continue
        if element.tag not in ELEMENTS:
            found.append(f"element {element.tag}")
        for name, value in element.attrib.items():
            if name in ADDRESSES:
                parts = value.split(",") if name == "srcset" else [value]
                found.extend(f"{name} {part}" for part in parts if scheme(part) not in SAFE_SCHEMES | {""})
            elif name in ("class", "id") and re.fullmatch(NAMES[name], value):
                continue
            elif name not in PLAIN_ATTRIBUTES:
                found.append(f"attribute {name}")
    return found


def test_the_judge_objects_to_what_can_run():
    hostile = (
        "<script></script><a href='java\tscript:x' onclick=y></a><svg></svg><img srcset='data:x 1x' class=c><!-- c -->"
    )
    assert len(objections(hostile)) == 7


VECTORS = [
    "<code class='language-x y' id=fn1>x</code><pre class=hljs>y</pre><p id=app class=language-z>z</p>",
    "<p id=app>z</p><a href=#app>a</a>",
    "<li id='fn1\" onclick=x'>a</li><a href='#fn1\" onclick=x'>b</a><sup id=fn:1>c</sup><a href='#fn:1'>d</a>",
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src=x:x onerror=alert(1) //",
    "<svg/onload=alert(1)>",
    "<body onload=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=' JaVaScRiPt:alert(1)'>x</a>",
    "<a href='java&#9;script:alert(1)'>x</a>",
    "<a href='java&#x0A;script:alert(1)'>x</a>",
    "<a href='java\x01script:alert(1)'>x</a>",
    "<a href='&#1;javascript:alert(1)'>x</a>",
    "<a href='javascript&colon;alert(1)'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a xlink:href=javascript:alert(1)>x</a>",
    "<img src=data:image/svg+xml;base64,PHN2Zz4=>",
    "<img srcset='javascript:alert(1) 1x, data:x 2x'>",
    "<video poster=javascript:alert(1) src=data:video/mp4;base64,A autoplay>",
    "<iframe src=javascript:alert(1)></iframe><iframe srcdoc='<script>x</script>'>",
    "<object data=x></object><embed src=x><applet code=x></applet>",
    "<form action=javascript:alert(1)><button formaction=javascript:alert(1)>x</button><input type=image src=x></form>",
    "<form><form><input name=x></form></form>",
    "<base href=//evil.example/><meta http-equiv=refresh content='0;url=javascript:alert(1)'><link rel=preload href=x>",
    "<table background=javascript:alert(1)><td background=x>x",
    "<div style=background:url(javascript:x) class=c id=i>x</div><style>@import 'x'</style>",
    '<svg><p><style><g title="</style><img src=x onerror=alert(1)>">',
    '<svg><style><img title="</style><img src=x onerror=alert(1)>">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=alert(1)&gt;">',
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<template><img src=x onerror=alert(1)></template>",
    '<xmp><p title="</xmp><img src=x onerror=alert(1)>">',
    "<plaintext><img src=x onerror=alert(1)>",
    '<textarea><p title="</textarea><img src=x onerror=alert(1)>">',
    '<title><p title="</title><img src=x onerror=alert(1)>">',
    '<noembed><p title="</noembed><img src=x onerror=alert(1)>">',
    '<noframes><p title="</noframes><img src=x onerror=alert(1)>">',
    "<select><script>x</script><option><img src=x onerror=alert(1)>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--x--!><img src=x onerror=alert(1)>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml ?><?php <img src=x onerror=alert(1)> ?>",
    "<math><annotation-xml encoding=text/html><style><img src=x onerror=alert(1)></style>",
    "<svg><foreignObject><iframe onload=alert(1)></foreignObject></svg><svg><a xlink:href=javascript:x>x</a></svg>",
    "<a target=_blank ping=//evil.example href=//x.example rel=opener>x</a>",
    "<details ontoggle=alert(1) open>x</details>",
    "<p a=1 onclick=x b=\"'><script>\" c='\"><script>'>x",
    "<isindex action=javascript:x><keygen autofocus onfocus=x><marquee onstart=x>x</marquee><bgsound src=javascript:x>",
    "<custom-element onclick=x is=y>x</custom-element>",
]


@pytest.mark.parametrize("vector", VECTORS)
def test_nothing_that_could_run_passes_and_a_second_cleaning_changes_nothing(vector):
    once = sanitize(vector)
    assert objections(once) == []
    assert sanitize(once) == once


@pytest.mark.parametrize("vector", VECTORS)
def test_nothing_that_could_run_passes_the_lenient_form_and_then_the_strict_one(vector):
    once = sanitize(to_canonical_html(vector))
    assert objections(once) == []
    assert sanitize(once) == once


PIECES = [
    *VECTORS,
    *(
        fragment.replace("~", " ")
        for fragment in """
    <b> </b> <i> <p> </p> <a~href=x> <a> </a> <table> <td> <tr> </table> <svg> </svg> <math> <mtext> <mglyph>
    <style> </style> <title> </title> <textarea> </textarea> <select> <option> </select> <noscript> </noscript>
    <template> </template> <xmp> </xmp> <form> </form> <li> <ul> </ul> <h1> </h1> <div> </div> <ruby> <rt> <img>
    <br> <!-- --> <![CDATA[ ]]> & &lt; &amp; &#1; &#0; &nbsp; < > " ' = / 文 text <caption> <colgroup> <frameset>
    <body> <html> <head> <nobr> <button> </br> </span> <foreignObject> <desc> <annotation-xml> <malignmark>
    <a~title='~"> '> <font~color=1> <span~lang=x> <dd> <dt> <iframe> </iframe> <plaintext> <source~src=x>
    <picture> <video> </video> <center> </center> <u> </u>
    """.split()
    ),
    *("<pre>\n", "<p\x0btitle=x>", "\x00", "\x01", "\r", "\ufffe", " ", "\n", "\u00a0"),
]


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12).map("".join))
def test_whatever_is_put_together_cannot_run_and_settles(html):
    once = sanitize(html)
    assert objections(once) == []
    assert sanitize(once) == once


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=30))
def test_no_text_holds_a_character_that_xml_forbids(text):
    cleaned = sanitize(f"<p title='{text}'>{text}")
    assert not any((sign < " " and sign not in "\t\n\r") or unicodedata.category(sign) == "Cs" for sign in cleaned)
    assert not any(ord(sign) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(sign) <= 0xFDEF for sign in cleaned)


def test_every_code_point_survives_as_itself_or_as_the_replacement_character():
    for plane in range(17):
        signs = [chr(plane << 16 | low) for low in range(0x10000)]
        shown = sanitize("x".join(sign for sign in signs if sign not in "&<>\r\u00a0"))
        forbidden = [
            sign
            for sign in signs
            if (sign < " " and sign not in "\t\n\r")
            or "\ud800" <= sign <= "\udfff"
            or "\ufdd0" <= sign <= "\ufdef"
            or ord(sign) & 0xFFFE == 0xFFFE
        ]
        expected = "x".join(sign for sign in signs if sign not in "&<>\r\u00a0")
        assert shown == expected.translate(dict.fromkeys(map(ord, forbidden), "\ufffd"))


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<P ALIGN=left CLASS=c>Ä &amp; b", "<p>Ä &amp; b</p>"),
        ("a&#1;b\x02c", "a\ufffdb\ufffdc"),
        ("<a href='java\x01script:x'>x</a>", '<a href="java\ufffdscript:x">x</a>'),  # a file in this folder
        ("<!-- EM_StockImg_Start --><p>x</p>", "<p>x</p>"),
        ("<form>a<select><option>b</select></form>", "ab"),
        ("<table><tr><td colspan=2 width=9 style=x>1", '<table><tbody><tr><td colspan="2">1</td></tr></tbody></table>'),
        ("<img src=http://x/i.png width=9 loading=lazy>", '<img src="http://x/i.png" width="9">'),
        ("<video src=http://x/v.mp4 autoplay></video>", '<video src="http://x/v.mp4" controls=""></video>'),
        ("<pre>\n\n\n  x</pre>", "<pre>  x</pre>"),
        (
            "<pre><code class=language-c>a\n\n  b&lt;c</code></pre>",
            '<pre><code class="language-c">a\n\n  b&lt;c</code></pre>',
        ),
        ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>"),
        ("<bdo dir=rtl>x</bdo><time datetime=2021>y</time>", '<bdo dir="rtl">x</bdo><time datetime="2021">y</time>'),
        ("<iframe>a</iframe><object>b</object><template>c</template><style>d</style><canvas>e</canvas>f", "f"),
        ("<math><mi>x</mi></math><svg><text>y</text></svg>z", "z"),
    ],
)
def test_markup_of_a_text_stays_and_all_else_goes(html, expected):
    assert sanitize(html) == expected


def test_the_lenient_form_keeps_what_rules_look_at_in_one_spelling():
    assert to_canonical_html("<DIV CLASS='a  b' hidden onclick=x STYLE=\"color:red\">") == (
        '<div class="a  b" hidden="" style="color:red"></div>'
    )


def test_addresses_go_through_the_given_function():
    def resolve(address, attribute):
        return "" if attribute == "cite" else f"https://x.example/{address.removeprefix('https://x.example/')}"

    html = "<blockquote cite=c><a href=y title=t>x</a></blockquote>"
    assert sanitize(html, resolve) == '<blockquote><a href="https://x.example/y" title="t">x</a></blockquote>'


def test_of_what_does_not_settle_the_text_remains(monkeypatch):
    monkeypatch.setattr("posts.html.sanitize._ROUNDS", 0)
    assert sanitize("<p>a &lt;b&gt;<script>c</script><img src=x onerror=y>") == "<p>a &lt;b&gt;</p>"
