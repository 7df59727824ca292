"""Test each form in which something is hidden, tracks, is addressed or is the lead image of a body."""

from __future__ import annotations

import pytest

from posts.html.clean import clean_html, invalid_selectors, lead_image
from posts.html.limits import MAX_NESTING
from tests.bodies import BASE, clean

PIXEL = "//t.example/p.gif"


def reports(html: str, *remove: str) -> list[tuple[int, str, str]]:
    found: list[tuple[int, str, str]] = []
    clean_html(html, base=BASE, remove=remove, report=lambda *one: found.append(one))
    return found


@pytest.mark.parametrize(
    ("style", "is_hidden"),
    [
        *((style, True) for style in ("display:none", "DISPLAY : NONE", "display:none!important", "a:b;display:none")),
        *((style, True) for style in ("display:none;a:b", " display:none", "visibility:hidden", "visibility:collapse")),
        *((style, True) for style in ("color:red; visibility : hidden", "display/* x */:none", "display:none/*")),
        *(
            (style, True)
            for style in ("/* */display:none", "x/*;*/;display:none", "displa\\y:none", "\\64 isplay:none")
        ),
        *((style, True) for style in ("d\\00069splay:none", "d\\000069splay:none", "d\\69\nsplay:none")),
        *((style, True) for style in ("x:\\110000;display:none", "x:\\10ffff;display:none", "d\\49splay:none")),
        *(
            (style, False)
            for style in ("display:nonexistent", "x-display:none", "display:inline", "visibility:visible")
        ),
        *(
            (style, False)
            for style in ("d\\0000069splay:none", "d\\110000isplay:none", "/*display:none", "none:display")
        ),
        *((style, False) for style in ("displaynone", "a:display:none", "d\\\nisplay:none")),
    ],
)
def test_an_element_whose_style_hides_it_goes(style: str, is_hidden: bool) -> None:
    assert clean(f"a<p style='{style}'>b</p>") == ("a" if is_hidden else "a<p>b</p>")


@pytest.mark.parametrize(
    ("attribute", "is_pixel"),
    [
        *(
            (f"width={value}", True)
            for value in ("0", "1", "01", "001", "1.0", "1.", "0.5", "1px", "1PX", "' 1 px '", "'01 px'")
        ),
        *((f"HEIGHT = '{value}'", True) for value in ("0", "1", "01px")),
        *((f"height={value}", False) for value in ("2", "10", "11", "100", "1%", "1em", "0.5em", "1x", "x1", "-1")),
        *(
            (f"style='{style}'", True)
            for style in ("width:1px", "width:0", "height:1", "width:1.5px", "HEIGHT : 1PX ;x:y")
        ),
        *(
            (f"style='{style}'", True)
            for style in ("width:1px!important", "a:b;height:1", "a:b; width: 0px", "wi\\64th:1px")
        ),
        *(
            (f"style='{style}'", False)
            for style in ("width:2px", "width:10px", "width:1em", "max-width:1px", "line-height:1")
        ),
        *((f"style='{style}'", False) for style in ("width:1 px", "width:1px solid", "a:width:1px", "/*width:1px*/")),
        *((f"width='{sign}1'", True) for sign in ("&#32;", "&Tab;", "&NewLine;")),
        ("style='width&colon;1px'", True),
        ("title=width:1", False),
    ],
)
def test_a_picture_of_one_pixel_goes(attribute: str, is_pixel: bool) -> None:
    made = clean(f"a<img src={PIXEL} {attribute}>b")
    assert (made == "ab") is is_pixel
    assert (made[0], made[-1]) == ("a", "b")


@pytest.mark.parametrize("tag", ["iframe", "embed", "object", "img"])
def test_what_loads_something_may_be_a_pixel(tag: str) -> None:
    assert clean(f"a<{tag} src={PIXEL} data={PIXEL} width=1 height=1></{tag}>b") == "ab"
    assert PIXEL in clean(f"a<{tag} src={PIXEL} data={PIXEL} width=10 height=10></{tag}>b")


