"""Test what a block at the end of a body is: a link, an attribution, the page of a film, navigation."""

from __future__ import annotations

import pytest

from posts.trailer.blocks import (
    attribution,
    bare_link,
    closing_attribution,
    is_linked_attribution,
    is_navigation_block,
    may_be_trailer,
)
from posts.trailer.navigation import navigation_test
from posts.trailer.source import ends_in_colon, is_link_block, is_media_page, mark, marked_link

LINK = "https://paper.example/a"
HOSTS = (
    "youtube.com youtube-nocookie.com youtu.be vimeo.com dailymotion.com dai.ly bilibili.com b23.tv youku.com "
    "v.qq.com ixigua.com douyin.com kuaishou.com iqiyi.com tudou.com acfun.cn nicovideo.jp nico.ms twitch.tv "
    "tiktok.com rumble.com odysee.com soundcloud.com mixcloud.com bandcamp.com spotify.com podcasts.apple.com "
    "music.apple.com podcasts.google.com overcast.fm pca.st music.163.com y.qq.com ximalaya.com xiaoyuzhoufm.com "
    "deezer.com tidal.com media.ccc.de asciinema.org streamable.com loom.com wistia.com vid.me peertube.tv"
).split()


@pytest.mark.parametrize("host", HOSTS)
def test_each_host_of_films_and_sounds_is_known_with_its_subdomains(host: str) -> None:
    assert is_media_page(f"https://{host}/x")
    assert is_media_page(f"http://www.{host.upper()}.:80/")
    assert not is_media_page(f"https://not-{host}/x")
    assert not is_media_page(f"https://{host}.example/{host}")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://www.ted.com/talks/x", True),
        ("https://ted.com/talks/x", True),
        ("https://www.ted.com/about", False),
        ("https://facebook.com/watch?v=1", True),
        ("https://www.facebook.com/page", False),
        ("https://fb.watch/x", True),
        ("https://fb.watch", False),
        ("https://tv.apple.com/x", True),
        ("https://wanted.com/talks/x", False),
        ("https://apple.com/x", False),
        ("https://tube.example/w/9c9de5e80a1e484ab0992a", True),
        ("https://tube.example/w/9c9de5e80a1e484ab0992a/", True),
        ("https://tube.example/w/9c9de5e80a1e484ab0992", False),
        ("https://tube.example/videos/watch/9c9de5e8-0a1e-484a-b099-e80766180a6d", True),
        ("https://tube.example/videos/embed/9c9de5e8-0a1e-484a-b099-e80766180a6d", True),
        ("https://tube.example/videos/other/9c9de5e8-0a1e-484a-b099-e80766180a6d", False),
        ("https://tube.example/videos/watch/short", False),
        ("https://tube.example/a/w/9c9de5e80a1e484ab0992a", False),
        ("https://[", False),
        ("/x", False),
        ("https://paper.example/youtube.com", False),
    ],
)
def test_pages_of_films(address: str, expected: bool) -> None:
    assert is_media_page(address) is expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        *(
            (f"{credit}{colon}", "")
            for credit in ("来源", "來源", "文章来源", "本文来源", "稿件来源")
            for colon in ":："
        ),
        *((f"{kind}来源链接：", "") for kind in ("图文", "信息", "新闻", "资料", "内容", "消息")),
        *((f"来源{what} :", "") for what in ("链接", "地址", "网址")),
        *(
            (f"{before}原文{what}", "")
            for before in ("", "阅读", "查看")
            for what in ("", "链接", "地址", "网址", "出处")
        ),
        *(
            (text, "")
            for text in ("原文：", "via", "VIA:", "via：", "Source:", "SOURCE ：", "(via)", "【原文】", "（ 来源： ）")
        ),
        *(
            (text, "")
            for text in ("**原文**", "### Source:", "<b>via</b>", "`via`", "~~via~~", "_via:_", "&nbsp;via&nbsp;")
        ),
        *((text, "A B") for text in ("via A B", "via: A B", "VIA：A B", "原文：A B", "阅读原文链接: A B", "(via A B)")),
        *(
            (text, "A B")
            for text in ("来源：A B", "Source: A B", "Sources: A B", "文章来源：A B", "<i>via A B</i>", "# via A B")
        ),
        *((f"{pair[0]}via A B{pair[1]}", "A B") for pair in ("()", "（）", "[]", "【】")),
        *((f"{pair[0]} via {pair[1]}", "") for pair in ("()", "（）", "[]", "【】")),
        ("via " + "x" * 40, "x" * 40),
        ("via " + "x" * 41, None),
        *((text, None) for text in ("", "  ", "**", "来源", "source", "sources", "viaA", "a via", "原文A", "text")),
        *(
            (text, None)
            for text in ("via A: ", "via A：", f"via {LINK}", "via A。B", "via A！", "via A?", "原文：A？", "via A!")
        ),
        *((text, None) for text in ("(via", "via)", "[via）", "via " + "<b></b>" * 100)),
    ],
)
def test_the_name_in_an_attribution(text: str, name: str | None) -> None:
    assert mark(text) == name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Source: <{LINK}>", (LINK, "")),
        (f"Source: {LINK}", (LINK, "")),
        (f"{LINK} via The Paper", (LINK, "The Paper")),
        (f"via {LINK}", (LINK, "")),
        (f"（来源：A {LINK}）", (LINK, "A")),
        (f"[{LINK}]({LINK}) 来源：A", (LINK, "A")),
        (f'<a href="{LINK}">paper.example/a</a> via A', (LINK, "A")),
        (f'via <a href="{LINK}">the paper</a>', ("", "")),
        (f"via <{LINK}> <{LINK}>", ("", "")),
        (f"via {LINK} {LINK}b", ("", "")),
        (f"via <{LINK}> {LINK}", ("", "")),
        (f"See {LINK}", ("", "")),
        ("via A", ("", "")),
        (f"（来源：A https://b.example/ <{LINK}>）", ("", "")),
        (f"via {LINK}".ljust(2600), (LINK, "")),
        (f"via {LINK}".ljust(2601), ("", "")),
    ],
)
def test_a_block_with_one_link_and_an_attribution(text: str, expected: tuple[str, str]) -> None:
    assert marked_link(text) == expected


