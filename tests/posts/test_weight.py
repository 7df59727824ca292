"""Limits count what stays: pictures in `data:` and styling spans do not, and text keeps lines and links."""

from __future__ import annotations

from tests.bodies import clean, cleaned, rendered


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