def test_what_loads_nothing_is_never_a_pixel() -> None:
    body = "<table width=1><tr><td height=1>b</td></tr></table><hr width=1><p style='width:1px'>c</p>"
    assert clean(f"{body}<img src={PIXEL} width=1>") == (
        "<table><tbody><tr><td>b</td></tr></tbody></table><hr><p>c</p>"
    )


@pytest.mark.parametrize("hidden", ["hidden", "HIDDEN=''", "hidden=until-found"])
def test_a_hidden_element_goes(hidden: str) -> None:
    assert clean(f"a<p {hidden}>b</p><div {hidden}><p>c</p></div>") == "a"


@pytest.mark.parametrize(
    "html",
    [
        "<a href='http://['>x</a>",
        "<a href=http://[>x</a>",
        '<a href="http://[">x</a>',
        "<a HREF = 'http://['>x</a>",
        "<img src='http://['>",
        "<video poster='http://['></video>",
        "<video poster \n\t ='http://['></video>",
        "<blockquote cite='http://['>x</blockquote>",
        "<object data='http://['>x</object>",
        "<p>a > b</p><a\nhref='http://['>x</a>",
        "a < b <a href=' http://['>x</a>",
        "<a title='" + "x" * 4_000 + "' href='http://['>x</a>",
    ],
)
def test_an_address_that_is_not_valid_is_reported(html: str) -> None:
    found = [report for report in reports(html) if report[1] == "bad-address"]
    assert found == [(0, "bad-address", "'http://[' is not a valid address and was removed; fix it")]
    assert "http://[" not in clean(html)


@pytest.mark.parametrize(
    "html",
    [
        "<p title='http://['>x</p>",
        "text href='http://['",
        "<p>write href='http://['</p>",
        "<p>x</p> src=http://[",
        "<a href='http://a.example/'>x</a>",
        "&lt;a href='http://['&gt;",
        "<a href='/x'>http://[</a>",
    ],
)
def test_text_that_looks_like_an_address_is_not_reported(html: str) -> None:
    assert reports(html) == []


def test_an_invalid_address_is_named_in_short_and_twenty_are_reported() -> None:
    for length in (72, 73, 200):  # up to 80 characters in all
        address = f"http://[{'x' * length}"
        ((_, _, message),) = reports(f"<a href='{address}'>x</a>")
        assert (repr(address) in message) is (length == 72)
        assert message.startswith("'http://[" + "x" * 68)
        assert len(message) < 140
    assert len(reports("".join(f"<a href='http://[{n}'>x</a>" for n in range(20)))) == 20
    assert len(reports("".join(f"<a href='http://[{n}'>x</a>" for n in range(21)))) == 20


def test_an_embedded_picture_that_is_lost_is_counted() -> None:
    picture = "<img src='data:image/png;base64," + "A" * 2000 + "'>"
    assert reports(f"a{picture}b{picture}c") == [
        (0, "data-picture", "2 embedded `data:` pictures without `alt` text were removed")
    ]
    assert clean(picture.replace("<img", "<img alt=words")) == "words"


def test_a_body_has_room_for_64_kib_of_candidates() -> None:
    long = "https://a.example/" + "x" * 4_000

    def kept(count: int) -> int:
        return clean("".join(f"<img src=/{n}.png srcset='{long}{n}'>" for n in range(count))).count("srcset=")

    assert [kept(16), kept(17), kept(20)] == [16, 16, 16]
    # What an address becomes does not count again.
    long = f"/{'x' * 4_050}"
    assert [kept(15), kept(16), kept(17)] == [15, 16, 16]
    # Other addresses do not count, and the same candidates are counted once.
    links = "".join(f"<a href=/{n}>x</a>" for n in range(4_200))
    images = "".join(f"<img src=/{n}.png srcset='{long}{n}'>" for n in range(20))
    assert clean(links + images).count("srcset=") == 16
    assert clean(f"<img src=/a.png srcset='{long}'>" * 40).count("srcset=") == 40


