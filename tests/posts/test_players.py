"""Elements that only a script or a program fills leave a link, their text, or a report."""

from __future__ import annotations

import pytest

from tests.bodies import cleaned, link

TWEET = link("https://x.com/i/status/12", "X")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<twitter-widget data-tweet-id=12></twitter-widget>", TWEET),
        ("<x-tweet tweet-id='12'></x-tweet>", TWEET),
        (
            "<youtube-lite video-id=abc title='A &amp; B'></youtube-lite>",
            link("https://www.youtube.com/watch?v=abc", "A &amp; B"),
        ),
        (
            "<spotify-embed src=https://s.example/track/1></spotify-embed>",
            link("https://s.example/track/1", "s.example"),
        ),
        ("<model-viewer src=/a.glb alt='A chair'></model-viewer>", link("https://news.example/a.glb", "A chair")),
        ("<amp-reddit data-src='https://r.example/1'></amp-reddit>", link("https://r.example/1", "r.example")),
        (
            "<amp-carousel><amp-img src=/a.png alt=A></amp-img></amp-carousel>",
            '<img src="https://news.example/a.png" alt="A">',
        ),
        ("<my-box url=/data.json>Loading <b>it</b></my-box>", "Loading <b>it</b>"),
        ("<my-list><div>one</div><my-item>two</my-item></my-list>", "<div>one</div>two"),
        ("<my-frame src=https://m.example/ />", link("https://m.example/", "m.example")),
        ("<frame src=https://m.example/>", link("https://m.example/", "m.example")),
        ("<portal src=https://m.example/></portal>", link("https://m.example/", "m.example")),
        ("<fencedframe src=https://m.example/></fencedframe>", link("https://m.example/", "m.example")),
        (
            "<object><param name=movie value=https://www.youtube.com/v/abc></object>",
            link("https://www.youtube.com/watch?v=abc", "youtube.com"),
        ),
        (
            "<object data=/a.svg type=image/svg+xml aria-label=Plan></object>",
            '<img src="https://news.example/a.svg" alt="Plan">',
        ),
        ("<canvas aria-label='Sales &lt;2021>'></canvas>", "Sales &lt;2021&gt;"),
        ("<applet code=A.class alt='A clock'></applet>", "A clock"),
        ("<embed src=data:application/pdf;base64,AA title='The plan'>", "The plan"),
        ("<video poster=/p.png title=Film></video>", '<img src="https://news.example/p.png" alt="Film">'),
        ("<video src=blob:x>no <b>film</b></video>", "no <b>film</b>"),
        (
            "<video src=/a.mp4>f<track kind=captions src=/a.vtt label=English><track kind=metadata src=/b.vtt></video>",
            '<video src="https://news.example/a.mp4" controls="">f</video>'
            + link("https://news.example/a.vtt", "English"),
        ),
        (
            "<blockquote class=instagram-media data-instgrm-permalink=https://i.example/p/1> </blockquote>",
            f"<blockquote>{link('https://i.example/p/1', 'i.example')} </blockquote>",
        ),
        (
            "<blockquote class=tiktok-embed cite=https://t.example/1><section></section></blockquote>",
            '<blockquote cite="https://t.example/1">'
            + link("https://t.example/1", "t.example")
            + "<section></section></blockquote>",
        ),
        ("<a data-pin-do=embedPin href=https://p.example/pin/1></a>", link("https://p.example/pin/1", "p.example")),
        (
            "<a class=a-player href=https://p.example/1 title=One></a>",
            '<a href="https://p.example/1" title="One">One</a>',
        ),
        ("<iframe src=about:blank data-cmp-src=https://m.example/></iframe>", link("https://m.example/", "m.example")),
        ("<a href=https://a.example/></a><blockquote class=quote><p></p></blockquote>", "<blockquote></blockquote>"),
        ("<audio data-src=/a.mp3></audio>", '<audio src="https://news.example/a.mp3" controls=""></audio>'),
        (
            "<div class=flourish-embed data-src=story/12></div>",
            f"<div>{link('https://public.flourish.studio/story/12/', 'public.flourish.studio')}</div>",
        ),
        (
            "<div class='wistia_embed wistia_async_ab1'>&nbsp;</div>",
            f"<div>{link('https://fast.wistia.net/embed/iframe/ab1', 'fast.wistia.net')}&nbsp;</div>",
        ),
        (
            "<div class=youtube-player data-id=abc></div>",
            f"<div>{link('https://www.youtube.com/watch?v=abc', 'youtube.com')}</div>",
        ),
        (
            "<map name=m><area href=/a alt=North><area alt=none><area href=/b></map>",
            f"{link('https://news.example/a', 'North')} {link('https://news.example/b', 'b')}",
        ),
        (
            "<select><option>One<option>Two</select><button>Send</button><input type=submit value='Go &amp; see'>",
            "One Two Send Go &amp; see",
        ),
        ("<label>Name<input></label><legend>x</legend>", "Name x"),
        ("<input readonly value='git clone a'>", "git clone a"),
        ("<input type=image src=/go.png alt=Go>", '<img src="https://news.example/go.png" alt="Go">'),
        ("<img src='file:///C:/a.png' alt='A plan'>", "A plan"),
        ("<ion-icon name=home></ion-icon><amp-ad type=x></amp-ad><share-button url=/x></share-button>", ""),
        ("<svg width=24><path d=x /></svg><svg width=300 aria-hidden=true><path d=x /></svg>", ""),
    ],
)
def test_it_leaves_what_it_stands_for_and_nothing_is_reported(html: str, expected: str) -> None:
    assert [cleaned(html)[0].html, cleaned(html)[1]] == [expected, []]
    assert cleaned(f"<p>b</p>{html}<p>a</p>")[0].html == f"<p>b</p>{expected}<p>a</p>"


