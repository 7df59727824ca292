"""Highlighted code keeps its language on `code` and loses its line numbers, whichever program made it."""

from __future__ import annotations

import time

import pytest

from tests.bodies import clean


def code(text: str, language: str = "") -> str:
    return f'<pre><code class="language-{language}">{text}</code></pre>' if language else f"<pre>{text}</pre>"


NUMBERS = "<td class='gutter'><pre><span class=line>1</span><br><span class=line>2</span><br></pre></td>"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (  # Rouge
            (
                "<div class='language-ruby highlighter-rouge'><div class=highlight><pre class=highlight>"
                "<code><span class=k>"
                "a</span></code></pre></div></div>"
            ),
            f"<div><div>{code('<span>a</span>', 'ruby')}</div></div>",
        ),
        (  # Rouge with line numbers
            (
                "<figure class=highlight><pre><code class=language-c data-lang=c><table class=rouge-table><tbody><tr>"
                "<td class='gutter gl'><pre class=lineno>1\n2\n</pre></td><td class=code><pre>a\nb\n</pre></td>"
                "</tr></tbody>"
                "</table></code></pre></figure>"
            ),
            "<figure>" + code("a\nb\n", "c") + "</figure>",
        ),
        (  # Chroma (Hugo), in a table
            (
                "<div class=highlight><div class=chroma><table class=lntable><tr><td class=lntd>"
                "<pre class=chroma><code>"
                "<span class=lnt>1\n</span></code></pre></td><td class=lntd><pre class=chroma><code class=language-go "
                "data-lang=go>42</code></pre></td></tr></table></div></div>"
            ),
            f"<div><div>{code('42', 'go')}</div></div>",
        ),
        (  # Chroma, within the lines
            (
                "<div class=highlight><pre class=chroma><code data-lang=go><span class=line>"
                "<span class=ln>1</span>a</span>"
                "</code></pre></div>"
            ),
            f"<div>{code('<span>a</span>', 'go')}</div>",
        ),
        (  # Hexo
            (
                f"<figure class='highlight js'><figcaption><span>A title</span></figcaption><table><tr>{NUMBERS}"
                "<td class=code><pre><span class=line>a</span><br></pre></td></tr></table></figure>"
            ),
            f"<figure><figcaption><span>A title</span></figcaption>{code('<span>a</span><br>', 'js')}</figure>",
        ),
        (
            f"<figure class='highlight c'><table><tr>{NUMBERS}<td class=code><pre>a</pre></td></tr></table></figure>",
            f"<figure>{code('a', 'c')}</figure>",
        ),
        (  # Pygments
            "<div class='highlight-python notranslate'><div class=highlight><pre><span></span>a</pre></div></div>",
            f"<div><div>{code('a', 'python')}</div></div>",
        ),
        (
            (
                "<table class=highlighttable><tr><td class=linenos><div class=linenodiv><pre>"
                "<span class=normal>1</span></pre>"
                "</div></td><td class=code><div><pre><code>a</code></pre></div></td></tr></table>"
            ),
            "<div><pre><code>a</code></pre></div>",
        ),
        (
            "<div class=codehilite><pre><code><span class=lineno>1 </span>a</code></pre></div>",
            "<div><pre><code>a</code></pre></div>",
        ),
        ("<div class='highlight highlight-source-js'><pre>a</pre></div>", f"<div>{code('a', 'js')}</div>"),
        ("<pre class='brush: php; gutter: true'>a</pre>", code("a", "php")),
        ("<pre class=EnlighterJSRAW data-enlighter-language=js>a</pre>", code("a", "js")),
        ("<pre class='sourceCode haskell'><code class='sourceCode haskell'>a</code></pre>", code("a", "haskell")),
        ("<pre><code class=lang-js>a</code></pre>", code("a", "js")),
        ("<div class='language-c highlight'><pre>a</pre></div><pre>b</pre>", f"<div>{code('a', 'c')}</div>{code('b')}"),
    ],
)
def test_code_has_its_language_and_no_line_numbers(html: str, expected: str) -> None:
    assert clean(html) == expected


@pytest.mark.parametrize(
    "html",
    [
        "<table><tbody><tr><td>1</td><td><pre>highlight</pre></td></tr></tbody></table>",
        "<p>highlight</p><pre>1\n2\n</pre><p>5</p>",
        "<pre><code>highlight</code></pre>",
        "<table><tbody><tr><td><pre>highlight</pre></td><td>a</td></tr></tbody></table>",
    ],
)
def test_what_is_no_highlighted_code_stays(html: str) -> None:
    assert clean(html) == html


def test_numbers_that_are_text_stay() -> None:
    assert clean("<p class=highlight>a<span class=ln>5</span></p><pre>b</pre>") == "<p>a<span>5</span></p><pre>b</pre>"
    table = "<table class=highlight><tr><td class=gutter>2021</td><td>a</td></tr></table><pre>b</pre>"
    assert "2021" in clean(table)
    column = (
        "<table class=highlight><tr><td class=lntd><pre>42</pre></td><td class=lntd><pre>43</pre></td></tr></table>"
    )
    assert "42" in clean(column)
    named = (
        "<table class=highlight><tr><td class=gutter><pre>1a</pre></td><td class=code><pre>43</pre></td></tr></table>"
    )
    assert "1a" in clean(named)
    assert clean("<div class=language-en><p>a</p><pre class=highlight><code>1</code></pre></div>").endswith(
        "</code></pre></div>"
    )


@pytest.mark.parametrize("language", ["<b>", "a b", "x" * 60, '"', "ruby&quot;onclick"])
def test_a_language_is_a_word(language: str) -> None:
    html = f"<div class=highlight><pre data-lang='{language}'><code>a</code></pre></div>"
    assert 'class="language-<' not in clean(html)
    assert "onclick" not in clean(html)


@pytest.mark.parametrize(
    "part",
    [
        "<pre class=highlight>",
        "<td class=gutter>",
        "<pre><span class=ln>",
        "<table><td class=gutter><pre>1",
        "<pre>" + "<div class=linenodiv>" * 200 + "x" * 40_000 + "</div>" * 200 + "</pre>",
    ],
)
def test_many_code_blocks_take_linear_time(part: str) -> None:
    start = time.process_time()
    clean(part * min(3000, 800_000 // len(part)))
    assert time.process_time() - start < 5
