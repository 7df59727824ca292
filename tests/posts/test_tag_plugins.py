"""The tags of Hexo and Octopress leave code, quotes, links and pictures; unknown ones their text and a report."""

from __future__ import annotations

import time

import pytest

from posts.markup.liquid.scope import LiquidScope
from posts.markup.to_html import markup_to_html
from tests.bodies import clean, link, rendered

CODE = '<pre><code class="language-js">if (a &lt; b) {\n\n  *x*\n}</code></pre>'
BODY = "\nif (a < b) {\n\n  *x*\n}\n"


def shown(body: str, *, liquid: bool = False) -> tuple[str, list[str]]:
    html, codes = rendered(body, liquid=LiquidScope() if liquid else None)
    return clean(html).strip(), codes


@pytest.mark.parametrize("name", ["codeblock", "code"])
def test_a_code_block_is_code_with_its_language_and_title(name: str) -> None:
    assert shown(f"{{% {name} lang:js %}}{BODY}{{% end{name} %}}\n*b*\n") == (f"{CODE}\n<p><em>b</em></p>", [])
    titled = f"{{% {name} A <title> lang:js https://a.example/x the file line_number:false %}}{BODY}{{% end{name} %}}\n"
    caption = f"A &lt;title&gt; {link('https://a.example/x', 'the file')}"
    assert shown(titled) == (f"<figure><figcaption>{caption}</figcaption>{CODE}</figure>", [])


def test_nothing_within_a_code_block_is_replaced() -> None:
    body = "{% codeblock %}\n{% youtube abc %} `{% raw %}`\n{% blockquote %}\n{% endcodeblock %}\n"
    assert shown(body) == ("<pre><code>{% youtube abc %} `{% raw %}`\n{% blockquote %}</code></pre>", [])


def test_jekylls_highlight_is_code_in_a_plain_folder() -> None:
    assert shown(f"{{% highlight js %}}{BODY}{{% endhighlight %}}\n") == (CODE, [])


def test_octopress_code_is_code_where_liquid_runs() -> None:
    body = f"{{% codeblock A title lang:js %}}{BODY}{{% endcodeblock %}}\n\n*b*\n"
    assert shown(body, liquid=True) == (f"<p>A title</p>\n{CODE}\n<p><em>b</em></p>", [])
    assert shown("{% raw %}{% codeblock %}{% endraw %}\n", liquid=True) == ("<p>{% codeblock %}</p>", [])


@pytest.mark.parametrize(
    ("words", "cite"),
    [
        ("", ""),
        ("David Levithan, Wide Awake", "David Levithan, <cite>Wide Awake</cite>"),
        ("Plato", "Plato"),
        (
            "@DevDocs https://twitter.com/devdocs/status/3",
            f"@DevDocs, <cite>{link('https://twitter.com/devdocs/status/3', 'twitter.com/devdocs/status/3')}</cite>",
        ),
        (
            "Seth Godin http://seth.example/x Welcome to it",
            f"Seth Godin, <cite>{link('http://seth.example/x', 'Welcome to it')}</cite>",
        ),
    ],
)
@pytest.mark.parametrize("liquid", [False, True])
def test_a_quote_is_a_quote_with_its_author_and_source(words: str, cite: str, liquid: bool) -> None:
    html, codes = shown(f"a\n{{% blockquote {words} %}}\n*b*\n\nc\n{{% endblockquote %}}\nd\n", liquid=liquid)
    footer = f"<p>— {cite}</p>\n" if cite else ""
    assert html == f"<p>a</p>\n<blockquote>\n<p><em>b</em></p>\n<p>c</p>\n{footer}</blockquote>\n<p>d</p>"
    assert codes == []


def test_a_quote_in_html_is_one_too() -> None:
    body = "{% blockquote Plato %}\n<b>a</b>\n{% endblockquote %}\n"
    html = markup_to_html(body, markdown=False, liquid=None, report=lambda *_: None)
    assert html.strip() == "<blockquote><b>a</b><footer>— Plato</footer></blockquote>"


@pytest.mark.parametrize("name", ["quote", "pullquote", "cq", "centerquote"])
def test_other_quotes_are_quotes(name: str) -> None:
    assert shown(f"{{% {name} %}}\na\n{{% end{name} %}}\n") == ("<blockquote>\n<p>a</p>\n</blockquote>", [])


def test_the_marks_of_a_pulled_quote_go() -> None:
    assert '"' not in shown('{% pullquote %}\nSome {" words "} here\n{% endpullquote %}\n')[0]