@pytest.mark.parametrize("sign", '()（）【】，。；：！？、“”"`{}|\\^<> ')
def test_an_address_in_an_attribution_ends_before_a_sign_that_is_none_of_it(sign: str) -> None:
    assert marked_link(f"via {LINK}{sign}")[0] in (LINK, "")
    assert LINK + sign not in marked_link(f"via {LINK}{sign}")[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((text, True) for text in ("a:", "a：", "a: ", "a:**", "<b>a:</b>", "a&#58;", "`a:`", "a:~_*\xa0")),
        *((text, False) for text in ("", "a", ":a", "a:.", "a;")),
    ],
)
def test_a_text_that_announces_what_comes_next(text: str, expected: bool) -> None:
    assert ends_in_colon(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LINK, True),
        (f"{LINK}\n<{LINK}>\n\n **[{LINK}]({LINK})** ", True),
        (f"{LINK}\ntext", False),
        (f"text\n{LINK}", False),
        (f"{LINK} {LINK}", False),
        ("", False),
        (" \n", False),
    ],
)
def test_a_block_of_links(text: str, expected: bool) -> None:
    assert is_link_block(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LINK, LINK),
        (f"<{LINK}>", LINK),
        (f"<{LINK}?a&amp;b>", f"{LINK}?a&b"),
        (f"[{LINK}]({LINK})", LINK),
        (f"[paper.example/a]({LINK}/)", f"{LINK}/"),
        (f"[http://paper.example/a/]( <{LINK}> 'A title' )", LINK),
        (f'[{LINK}]({LINK} "A title")', LINK),
        (f"<A class=x HREF = '{LINK}' target=_blank>{LINK}</A >", LINK),
        (f"<a href={LINK}> {LINK} </a>", LINK),
        (f'<a href="{LINK}?a&amp;b">{LINK}?a&amp;b</a>', f"{LINK}?a&b"),
        ("HTTP://paper.example/a", "HTTP://paper.example/a"),
        (f"[the paper]({LINK})", ""),
        (f"![{LINK}]({LINK})", ""),
        (f"[{LINK}]({LINK}b)", ""),
        (f"[{LINK}](/a)", ""),
        ("[/a](/a)", ""),
        (f"{LINK} x", ""),
        (f"x {LINK}", ""),
        (f"<{LINK}> x", ""),
        ("<ftp://a.example>", ""),
        (f'<{LINK}"b>', ""),
        ("ftp://a.example", ""),
        ("https://", ""),
        ("", ""),
        *((f"{LINK}{sign}", "") for sign in ".,;:!?。，；：！？）)"),
        *((f"<{LINK}{sign}>", f"{LINK}{sign}") for sign in ".,;:!?"),
        *((f"{LINK}{sign}b", "") for sign in ' "`{}|\\^<>'),
    ],
)
def test_a_bare_link_is_one_whose_text_is_its_address(text: str, expected: str) -> None:
    assert bare_link(text) == expected


