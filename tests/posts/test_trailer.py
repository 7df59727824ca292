"""What follows an article in its body: navigation, source link and attribution."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posts.trailer.cut import TrimmedBody, cut_trailer
from posts.trailer.navigation import navigation_test
from tests.shared import shared

SITE = "https://news.example"
TERMS = ("emnews", "东财滚动新闻", "Local News")
SOURCE = "http://paper.example/a,1.html?id=2"


def tail(body, *, markdown=True, closing_link="auto"):
    return cut_trailer(
        body,
        closing_link=closing_link,
        is_navigation=navigation_test(SITE, TERMS),
        is_source=lambda link: "news.example" not in link,
        markdown=markdown,
    )


@pytest.mark.parametrize(
    "trailer",
    [
        "[返回东财滚动新闻](//news.example/emnews/)｜[返回首页](//news.example/)",
        "[返回东财滚动新闻](../emnews/)\n[返回首页](../)",
        "[返回](//www.news.example/category/emnews.html)|[首页](http://news.example/index.html)",
        "<p><a href='/emnews/'>x</a> · <a class=home href=/ >y</a></p>",
        "<div><a href='/'>x</a><br><a href='/local-news/'>y</a></div>\n",
        "<p><a href='/'>x</a></p>\n<p>&nbsp;</p><p><br></p>",
        "[x](/)\n\n[y](/tags/z/)\n\n<a href=./>z</a>",
        "[x](/){: .nav}\n{: .foot}",
        '---\n\n[« x](/ "Home") — <https://news.example/>',
        "**[x](/)**",
    ],
)
def test_trailing_links_into_the_site_are_cut(trailer):
    assert tail(f"<p>text</p>\n\n{trailer}") == TrimmedBody("<p>text</p>")


@pytest.mark.parametrize(
    "end",
    [
        "[x](/2021/12/31/another-post.html)",
        "[x](/) and more",
        "See [x](/)",
        "[x](//elsewhere.example/)",
        "[x](/?page=2)",
        "[1](#fn-1)",
        "![x](/)",
        "- [x](/)",
        "> [x](/)",
        "    [x](/)",
        "```\n[x](/)\n```",
        "```\n\n[x](/)",
        "<pre>\n\n[x](/)",
        "<ul><li><a href=/>x</a></li></ul>",
        "<blockquote><p><a href=/>x</a></p></blockquote>",
        "<blockquote>\n<p><a href=/>x</a></p>",
        "<a href=/>x</a><img src=y.png>",
        "｜",
        "text",
        "<p></p>",
        "",
    ],
)
def test_other_endings_stay_as_they_are(end):
    assert tail(f"<p>text</p>\n\n{end}") == TrimmedBody(f"<p>text</p>\n\n{end}")


@pytest.mark.parametrize(
    "link",
    [
        f"<{SOURCE}>",
        SOURCE,
        f"[{SOURCE}]({SOURCE})",
        f"<{SOURCE}>{{:target='_blank'}}",
        f"<p><a href='{SOURCE}'>{SOURCE}</a></p>",
        f"<div><span><a target=_blank href={SOURCE}>paper.example/a,1.html?id=2</a></span></div>",
        f"<p>{SOURCE}</p>",
        f"<{SOURCE}>\n\n<>\n\n[x](/)",
        f"[x](/)\n\n<{SOURCE}>\n\n[x](/)",
    ],
)
def test_a_bare_link_that_navigation_follows_is_the_source(link):
    assert tail(f"text\n\n{link}\n\n[x](/)\n") == TrimmedBody("text", SOURCE)
    assert tail(f"text\n\n{link}\n", closing_link="always") == TrimmedBody("text", SOURCE)


@pytest.mark.parametrize(
    "end",
    [
        f"<{SOURCE}>",
        f"See also the release schedule:\n\n<{SOURCE}>",
        f"**Here is the schedule**:\n\n<{SOURCE}>\n\n[x](/)",
        f"<h3>日程：</h3>\n\n<p>{SOURCE}</p>\n\n[x](/)",
        f"Join us:&nbsp;\n\n<{SOURCE}>\n\n（来源：A）",
        f"<https://a.example/1>\n\n<{SOURCE}>",
        f"<https://a.example/1>\n\n<{SOURCE}>\n\n[x](/)",
        f"https://a.example/1\nhttps://a.example/2\n\n<{SOURCE}>\n\n[x](/)",
        f"Sources\n\n[{SOURCE}]({SOURCE})",
        "https://www.youtube.com/watch?v=abc123\n\n[x](/)",
        "https://youtu.be/abc123\n\n（来源：A）",
        "<https://soundcloud.com/a/b>\n\n[x](/)",
        "<https://tube.example/videos/watch/9c9de5e8-0a1e-484a-b099-e80766180a6d>\n\n[x](/)",
        "<https://www.bilibili.com/video/BV1xx411c7mD/>\n\n[返回](/)",
        f"（来源：A）\n\nmore\n\n<{SOURCE}>",
    ],
)
def test_a_link_that_the_post_does_not_mark_as_its_source_is_body_text(end):
    trimmed = tail(f"text\n\n{end}")
    assert trimmed.source == ""
    assert trimmed.body == f"text\n\n{end}".removesuffix("\n\n[x](/)").removesuffix("\n\n[返回](/)").removesuffix(
        "\n\n（来源：A）"
    )


@pytest.mark.parametrize(
    ("end", "title"),
    [
        (f"来源：新华社\n\n<{SOURCE}>", "新华社"),
        (f"（文章来源：新华社）\n\n<{SOURCE}>", "新华社"),
        (f"<{SOURCE}>\n\n（文章来源：新华社）", "新华社"),
        (f"来源：\n\n<{SOURCE}>", ""),
        (f"原文\n\n<{SOURCE}>", ""),
        (f"**原文链接：**\n\n<{SOURCE}>", ""),
        (f"Source:\n\n<{SOURCE}>", ""),
        (f"via\n\n<{SOURCE}>", ""),
        (f"<{SOURCE}>\n\nvia The Paper", "The Paper"),
        (f"Source: <{SOURCE}>", ""),
        (f"<p>Source: <a href='{SOURCE}'>{SOURCE}</a></p>", ""),
        (f"来源：{SOURCE}", ""),
        (f"（来源：{SOURCE}）", ""),
        (f"原文：[{SOURCE}]({SOURCE})", ""),
        (f"via <{SOURCE}>", ""),
        (f"来源：新华社\n<{SOURCE}>", "新华社"),
        (f"<{SOURCE}>（来源：新华社）", "新华社"),
        (f"Source: Reuters <{SOURCE}>\n\n[x](/)", "Reuters"),
    ],
)
def test_an_attribution_in_the_same_block_or_beside_it_marks_the_source(end, title):
    assert tail(f"text\n\n{end}") == TrimmedBody("text", SOURCE, title)


@pytest.mark.parametrize(
    "end",
    [
        f"Via this link you get the schedule, and more:\n\n<{SOURCE}>",
        f"Read the source: it is open. <{SOURCE}>",
        f"Source: <{SOURCE}> and <{SOURCE}2>",
        f"原文在这里，请看 {SOURCE}",
        "Source: https://news.example/own",
        "via",
        "原文",
        "Source:",
    ],
)
def test_a_sentence_with_a_link_is_no_attribution(end):
    assert tail(f"text\n\n{end}") == TrimmedBody(f"text\n\n{end}")


def test_every_bare_closing_link_is_the_source_where_the_site_says_so():
    body = f"See:\n\n<https://a.example/1>\n\n<{SOURCE}>"
    assert tail(body, closing_link="always") == TrimmedBody("See:\n\n<https://a.example/1>", SOURCE)
    assert tail(f"text\n\n- <{SOURCE}>", closing_link="always").source == ""


def test_no_closing_link_is_the_source_where_the_site_says_so():
    body = f"text\n\nSource: <{SOURCE}>"
    assert tail(f"{body}\n\n[x](/)", closing_link="never") == TrimmedBody(body)


@pytest.mark.parametrize(
    "end",
    [
        f"[the paper]({SOURCE})",
        f"<p><a href='{SOURCE}'>the paper</a></p>",
        f"From <{SOURCE}>",
        f"<{SOURCE}> <{SOURCE}2>",
        f"{SOURCE}。",
        f"- <{SOURCE}>",
        f"1. <{SOURCE}>",
        f"> <{SOURCE}>",
        f"| <{SOURCE}> |",
        f"    {SOURCE}",
        f"\t{SOURCE}",
        f"   {SOURCE}",
        f"~~~\n\n{SOURCE}",
        f"<table><tr><td>{SOURCE}</td></tr></table>",
        f"<pre>{SOURCE}</pre>",
        f"<code>{SOURCE}</code>",
        f"<{SOURCE}>\n\nmore text",
        "<https://news.example/2020/post.html>",
        "ftp://paper.example/x",
    ],
)
def test_a_link_that_is_not_bare_or_not_last_is_no_source(end):
    assert tail(f"text\n\n{end}") == TrimmedBody(f"text\n\n{end}")


def test_in_html_blanks_before_a_link_mean_nothing():
    assert tail(f"<p>text</p>\n\n    {SOURCE}\n\n<a href=/>x</a>", markdown=False) == TrimmedBody("<p>text</p>", SOURCE)


@pytest.mark.parametrize(
    ("credit", "title"),
    [
        ('<p class="em_media">（文章来源：南通日报）</p>', "南通日报"),
        ("（文章来源：上海<span id=x><a href=//q.example/1>证券</a></span><span></span>报）", "上海证券报"),
        ("(来源:新华社（北京）)", "新华社（北京）"),
        ("来源：[新华社 ](//x.example)", None),
        ("來源：新華社", "新華社"),
        ("*（来源：A&amp;B）*", "A&B"),
        ("<p><strong>Source: Reuters</strong></p>", "Reuters"),
        ("[Sources: AP]", "AP"),
        ("Source: https://news.example/1", None),
        ("Source: it is said. Nobody knows who.", None),
        ("消息来源：有人说。没有人知道。", None),
        ("据来源：新华社", None),
        ("来源：" + "长" * 81, None),
        ("（来源：A）text（B）", None),
        ("（来源：A", None),
        ("> 来源：A", None),
    ],
)
def test_a_last_block_that_names_the_source_is_the_attribution(credit, title):
    body = f"<p>text</p>\n{credit}" if credit.startswith("<p") else f"<p>text</p>\n\n{credit}"
    assert tail(body) == (TrimmedBody("<p>text</p>", "", title) if title else TrimmedBody(body))


@pytest.mark.parametrize(
    "credit", ["(Source: [AP](https://ap.example/1))", '（来源：<a href="https://ap.example/1">AP</a>）']
)
def test_a_linked_name_stays_in_the_body_for_nothing_else_shows_the_link(credit):
    assert tail(f"text\n\n{credit}") == TrimmedBody(f"text\n\n{credit}", "", "AP")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("text。（来源：新华社）", TrimmedBody("text。", "", "新华社")),
        ("<p>a</p><p>text。（文章来源：<b>新华</b>社）</p>\n", TrimmedBody("<p>a</p><p>text。</p>", "", "新华社")),
        ("<p>text (Source: AP)</p>\n\n[x](/)", TrimmedBody("<p>text</p>", "", "AP")),
        ("text（本报记者）", TrimmedBody("text（本报记者）")),
        ("> text（来源：新华社）", TrimmedBody("> text（来源：新华社）")),
        ("- text（来源：新华社）", TrimmedBody("- text（来源：新华社）")),
        ("text（来源：新华社）more", TrimmedBody("text（来源：新华社）more")),
    ],
)
def test_an_attribution_may_close_the_last_paragraph(body, expected):
    assert tail(body) == expected


@pytest.mark.parametrize(
    "body",
    [
        f"text\n\n（来源：A）\n\n<{SOURCE}>\n\n[x](/)",
        f"text\n\n<{SOURCE}>\n\n（来源：A）\n\n[x](/)",
        f"text\n\n[x](/)\n\n<{SOURCE}>\n\n（来源：A）",
        f"text\r\n\r\n（来源：A）\r\n\r\n<{SOURCE}>\r\n\r\n[x](/)\r\n",
        f"text（来源：A）\n\n<{SOURCE}>\n\n[x](/)",
    ],
)
def test_the_three_may_come_in_any_order(body):
    assert tail(body) == TrimmedBody("text", SOURCE, "A")


def test_tags_that_close_what_is_open_before_the_trailer_stay():
    body = f'<div class="a"><p>text</p></div><div class="m"><p>（来源：A）</p></div>\n\n<{SOURCE}>'
    assert tail(body).body == '<div class="a"><p>text</p></div>'


def test_a_body_that_is_nothing_but_its_source_link_keeps_it():
    assert tail(f"<{SOURCE}>\n\n[x](/)") == TrimmedBody(f"<{SOURCE}>", SOURCE)
    assert tail("[x](/)") == TrimmedBody("[x](/)")


def test_a_long_trailer_is_found_behind_a_long_article():
    trailer = "\n\n".join(f'<p><a href="/" title="{"x" * 200}">home</a></p>' for _ in range(9))
    assert tail(f"{'text ' * 9_000}\n\n<{SOURCE}>\n\n{trailer}") == TrimmedBody(("text " * 9_000).strip(), SOURCE)


def test_a_trailer_that_never_begins_is_none():
    body = "\n\n".join(["[x](/)"] * 2_000)
    assert tail(body).body == "\n\n".join(["[x](/)"] * 1_990)


NAV = "[x](/)"


@pytest.mark.parametrize(
    "empty",
    [
        *("", "&nbsp;", "&#160;", "<>", "\u200b", "\ufeff", "<!-- a > b -->", "---", "-----", "___", "***", "* * *"),
        *(
            "<br>",
            "<br/>",
            "<p></p>",
            "<p>&nbsp;</p>",
            "<hr>",
            "<hr/>",
            "<hr class=x>",
            "<b></b>",
            "{: .x}",
        ),
        *(f"<{name} class=x></{name}>" for name in "div center section article footer nav header aside main".split()),
        *(f"<{name}></{name}>" for name in "span b strong i em small font u sub sup".split()),
        *("<wbr>", "<!-- a\nb -->", "&nbsp; \u200b<!--x-->---"),
    ],
)
def test_what_shows_nothing_does_not_end_a_trailer(empty):
    assert tail(f"text\n\n{NAV}\n\n{empty}\n\n{NAV}\n\n{empty}").body == "text"


@pytest.mark.parametrize("shown", ["--", "__", "**", "* *", "&amp;", "<!-- a", "<img>", "<custom></custom>", "."])
def test_what_shows_something_ends_a_trailer(shown):
    assert tail(f"text\n\n{NAV}\n\n{shown}\n\n{NAV}").body == f"text\n\n{NAV}\n\n{shown}"


@pytest.mark.parametrize("name", "p div center section article footer nav header aside main P DIV".split())
def test_each_element_that_makes_a_block_ends_the_one_before(name):
    assert tail(f"<{name}>text</{name}><{name} class=x><a href=/>x</a></{name}>").body == f"<{name}>text</{name}>"
    assert tail(f"text<{name}><a href=/>x</a>").body == "text"


@pytest.mark.parametrize(
    "separator", ["<br><br>", "<br/>\n<br />", "<BR><br><br>", "<hr>", "<hr/>", "\n\n", "\n \t\r\n"]
)
def test_lines_are_apart_after_two_breaks_a_rule_or_an_empty_line(separator):
    assert tail(f"text{separator}<a href=/>x</a>").body == "text"


@pytest.mark.parametrize("separator", ["<br>", "\n", "<br>\n", "<span>", "<pre>", "<x-p>", "<b>"])
def test_other_elements_are_part_of_a_block(separator):
    body = f"text{separator}<a href=/>x</a>"
    assert tail(body).body == body


@pytest.mark.parametrize("name", ["pre", "blockquote", "table", "ul", "ol", "code"])
def test_nothing_is_taken_out_of_an_open_element_of_another_kind(name):
    inside = f"<{name}>\n\ntext\n\n<p><a href=/>x</a></p>"
    for body in (inside, f"{inside}\n\n</{name}>"):
        assert "<a href=/>x</a>" in tail(body).body
    assert tail(f"<{name}>text</{name}>\n\n<p><a href=/>x</a></p>").body == f"<{name}>text</{name}>"


@pytest.mark.parametrize(
    "quoted", ["> {}", "- {}", "* {}", "+ {}", "1. {}", "12) {}", "| {}", " > {}", "    {}", "\t{}", " \t{}"]
)
def test_nothing_is_taken_out_of_quotations_lists_tables_and_code(quoted):
    body = f"text\n\n{quoted.format(NAV)}"
    assert tail(body).body == body
    if quoted[0] not in "-*+|1>" and quoted != " > {}":
        assert tail(body, markdown=False).body == "text"


@pytest.mark.parametrize("quoted", ["-{}", "1.{}", "1234567890. {}", "a {}"])
def test_what_only_looks_like_a_list_is_none(quoted):
    body = f"text\n\n{quoted.format('')}".strip()
    assert tail(f"{body}\n\n{NAV}").body == body


@pytest.mark.parametrize("fence", ["```", "~~~", "   ```", "````", "``` python"])
def test_nothing_is_taken_out_of_fenced_code(fence):
    body = f"text\n\n{fence}\n\n{NAV}"
    assert tail(body).body == body
    assert tail(f"{body}\n{fence}\n\n{NAV}").body == f"{body}\n{fence}"
    assert tail(body, markdown=False).body == body.removesuffix(f"\n\n{NAV}")


def test_a_fence_far_before_the_trailer_counts():
    body = "```\n" + "code\n\n" * 2_000
    assert tail(f"{body}{NAV}").body == f"{body}{NAV}"
    assert tail(f"{body}```\n\n{NAV}").body == f"{body}```"


def test_ten_blocks_of_navigation_are_taken():
    for count in (9, 10, 11, 12):
        left = [NAV] * max(0, count - 10)
        assert tail("\n\n".join(["text", *[NAV] * count])).body == "\n\n".join(["text", *left])


@pytest.mark.parametrize("length", [*range(560, 620, 4), *range(4060, 4120, 4), 9_000])
def test_a_trailer_of_any_length_is_found(length):
    block = f'<a href="/" title="{"x" * 180}">x</a>\n\n'
    count = 1 + length % 9
    trailer = f"<{SOURCE}>\n\n" + block * count
    article = "words " * (length // 6)
    assert tail(f"{article}\n\n{trailer}") == TrimmedBody(article.strip(), SOURCE)
    assert tail(f"See:\n\n{trailer}") == TrimmedBody(f"See:\n\n<{SOURCE}>")
    assert tail(f"{article}:\n\n{trailer}").source == ""


def test_a_second_source_or_attribution_stays():
    other = "https://other.example/b"
    assert tail(f"text\n\n<{other}>\n\nmore\n\n<{SOURCE}>\n\n{NAV}") == TrimmedBody(
        f"text\n\n<{other}>\n\nmore", SOURCE
    )
    assert tail("text\n\n（来源：B）\n\n（来源：A）") == TrimmedBody("text\n\n（来源：B）", "", "A")
    assert tail(f"text（来源：B）\n\n（来源：A）\n\n{NAV}") == TrimmedBody("text（来源：B）", "", "A")


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("<div><p>text</p></div><div><p>（来源：A）</p></div>", "<div><p>text</p></div>"),
        ("<div><section><p>text</p>\n</section></div>\n\n[x](/)", "<div><section><p>text</p></section></div>"),
        ("<div>text<nav><a href=/>x</a></nav></div>\n", "<div>text"),
    ],
)
def test_tags_between_the_article_and_its_trailer_stay(body, kept):
    assert tail(body).body == kept


@pytest.mark.parametrize("empties", [0, 1, 9])
def test_up_to_nine_empty_blocks_do_not_hide_what_comes_before_a_link(empties):
    between = "\n\n&nbsp;" * empties
    assert tail(f"text\n\n来源：新华社{between}\n\n<{SOURCE}>") == TrimmedBody("text", SOURCE, "新华社")
    assert tail(f"text\n\n<{SOURCE}>{between}\n\nvia").source == SOURCE
    assert tail(f"See:{between}\n\n<{SOURCE}>\n\n{NAV}").source == ""


def test_ten_empty_blocks_part_a_link_from_what_comes_before():
    between = "\n\n&nbsp;" * 10
    body = f"text\n\n来源：新华社{between}\n\n<{SOURCE}>"
    assert tail(body) == TrimmedBody(body)


def test_an_attribution_behind_a_link_that_is_the_first_block_marks_it():
    assert tail(f"<{SOURCE}>\n\n（来源：A）") == TrimmedBody(f"<{SOURCE}>", SOURCE, "A")
    assert tail(f"<{SOURCE}>\n\nvia").source == SOURCE
    assert tail(f"<{SOURCE}>") == TrimmedBody(f"<{SOURCE}>")


@pytest.mark.parametrize("body", ["See http://a.example/b \n", "来源\n\n", "  [x](/2020/post)\n\n\n", " \n"])
def test_a_body_without_a_trailer_keeps_its_white_space(body):
    assert tail(body) == TrimmedBody(body)


def test_in_html_signs_of_markdown_mean_nothing():
    for sign in ("-", "*", "1.", ">", "|"):
        body = f"<p>text</p>\n\n{sign} <a href=/>x</a>"
        assert tail(body).body == body
    assert tail("<p>text</p>\n\n> <a href=/>x</a>", markdown=False).body == "<p>text</p>"


def test_code_at_the_beginning_of_a_body_is_no_attribution():
    body = f"    来源：A\n\n<{SOURCE}>"
    assert tail(body) == TrimmedBody(body)
    assert tail(body, markdown=False).source == SOURCE


def test_without_an_option_a_closing_link_is_the_source_where_the_post_says_so():
    def cut(body):
        return cut_trailer(body, is_navigation=lambda _: False, is_source=lambda _: True)

    assert cut(f"text\n\n<{SOURCE}>") == TrimmedBody(f"text\n\n<{SOURCE}>")
    assert cut(f"text\n\nvia <{SOURCE}>") == TrimmedBody("text", SOURCE)
    quoted = TrimmedBody("text\n\n> [x](/)")
    assert cut_trailer(quoted.body, is_navigation=lambda _: True, is_source=lambda _: True) == quoted


@pytest.mark.parametrize(
    "body", ["via", "via\n\nvia", f"text\n\n    {SOURCE}\n\nvia", f"text\n\n- {SOURCE}\n\nvia", "text\n\nvia"]
)
def test_a_label_without_a_link_that_it_belongs_to_stays(body):
    assert tail(body) == TrimmedBody(body)


def test_a_second_name_for_the_source_stays():
    assert tail(f"text\n\nvia B\n\n<{SOURCE}>\n\n（来源：A）") == TrimmedBody("text\n\nvia B", SOURCE, "A")
    assert tail(f"text\n\nvia\n\n<{SOURCE}>\n\n（来源：A）") == TrimmedBody("text", SOURCE, "A")


@pytest.mark.parametrize("line", ["<br>", "<BR/>", "<br />", "\n"])
def test_a_line_break_parts_words(line):
    assert tail(f"text\n\n<{SOURCE}>\n\nvia{line}The Paper") == TrimmedBody("text", SOURCE, "The Paper")


def _without_tags_before(body):
    """Yield the body, then without each tag, blank or link of the site at its beginning."""
    while body:
        yield body
        found = re.match(r"\s+|</?(?:p|div)>|<br>|\[x\]\(/\)", body)
        body = body[found.end() :] if found else ""


@settings(deadline=None, max_examples=300)
@given(
    st.lists(
        st.sampled_from(
            [
                "text",
                "\n\n",
                "<p>",
                "</p>",
                "<div>",
                "</div>",
                "[x](/)",
                f"<{SOURCE}>",
                "（来源：A）",
                " ",
                "<br>",
                "```",
                "> ",
            ]
        ),
        max_size=15,
    ).map("".join)
)
def test_what_is_cut_is_cut_at_the_end_and_no_text_is_lost(body):
    cut_off = tail(body)
    assert cut_off.body.count("text") == body.count("text")
    kept = cut_off.body
    # Of a body that is nothing but its source, the tags and links around it go, too.
    while kept and not any(rest.startswith(kept) for rest in _without_tags_before(body)):
        assert kept.endswith(">")  # an element that was open is closed
        kept = kept[: kept.rindex("<")]


@pytest.mark.parametrize(
    "piece", ["[", "[x](", "<a href=", "<p>", "<br>", "&nbsp;", "（来源：", "*", "<!--", "\n\n", "- ", "`", "<>"]
)
def test_a_trap_ends(piece):
    body = piece * 20_000
    assert tail(body).source == ""


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/", True),
        ("../", True),
        ("./index.html", True),
        ("//news.example", True),
        ("http://www.news.example:80/#top", True),
        ("/EMNews.html", True),
        ("/%E4%B8%9C%E8%B4%A2%E6%BB%9A%E5%8A%A8%E6%96%B0%E9%97%BB/", True),
        ("/local_news/", True),
        ("/categories/anything/", True),
        ("/tag/x/page/2/", False),
        ("/about/", False),
        ("/emnews/post.html", False),
        ("#top", False),
        ("", False),
        ("?x", False),
        ("/?x=1", False),
        ("mailto:a@b.example", False),
        ("javascript:x", False),
        ("//other.example/", False),
        ("http://[", False),
    ],
)
def test_navigation_leads_home_or_to_a_page_of_a_term(address, expected):
    assert navigation_test(SITE, TERMS)(address) is expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [("/blog/", True), ("/blog/emnews/", True), ("//news.example/blog", True), ("/blogs/", False)],
)
def test_navigation_knows_the_base_path(address, expected):
    assert navigation_test(f"{SITE}/blog", TERMS)(address) is expected


def test_the_seed_post_ends_with_its_article():
    raw = shared("corpus", "jekyll-finews", "old_post", "2021-12-31-NW202112312232633266.md").read_text("utf-8")
    cut_off = cut_trailer(
        raw.split("---\n", 2)[2],
        is_navigation=navigation_test("https://finews.withounder.com", ("nantongribao", "南通日报新闻")),
        is_source=lambda link: "withounder" not in link,
    )
    assert cut_off.body.endswith("<p>图：除署名外由南通开发区宣传部提供</p>")
    assert cut_off.source == "http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW202112312232633266"
    assert cut_off.source_title == "南通日报"