def test_code_and_embeds_in_a_quote_are_replaced() -> None:
    body = "{% blockquote %}\n{% codeblock %}\nx\n{% endcodeblock %}\n{% youtube abc %}\n{% endblockquote %}\n"
    html, codes = shown(body)
    assert "<pre><code>x</code></pre>" in html
    assert link("https://www.youtube.com/watch?v=abc", "YouTube") in html
    assert codes == []


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("link A site https://a.example/ true A title", link("https://a.example/", "A site")),
        ("link https://a.example/", link("https://a.example/", "a.example")),
        ("asset_link a.pdf The plan", link("a.pdf", "The plan")),
        ("asset_link a.pdf", link("a.pdf", "a.pdf")),
        ("post_link 2021-a 'A <title>'", "A &lt;title&gt;"),
        ("post_link 2021-a A title true", "A title"),
        ("post_link 2021-a", "2021-a"),
        ("asset_path a.png", "a.png"),
    ],
)
def test_a_link_in_a_sentence_is_replaced(tag: str, expected: str) -> None:
    assert rendered(f"See {{% {tag} %}}.\n") == (f"<p>See {expected}.</p>", [])
    assert f"{{% {tag} %}}" in clean(rendered(f"See `{{% {tag} %}}`.\n")[0]).replace("&lt;", "<").replace("&gt;", ">")


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("youtube PL1 playlist", link("https://www.youtube.com/playlist?list=PL1", "YouTube")),
        ("asset_img a.png A long title", '<img src="a.png" alt="A long title">'),
        ("asset_img left a.png 300 200 'A title' 'An alt'", '<img src="a.png" alt="An alt">'),
        ("pdf ./a.pdf", link("./a.pdf", "a.pdf")),
        ("bvideo x url=https://a.example/v", link("https://a.example/v", "a.example")),
    ],
)
def test_an_embed_leaves_a_link_or_picture(tag: str, expected: str) -> None:
    html, codes = rendered(f"a\n\n{{% {tag} %}}\n\nb\n")
    assert expected in html
    assert codes == []


def test_a_note_is_its_title_and_text() -> None:
    body = "{% note info no-icon A title %}\n*a*\n{% endnote %}\nb\n"
    assert shown(body) == ("<p><strong>A title</strong></p>\n<p><em>a</em></p>\n<p>b</p>", [])


def test_an_unknown_tag_leaves_its_text_and_is_reported_once() -> None:
    said: list[tuple[int, str, str]] = []
    body = "a\n\n{% fold x %}\n*b*\n{% endfold %}\n\n{% meting 1 %}\n\n{% fold y %}\nc\n{% endfold %}\n"
    html = markup_to_html(body, markdown=True, liquid=None, report=lambda *one: said.append(one))
    assert "{%" not in html
    assert all(text in html for text in ("<p>a</p>", "<em>b</em>", "c"))
    assert said == [(3, "shortcode", "tags that are not known were removed: fold, meting")]


@pytest.mark.parametrize(
    "body",
    [
        "{% if a %}\nx\n{% endif %}\n",
        "{% for a in b %}\nx\n{% endfor %}\n",
        "{% include 'a.html' %}\n",
        "{% endfold %}\n",
        "Write {% meting 1 %} so.\n",
        "```\n{% meting 1 %}\n```\n",
        "~~~~\n```\n{% meting 1 %}\n~~~~\n",
        "`` a ` {% link b https://a.example/ %} ``\n",
        "a\n\n    {% meting 1 %}\n",
        "a\n\n    {% link b https://a.example/ %}\n",
        "{% youtube %}\n",
    ],
)
def test_tags_that_a_post_is_about_stay(body: str) -> None:
    html, codes = rendered(body)
    assert html.count("{%") == body.count("{%")
    assert codes == []


def test_a_block_that_is_never_closed_takes_no_text_with_it() -> None:
    assert shown("{% codeblock %}\nthe rest\n") == ("<p>the rest</p>", ["shortcode"])
    assert "the rest" in shown("{% blockquote %}\nthe rest\n", liquid=True)[0]


@pytest.mark.parametrize(
    "part",
    [
        "{% codeblock %}\n",
        "{% blockquote %}\n",
        "{% a %}\n",
        "{% raw %}",
        "`",
        "` ``",
        "{% link ",
        "{%",
        "```\n",
        "{% note %}\n{% endnote %}\n",
    ],
)
def test_it_takes_linear_time(part: str) -> None:
    start = time.perf_counter()
    markup_to_html(part * (400_000 // len(part)), markdown=False, liquid=None, report=lambda *_: None)
    assert time.perf_counter() - start < 3