@pytest.mark.parametrize(
    "html",
    [
        "<canvas></canvas>",
        "<canvas> <br> </canvas>",
        "<amp-brightcove data-account=1 data-video-id=2></amp-brightcove>",
        "<amp-youtube data-videoid='<b>'></amp-youtube>",
        "<my-chart></my-chart>",
        "use <your-name>",
        "<audio></audio>",
        "<video src=javascript:x></video>",
        "<video src='data:video/mp4;base64,AA'></video>",
        "<audio><source src=data:audio/mp3;base64,AA></audio>",
        "<object data=javascript:x></object>",
        "<applet code=A.class></applet>",
        "<iframe src=data:text/html,x></iframe>",
        "<embed src=javascript:x>",
        "<svg width=300 height=200><path d=x /></svg>",
        "<div class=podcast-player data-episode=12></div>",
        "<div class=embedly-card data-card-key=x></div>",
        "<blockquote class=twitter-tweet data-id=1></blockquote>",
        "<img src=file:///a.png>",
    ],
)
def test_what_leaves_nothing_is_reported_once(html: str) -> None:
    assert cleaned(html)[1] == ["embed"]
    assert cleaned(html * 3)[1] == ["embed"]


def test_the_report_names_what_is_lost() -> None:
    from posts.html.clean import clean_html

    said: list[str] = []
    clean_html("<your-name> <canvas></canvas>", base="https://a.example/", report=lambda *one: said.append(one[2]))
    assert "`<canvas>`, `<your-name>`" in said[0]


@pytest.mark.parametrize(
    "html",
    [
        "<p hidden><my-chart></my-chart></p>",
        "<my-chart style='display:none'></my-chart>",
        "<iframe></iframe>",
        "<iframe src=about:blank></iframe>",
    ],
)
def test_what_nobody_sees_is_not_reported(html: str) -> None:
    assert cleaned(html)[1] == []


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("Write <your-name> here", "Write  here"),
        ("<x-frame src=https://m.example/> rest", f"{link('https://m.example/', 'm.example')} rest"),
        ("a<my-el>b</my-el>c", "abc"),
        ("<my-el onclick='x()' style='color:red'>b</my-el>", "b"),
        ("<my-el src='javascript:x()'></my-el>", ""),
        ("<feedmill-frame src=https://m.example/></feedmill-frame>a", f"{link('https://m.example/', 'm.example')} a"),
    ],
)
def test_a_custom_element_takes_no_text_with_it(html: str, expected: str) -> None:
    assert cleaned(html)[0].html == expected


@pytest.mark.parametrize("scheme", ["magnet:?xt=urn:btih:1", "ftp://a.example/x", "xmpp:a@b.example", "geo:1,2"])
def test_a_link_that_a_feed_cannot_have_is_reported_and_its_text_stays(scheme: str) -> None:
    assert [cleaned(f"<a title=t href='{scheme}'>x</a>")[0].html, cleaned(f"<a href='{scheme}'>x</a>")[1]] == [
        "x",
        ["bad-address"],
    ]


@pytest.mark.parametrize("address", ["javascript:x()", "mailto:a@b.example", "tel:1", "/a:b", "a/b:c", "#a:b", "?a:b"])
def test_other_addresses_are_not_reported(address: str) -> None:
    assert cleaned(f"<a href='{address}'>x</a>")[1] == []


def test_thousands_of_elements_are_replaced_in_time() -> None:
    for part in (
        "<a-b>",
        "<a-b></a-b>",
        "<a-b x='",
        "<video>",
        "<select><option>",
        "<div data-id=x class=embed>",
        "<area href=x>",
    ):
        cleaned(part * 4000)