@pytest.mark.parametrize(
    ("html", "image"),
    [
        ('<img src="https://a.example/1" width="63"><img src="https://a.example/2" width="64" height="64">', "2"),
        ('<img src="https://a.example/1" width="640" height="63"><img src="https://a.example/2" width="x">', "2"),
        ('<img src="https://a.example/1" width="1000000063">', "1"),
        ('<img src="https://a.example/1" width="1%">', "1"),
        ('<img src="https://a.example/1" width="²">', "1"),
        ('<img alt="x"><img src="https://a.example/2">', "2"),
        ('<img src=""><img src="https://a.example/2">', "2"),
        ('<img src="https://a.example/spacer.gif"><img src="https://a.example/2">', "2"),
        ('<p title="x">y</p>', ""),
        ("", ""),
    ],
)
def test_the_lead_image_is_the_first_that_is_large_enough(html: str, image: str) -> None:
    assert lead_image(html) == (f"https://a.example/{image}" if image else "")


def test_the_lead_image_is_the_address_not_its_escaped_form() -> None:
    assert lead_image('<img src="https://a.example/?a&amp;b">') == "https://a.example/?a&b"


def test_of_a_body_that_is_too_large_text_and_links_stay_and_that_is_reported() -> None:
    html = "<p><b>words</b> <a href=/x>link</a></p>" + "<i>y</i>" * 12_000
    ((line, code, message),) = reports(html)
    assert (line, code) == (0, "too-many-tags")
    assert message.endswith("; only its text and links are published, at most 1 MiB of it")
    made = clean(html)
    assert made.startswith('<p>words <a href="https://news.example/x">link</a>')
    assert clean_html(f"<img src=/x.png>{html}", base=BASE, report=lambda *_: None).image == ""
    assert "<b>" not in made


@pytest.mark.parametrize(("depth", "is_too_deep"), [(MAX_NESTING - 1, False), (MAX_NESTING, True)])
def test_what_is_hidden_goes_at_any_depth_that_is_allowed(depth: int, is_too_deep: bool) -> None:
    html = "<div>" * depth + "x<p hidden>y</p>" + "</div>" * depth
    assert [code for _, code, _ in reports(html)] == (["too-deep"] if is_too_deep else [])
    assert ("y" in clean(html)) is is_too_deep


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        (".a", "<p>2</p><p>3</p>"),
        ("#i", "<p>1</p><p>3</p>"),
        ("p.a, #i", "<p>3</p>"),
        ("p", ""),
        (".nowhere", "<p>1</p><p>2</p><p>3</p>"),
        (".a.nowhere", "<p>1</p><p>2</p><p>3</p>"),
        ("[class~=a]", "<p>2</p><p>3</p>"),
        ("p:not(.a)", "<p>1</p>"),
        (".a + p", "<p>1</p><p>3</p>"),
        (".a ~ p", "<p>1</p>"),
    ],
)
def test_what_a_selector_matches_goes(selector: str, expected: str) -> None:
    assert clean("<p class=a>1</p><p id=i>2</p><p>3</p>", selector) == expected


def test_a_selector_finds_frames_and_the_fallback_of_scripts_by_their_names() -> None:
    frame = "<iframe src=https://a.example/x title=Film></iframe>"
    assert "Film" in clean(f"<p>a</p>{frame}")
    assert clean(f"<p>a</p>{frame}", "iframe") == "<p>a</p>"
    assert clean("<p>a</p><noscript><p>b</p></noscript>", "noscript") == "<p>a</p>"


def test_an_invalid_selector_is_named_with_the_first_line_of_the_reason() -> None:
    ((selector, reason),) = invalid_selectors([".a", "p["])
    assert selector == "p["
    assert reason
    assert "line 1" not in reason
    assert invalid_selectors([]) == []