@pytest.mark.parametrize(
    ("text", "title"),
    [
        *(
            (f"{kind}来源：A", "A")
            for kind in ("文章", "本文", "稿件", "图文", "信息", "新闻", "资料", "内容", "消息", "")
        ),
        *(
            (text, "A")
            for text in (
                "來源:A",
                "source: A",
                "SOURCES：A",
                "(来源：A)",
                "（ 来源：A ）",
                "【来源：A】",
                "[Source: A]",
            )
        ),
        *((text, "A") for text in (" *来源：A* ", "__Source: A__", "来源： <b>A</b>", "来源 : A", "（来源：A\n）")),
        ("来源：A&amp;B", "A&B"),
        ("（来源：A（B）【C】[D](E)）", "A（B）【C】D"),
        ("（来源：A。B）", "A。B"),
        (f"（来源：{LINK}）", LINK),
        (f"（来源：[A]({LINK})）", "A"),
        (f'（来源：<a href="{LINK}">A</a>）', "A"),
        ("（来源：A (B) [C] 【D】）", "A (B) [C] 【D】"),
        ("来源：" + " " * 596 + "A", "A"),
        ("来源：" + " " * 597 + "A", ""),
        ("来源：" + "x" * 80, "x" * 80),
        ("来源：" + "x" * 81, ""),
        ("来源：A" + "<i></i>" * 71, "A"),
        ("来源：A" + "<i></i>" * 200, ""),
        *((f"来源：A{end}B", "") for end in "。！？!?"),
        ("Source: A. B", ""),
        ("Source: A.B", "A.B"),
        (f"来源：{LINK}", ""),
        (f"来源：[A]({LINK})", ""),
        ("来源：[A](/b)", ""),
        *(
            (text, "")
            for text in (
                "（来源：A",
                "来源：A）",
                "来源：",
                "来源A",
                "据来源：A",
                "来源：A\nB",
                "来源：A(B",
                "（来源：A（B）",
            )
        ),
    ],
)
def test_the_source_that_an_attribution_names(text: str, title: str) -> None:
    assert attribution(text) == title


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"(Source: [A]({LINK}))", True),
        (f"来源：[A]({LINK})", False),
        (f' *（来源： <a href="{LINK}">A</a> ）* ', True),
        (f"来源：A <{LINK}>", False),
        (f"X（来源：[A]({LINK})）X", False),
        ("来源：A", False),
        ("A", False),
    ],
)
def test_an_attribution_whose_name_is_a_link(text: str, expected: bool) -> None:
    assert is_linked_attribution(text) is expected


@pytest.mark.parametrize(
    ("block", "cut", "title"),
    [
        ("text（来源：A）", "（来源：A）", "A"),
        ("text (Source: A)", "(Source: A)", "A"),
        ("text（来源：A） </b>&nbsp;\n<br>", "（来源：A） </b>&nbsp;\n<br>", "A"),
        ("a（b）c（文章来源：A）", "（文章来源：A）", "A"),
        (f"text（来源：[A]({LINK})）", "", ""),
        (f'text（来源：<a href="{LINK}">A</a>）', "", "A"),
        ("（来源：A）", "", ""),
        ("text（来源：A）more", "", ""),
        ("text（来源：" + "x" * 81 + "）", "", ""),
        ("text（来源：A\nB）", "", ""),
        ("text（记者：A）", "", ""),
        ("text", "", ""),
    ],
)
def test_an_attribution_at_the_end_of_a_block(block: str, cut: str, title: str) -> None:
    body = f"before\n\n{block}\n\nafter"
    start = body.index(block)
    end = start + len(block)
    assert closing_attribution(body, start, end) == (end - len(cut), title)


