"""A body's Markdown, with what kramdown adds to it, and Hugo's shortcodes."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posts.markup.liquid.scope import LiquidScope
from posts.markup.to_html import markup_to_html
from tests.shared import shared


def problems(
    body: str, *, markdown: bool = True, liquid: LiquidScope | None = None
) -> tuple[str, list[tuple[int, str, str]]]:
    found: list[tuple[int, str, str]] = []
    return markup_to_html(body, markdown=markdown, liquid=liquid, report=lambda *one: found.append(one)), found


def html(body: str) -> str:
    output, found = problems(body)
    assert not found
    return output


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "# One\n\n*two* **three** `four`",
            "<h1>One</h1>\n<p><em>two</em> <strong>three</strong> <code>four</code></p>\n",
        ),
        ("~~gone~~", "<p><del>gone</del></p>\n"),
        ("https://a.example/b", '<p><a href="https://a.example/b">https://a.example/b</a></p>\n'),
        ("a <b>raw</b> tag", "<p>a <b>raw</b> tag</p>\n"),
        ("```py\n<&>\n```", '<pre><code class="language-py">&lt;&amp;&gt;\n</code></pre>\n'),
        ("~~~\n{: .x}\n~~~", "<pre><code>{: .x}\n</code></pre>\n"),
        ('It\'s "so" -- not...', "<p>It's &quot;so&quot; -- not...</p>\n"),
        (":smile: and $$x^2$$", "<p>:smile: and $$x^2$$</p>\n"),
        ("<script>x</script>", "<script>x</script>\n"),
        ("a\r\n\r\nb", "<p>a</p>\n<p>b</p>\n"),
        ("", ""),
    ],
)
def test_markdown_is_github_flavoured_with_raw_html_and_no_smart_punctuation(body: str, expected: str) -> None:
    assert html(body) == expected


def test_a_table_is_a_table() -> None:
    assert html("| a | b |\n|:--|--|\n| 1 | 2 |").count("<td") == 2


def test_a_footnote_leads_there_and_back() -> None:
    output = html("text[^1]\n\n[^1]: note")
    assert 'href="#fn-1"' in output
    assert 'href="#fnref-1"' in output


def test_what_is_no_markdown_stays_as_it_is() -> None:
    body = "<p>*a* {: .x} {{ b }}</p>"
    assert problems(body, markdown=False) == (body, [])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('[a](b){:target="_blank"}, [c](d){:target="_blank"} e', '<p><a href="b">a</a>, <a href="d">c</a> e</p>\n'),
        ("*a*{:.b}{:.c} **d.**{: .e}", "<p><em>a</em> <strong>d.</strong></p>\n"),
        ("![a](b){: width='30'}", '<p><img src="b" alt="a" /></p>\n'),
        ("`a`{:.language-ruby}", "<p><code>a</code></p>\n"),
        ("<img src='a'>{: .b}", "<p><img src='a'></p>\n"),
        ("text\n{: .lead #top}\n\nmore", "<p>text</p>\n<p>more</p>\n"),
        ("{: .lead}\ntext", "<p>text</p>\n"),
        ("text\n\n{: .lead}\n\nmore", "<p>text</p>\n<p>more</p>\n"),
        ("## A\n{:.no_toc}\n\n## B {#b}\n\n## C {: .c}", "<h2>A</h2>\n<h2>B</h2>\n<h2>C</h2>\n"),
        ("* a\n* b\n{: .list}", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("* {:.item} a", "<ul>\n<li> a</li>\n</ul>\n"),
        ("> a\n{: .quote}", "<blockquote>\n<p>a</p>\n</blockquote>\n"),
        ("```\na\n```\n{: .code}\n\nb", "<pre><code>a\n</code></pre>\n<p>b</p>\n"),
        ("{:ref: .x #y}\ntext", "<p>text</p>\n"),
        ("* TOC\n{:toc}\n\n# A", "<h1>A</h1>\n"),
        ("1. TOC\n{: toc}\n\n# A", "<h1>A</h1>\n"),
        ("{:toc}\n- TOC\n\n# A", "<h1>A</h1>\n"),
        ("a {::comment}hidden{:/comment} b", "<p>a  b</p>\n"),
        ("{::nomarkdown}<b>a</b>{:/nomarkdown}", "<p><b>a</b></p>\n"),
        ('{::options parse_block_html="true" /}\na', "<p>\na</p>\n"),
    ],
)
def test_an_attribute_list_of_kramdown_is_not_shown(body: str, expected: str) -> None:
    assert html(body) == expected


def test_an_attribute_list_below_a_table_makes_no_row() -> None:
    output = html("| a | b |\n|--|--|\n| 1 | 2 |\n{: .table}\n\nend")
    assert output.count("<tr>") == 2
    assert "{:" not in output


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("哈哈{: ) 呵呵{:)} {: 微笑}", "<p>哈哈{: ) 呵呵{:)} {: 微笑}</p>\n"),
        ("text {: .x} more", "<p>text {: .x} more</p>\n"),
        ("`{: .x}`", "<p><code>{: .x}</code></p>\n"),
        ("    {: .x}", "<pre><code>{: .x}\n</code></pre>\n"),
        ("a {:/} b {::new}", "<p>a {:/} b {::new}</p>\n"),
        ("[a](<b{: .x}c>)", '<p><a href="b%7B:%20.x%7Dc">a</a></p>\n'),
        ('{: a="b"} <', "<p>{: a=&quot;b&quot;} &lt;</p>\n"),
        ("set {#x} in css", "<p>set {#x} in css</p>\n"),
    ],
)
def test_braces_that_are_no_attribute_list_stay(body: str, expected: str) -> None:
    assert html(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("中**重点。**后面", "<p>中<strong>重点。</strong>后面</p>\n"),
        ("和**“重点”**再", "<p>和<strong>“重点”</strong>再</p>\n"),
        ("**Update!**See", "<p><strong>Update!</strong>See</p>\n"),
        ("（**重点**）后", "<p>（<strong>重点</strong>）后</p>\n"),
        ("`a。**b` \\**c。\\**d", "<p><code>a。**b</code> **c。**d</p>\n"),
        ("[a](http://b.example/。**c)", '<p><a href="http://b.example/%E3%80%82**c">a</a></p>\n'),
    ],
)
def test_strong_text_needs_no_spaces_around_it(body: str, expected: str) -> None:
    assert html(body) == expected


def test_a_block_with_markdown_inside_is_parsed() -> None:
    assert "<strong>b</strong>" in html('<div class="a" markdown="1">\n**b**\n</div>')


def test_text_behind_an_excerpt_mark_is_parsed() -> None:
    assert html("<!--more-->**b**") == "<!--more-->\n<p><strong>b</strong></p>\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('a {{< plot src="b.png" >}} c', "a  c"),
        ("{{% note %}}keep *me*{{% /note %}}", "keep *me*"),
        ('{{< note\n  title="x" >}}keep{{< /note >}}', "keep"),
        ("{{</* figure */>}} {{%/* note */%}}", "{{< figure >}} {{% note %}}"),
        ("{{< open and {{ text }}", "{{< open and {{ text }}"),
        ("{{<< 1 >}}", "{{<< 1 >}}"),
        ("a >}} b {{% c", "a >}} b {{% c"),
    ],
)
def test_a_shortcode_goes_and_what_a_pair_holds_stays(body: str, expected: str) -> None:
    assert problems(body, markdown=False)[0] == expected


def test_shortcodes_are_reported_once_with_their_names() -> None:
    body = "a\n{{< b >}} {{< a >}} {{< /a >}}"
    assert problems(body)[1] == [(2, "shortcode", "Hugo shortcodes were removed: a, b")]


def test_a_link_whose_address_is_a_shortcode_is_text() -> None:
    assert problems('[a]({{< ref "b.md" >}})')[0] == "<p><a>a</a></p>\n"


def test_a_plain_folder_shows_braces_as_text() -> None:
    assert html("{{ a }} {% b %}") == "<p>{{ a }} {% b %}</p>\n"


def test_liquid_comes_before_markdown() -> None:
    body = "# {{ page.title }}\n\n{% highlight c %}\n*a*\n\n    b_c_ {: .d}\n{% endhighlight %}\n{: .e}"
    output, found = problems(body, liquid=LiquidScope(page={"title": "*T*"}))
    assert output == (
        "<h1><em>T</em></h1>\n"
        '<pre><code class="language-c">&#42;a&#42;&#10;&#10;    b&#95;c&#95; &#123;&#58; &#46;d&#125;</code></pre>\n'
    )
    assert not found


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("> " * 200 + "a", "deep-markup"),
        ("- " * 200 + "a", "deep-markup"),
        ("[" * 200_000, "dense-markup"),
        ("a\n\n" * 200_000, "dense-markup"),
        ('"' * 200_000, "dense-markup"),
        ("'" * 200_000, "dense-markup"),
        ("." * 200_000, "dense-markup"),
        ("a@b.c " * 60_000, "dense-markup"),
        ("|a" * 400 + "\n" + "|-" * 400 + "\n|a" * 1_000, "dense-markup"),
        (("|a" * 100 + "\r\n" + "|-" * 100 + "\r\n|a" * 200 + "\r\n\r\n") * 9, "dense-markup"),
        ("a[^1] " * 2_001, "many-footnotes"),
    ],
)
def test_markup_that_would_take_seconds_is_shown_as_text_and_reported(body: str, code: str) -> None:
    output, found = problems(body)
    assert [one[1] for one in found] == [code]
    assert body.rsplit(maxsplit=1)[-1] in output.replace("&gt;", ">")


def test_a_large_table_is_a_table() -> None:
    table = "|a|b|c|\n|-|-|-|\n" + "|1|2|3|\n" * 1_500
    assert problems(table)[1] == []
    assert html(table).count("<td>") == 4_500


@pytest.mark.parametrize("body", ["*a* {{ page.title }} {{< b >}} 文" + "x" * (1 << 20), "文" * 350_000])
def test_of_a_body_of_more_than_a_mebibyte_nothing_is_parsed(body: str) -> None:
    assert problems(body, liquid=LiquidScope(page={"title": "T"})) == (body, [])


@pytest.mark.parametrize(
    "unit",
    ["{: .x}\n", "{:", "{::comment}", "**。", "{{< a ", "{{< a >}}", ">}}", "<!--a-->b\n", "<ul>\n<li>",
     '<div markdown="1" ', "# a {#a}\n", "`", "<a ", "*a **b ", "![", "a|b\n", "[^1]", "> ", "http://a.b "],
)  # fmt: skip
def test_a_mebibyte_of_anything_ends_soon(unit: str) -> None:
    html("warm *up*")
    start = time.process_time()
    problems(unit * ((1 << 20) // len(unit)))
    assert time.process_time() - start < 2  # 0.02 to 0.4 where it was measured; what it guards against takes minutes


def test_memory_is_given_back() -> None:
    body = "a *b* [c](d)\n\n" * 400
    html(body)
    before = _resident()
    for _ in range(300):
        html(body)
    assert _resident() - before < 20_000  # kept, it would be 60,000 and more


def _resident() -> int:
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("needs /proc")
    return int(re.search(r"VmRSS:\s+(\d+)", status.read_text())[1])  # type: ignore[index]


_PIECES = st.sampled_from(
    ["{:", "}", "{: .x}", "{:toc}", "{::comment}", "{:/}", "{#a}", "**", "。", "* ", "# ", "\n", "\n\n", "    ",
     "`", "```", "a", "<pre>", "</code>", "<p>", "|", "-", "{{<", ">}}", "{{%", "%}}", "/*", "*/", "{{", "}}",
     "{%", "%}", "if", "endif", "raw", "\0", "\ud800", "\r", "[a](b)", "\U000f5eed", "\u2e0e", "page.title",
     " | upcase", "-"]
)  # fmt: skip


@settings(deadline=None)
@given(st.text() | st.lists(_PIECES).map("".join), st.booleans(), st.booleans())
def test_no_text_raises(body: str, markdown: bool, jekyll: bool) -> None:
    output, found = problems(body, markdown=markdown, liquid=LiquidScope(page={"title": "T"}) if jekyll else None)
    assert output.isascii() or output.encode()
    assert all(line >= 0 and code and message for line, code, message in found)


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters="\U000f5eed\u2e0e", exclude_categories=["Cs"])))
def test_marks_for_the_parser_never_come_out(body: str) -> None:
    output, _ = problems(f"{{: .x}}\n{body} **。**a {{: .y}} b")
    assert not re.search("[\U000f5eed\u2e0e]|%F3%B5%BB%AD|%E2%B8%8E", output)


@pytest.mark.parametrize("site", ["jekyll-finews", "jekyll-mzlogin", "jekyll-opensuse", "hugo-digitalgov"])
def test_posts_of_real_sites_leak_no_braces(site: str) -> None:
    liquid = LiquidScope(page={"title": "T"}, site={"url": "https://a.example"}) if site.startswith("jekyll") else None
    for path in sorted(shared("corpus", site).rglob("*.md"))[::7]:
        body = path.read_text("utf-8", "replace").partition("\n---")[2]
        output = re.sub(r"<(pre|code)\b.*?</\1>", "", problems(body, liquid=liquid)[0], flags=re.DOTALL)
        assert not re.search(r"\{:[^}]*\}|\{\{[<%]|\{%|\{\{|<p>\{#", output), path


@pytest.mark.parametrize("reference", ["&#xFFFE;", "&#65535;", "&#xD800;", "&#0;", "&#x110000;"])
def test_a_reference_to_no_character_is_the_replacement_character(reference: str) -> None:
    assert html(f"a{reference}b") == "<p>a\ufffdb</p>\n"