@pytest.mark.parametrize("text", [LINK, "[x](y)", "<a HREF=x>", "来源", "來源", "SOURCE", "原文", "Via"])
def test_what_may_be_part_of_a_trailer(text: str) -> None:
    assert may_be_trailer(f"a {text} b")
    assert not may_be_trailer("a b")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[x](/a)", True),
        ("[x](/a) [y](/b)", True),
        ("<https://site.example/a>", True),
        ("<a href='/a'>x</a> | <A HREF=/b>y</A>", True),
        ("<a Href=/a>x</a>", True),
        ("<A HREF=/a>x</A>", True),
        ("<https://site.example/a> <https://site.example/b>", True),
        ("<HTTPS://site.example/a> <HTTPS://site.example/b>", True),
        ("[x](/a)[y](/other)", False),
        ("[x](/other)", False),
        ("<https://site.example/other>", False),
        ("[x](/a) text", False),
        ("![x](/a)", False),
        ("text", False),
        ("|", False),
        ("", False),
        *((f"[x](/a){sign}[y](/b)", True) for sign in "｜|·•∙/\\>»›«‹<←→↑_*,，、;:—–[]()（）【】-"),
        *(
            (f"[x](/a)&{name};[y](/b)", True)
            for name in ("nbsp", "gt", "lt", "raquo", "laquo", "middot", "bull", "#160")
        ),
        *((f"[x](/a){sign}[y](/b)", False) for sign in ("x", "1", "&amp;", "。", "?", "!", "#")),
    ],
)
def test_navigation_is_a_block_of_links_that_are_navigation(text: str, expected: bool) -> None:
    assert is_navigation_block(text, lambda address: address.endswith(("/a", "/b"))) is expected


def test_a_link_to_nowhere_is_the_page_itself() -> None:
    assert is_navigation_block("[x]()", lambda address: address == "")


KINDS = "archive archives author authors categories category tag tags topic topics".split()


@pytest.mark.parametrize("kind", KINDS)
def test_pages_of_any_term_of_a_kind_are_navigation(kind: str) -> None:
    is_navigation = navigation_test("https://site.example/blog")
    assert is_navigation(f"/blog/{kind}/x/")
    assert is_navigation(f"/{kind.upper()}/x.HTML")
    assert is_navigation(f"//www.site.example/blog/{kind}/x/index.htm")
    assert not is_navigation(f"/blog/{kind}/x/2/")
    assert not is_navigation(f"/blog/{kind}/")
    assert not is_navigation(f"/blog/x{kind}/x/")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (" / ", True),
        ("", False),
        (".", True),
        ("/./..//", True),
        ("index.html", True),
        ("INDEX.HTM", True),
        ("index.php", False),
        ("index", True),
        ("https://site.example", True),
        ("HTTP://SITE.example.:8/", True),
        ("//www.site.example/", True),
        ("//other.example/", False),
        ("https://other.example/site.example/", False),
        ("ftp://site.example/", False),
        ("mailto:x", False),
        ("/?q", False),
        ("/#a", True),
        ("#a", False),
        ("/one-two/", True),
        ("/ONE_two.html", True),
        ("/One%20Two", True),
        ("/c++/", True),
        ("/c/", True),
        ("/one-two/2021/post.html", False),
        ("//[site.example/", False),
        ("/nodejs/", True),
        ("/rd-three/", True),
        ("/rdthree/", False),
        ("/@/", False),
        ("/three/", False),
        ("/one/two/", False),
        ("//[", False),
    ],
)
def test_navigation_leads_home_or_to_a_term(address: str, expected: bool) -> None:
    assert (
        navigation_test("https://www.site.example", ("One  two", "C++", "R&D Three", "Node.js", "!"))(address)
        is expected
    )


def test_of_a_site_without_a_host_every_relative_link_may_be_navigation() -> None:
    is_navigation = navigation_test("", ("x",))
    assert (is_navigation("/x/"), is_navigation("/"), is_navigation("//a.example/x/")) == (True, True, False)
