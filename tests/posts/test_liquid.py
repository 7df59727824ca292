"""Jekyll's Liquid: what resolves, what is left out and named, and that nothing hangs."""

from __future__ import annotations

import subprocess
import sys
import time
import tracemalloc
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posts.markup.liquid import render_liquid
from posts.markup.liquid.scope import LiquidScope
from posts.markup.liquid.strftime import ruby_strftime
from posts.markup.to_html import markup_to_html

FILES = {
    "note.html": "[{{ include.text }}|{{ include.other }}|{{ page.title }}]",
    "again.html": "{% include again.html %}x",
    "wrong.html": "a\n{{ nothing }}b",
    "twice.html": "{% include twice.html %}{% include twice.html %}",
    "large.html": "y" * 100_000,
    "../secret.html": "secret",
}
SCOPE = LiquidScope(
    page={
        "title": "T & t",
        "tags": ["a", "b"],
        "date": datetime(2020, 1, 2, 15, 4, 5, tzinfo=timezone(timedelta(hours=8))),
        "map": {"x": "1"},
        "file": "note.html",
    },
    site={"title": "S", "url": "https://a.example", "baseurl": "/b", "token": "secret"},
    include=FILES.get,
    include_relative={"beside.md": "*beside*"}.get,
    link={"_posts/2020-01-01-a.md": "/a/"}.get,
    post_url={"2020-01-01-a": "/a/"}.get,
    markdownify=lambda text: markup_to_html(text, markdown=True, liquid=None, report=lambda *_: None),
)


def problems(template: str) -> tuple[str, list[tuple[int, str]]]:
    found: list[tuple[int, str]] = []
    return render_liquid(template, SCOPE, lambda line, _, message: found.append((line, message))), found


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ page.title }} {{ page.tags | join: '+' }} {{ page.map.x }}", "T & t a+b 1"),
        ("{{ site.title }} {{ site.url }}", "S https://a.example"),
        ("{{ page.date }}", "2020-01-02 15:04:05 +0800"),
        ("{% if page.title contains '&' %}yes{% else %}no{% endif %}", "yes"),
        ("{% unless a %}1{% endunless %}{% case 2 %}{% when 2 %}2{% endcase %}", "12"),
        ("{% for tag in page.tags reversed %}{{ tag }}{{ forloop.index }}{% endfor %}", "b1a2"),
        ("{% for i in (1..9) %}{% if i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %}", "12"),
        ("{% assign a = 'x' | upcase %}{% capture b %}{{ a }}!{% endcapture %}{{ b }}", "X!"),
        ("a {%- assign b = 1 -%} c", "ac"),
        ("{% raw %}${{ secrets.A }} {% x %}{% endraw %}", "${{ secrets.A }} {% x %}"),
        ("a{% comment %}{{ b }}{% comment %}{% c %}{% endcomment %}{% endcomment %}d", "ad"),
        ("{% # a note %}{{ '{{' }}{{ \"{% raw %}\" }}", "{{{% raw %}"),
        ('{% include note.html text="1 \\"2\\"" other=page.tags %}', '[1 "2"|ab|T & t]'),
        ("{% include {{ page.file }} text='a' %}", "[a||T & t]"),
        ("{% include_relative beside.md %}", "*beside*"),
        ("{% link _posts/2020-01-01-a.md %} {% post_url 2020-01-01-a %}", "/a/ /a/"),
        ("{{ 'c d' | relative_url }} {{ '/c' | absolute_url }}", "/b/c%20d https://a.example/b/c"),
        ("{{ 'mailto:a@b.example' | relative_url }}", "mailto:a@b.example"),
        ("{{ page.date | date: '%-d %B %Y, %H:%M' }}", "2 January 2020, 15:04"),
        ("{{ '2020-02-03' | date_to_string }}", "03 Feb 2020"),
        ("{{ page.date | date_to_xmlschema }}", "2020-01-02T15:04:05+08:00"),
        ("{{ '<a b>&' | xml_escape }} {{ '<i>c</i>' | strip_html }}", "&lt;a b&gt;&amp; c"),
        ("{{ 'a b&' | cgi_escape }}", "a+b%26"),
        ("{{ 'A b_c!' | slugify }} {{ '*a*' | markdownify | strip }} {{ page.tags | jsonify }}",
         'a-b-c <p><em>a</em></p> ["a", "b"]'),
        ("{{ page.tags | array_to_sentence_string }} {{ 'a b' | number_of_words }}", "a and b 2"),
        ("{{ missing | default: 'there' }}", "there"),
        ("{% highlight C++ linenos %}\n\n<a>*b*\n{% endhighlight %}",
         '<pre><code class="language-c++">&#60;a&#62;&#42;b&#42;</code></pre>'),
        ('{% highlight a"><b> %}x{% endhighlight %}', '<pre><code class="language-a">x</code></pre>'),
    ],
)  # fmt: skip
def test_what_jekyll_resolves_is_resolved(template: str, expected: str) -> None:
    assert problems(template) == (expected, [])


@pytest.mark.parametrize(
    ("template", "expected", "message"),
    [
        ("a {{ foo.bar }} b", "a  b", "`foo.bar` is undefined"),
        ("a {{ site.token }} b", "a  b", "`site.token` is undefined"),
        ("a {{ site.time | date: '%Y' }} b", "a  b", "`site.time` is undefined"),
        ("a {{ 'now' | date: '%Y' }} b", "a  b", "`now` would change a feed with every run"),
        ("a {{ 'today' | date_to_string }} b", "a  b", "`today` would change a feed with every run"),
        ("a {{ 'x' | unheard }} b", "a  b", "unknown filter 'unheard'"),
        ("a {{ page }} b", "a  b", "a table of values has no text; name one of its keys"),
        ("a {% unheard of %} b", "a  b", "unknown tag `unheard`"),
        ("a {% render 'x' %} b", "a  b", "unknown tag `render`"),
        ("a {% if page.title %} b", "a  b", "`if` is never closed"),
        ("a {% else %} b", "a  b", "`else` stands alone"),
        ("a {% endfor %} b", "a  b", "`endfor` stands alone"),
        ("a {% break %} b", "a  b", "`break` stands alone"),
        ("a {% raw %} b", "a  b", "`raw` is never closed"),
        ("a {{ b", "a  b", "`{{` is never closed"),
        ("a {% b", "a  b", "`{%` is never closed"),
        ("a {% %} b", "a  b", "a tag without a name"),
        ("a {{ 1 | divided_by: 0 }} b", "a  b", "divided_by: can't divide by 0"),
        ("a {% include none.html %} b", "a  b", "there is no file `none.html` to include"),
        ("a {% include ../secret.html %} b", "a  b", "there is no file `../secret.html` to include"),
        ("a {% link none.md %} b", "a  b", "`link`: there is no `none.md`"),
        ("a {% post_url none %} b", "a  b", "`post_url`: there is no `none`"),
        ("a {% include wrong.html %} b", "a a\nb b", "`nothing` is undefined (in wrong.html)"),
        ("a {% assign c = (1..3) %} b", "a  b", "`assign`: ranges are only allowed in `for`"),
    ],
)
def test_what_cannot_be_resolved_is_left_out_and_named(template: str, expected: str, message: str) -> None:
    assert problems(template) == (expected, [(1, message)])


def test_one_broken_tag_costs_itself_alone() -> None:
    template = "{% if true %}\na{{ nothing }}b\n{% unheard %}c{{ 'x' | }}{% endif %}{{ page.title }}"
    output, found = problems(template)
    assert output == "\nab\nc" + "T & t"
    assert [line for line, _ in found] == [2, 3, 3]


def test_a_prompt_that_looks_like_liquid_costs_no_post() -> None:
    output, found = problems('before\n```\nx = {{%a{ "%b"{ (%y)}} - }{%t}}|{%f}\n```\nafter {{ page.title }}')
    assert output.startswith("before\n```\nx = ")
    assert output.endswith("after T & t")
    assert {line for line, _ in found} == {3}


def test_a_crossed_block_leaves_the_rest() -> None:
    assert problems("{% if true %}a{% for i in page.tags %}b{% endif %}c")[0] == "abc"


def test_a_block_that_is_dropped_takes_its_parts_along() -> None:
    assert problems("{% if a %}b{% else %}c") == ("bc", [(1, "`if` is never closed")])
    assert len(problems("{% if true %}" * 22 + "a" + "{% endif %}" * 22)[1]) == 2


def test_an_include_may_be_used_any_number_of_times() -> None:
    assert problems("{% include note.html %}" * 9)[1] == []


def test_problems_are_summed_up_after_twenty() -> None:
    found = problems("{% a %}" * 30)[1]
    assert len(found) == 21
    assert found[-1] == (0, "10 more Liquid problems")


def test_an_include_of_itself_ends() -> None:
    output, found = problems("{% include again.html %}")
    assert output == "x" * 8
    assert found == [(1, "includes are nested more than 8 deep (in again.html)")]


_DOUBLED = "{% assign b = 'xxxxxxxxxx' %}" + "{% assign b = b | append: b %}" * 16


@pytest.mark.parametrize(
    "template",
    [
        "{% for i in (1..1000000000) %}x{% endfor %}",
        "{% for i in (1..100000000000) reversed %}x{% endfor %}",
        "{% for i in (1..1000) %}" * 10 + "x" + "{% endfor %}" * 10,
        "{% for i in (1..900) %}{% endfor %}" * 900,
        "{% assign b = 'x' %}{% for i in (1..1000) %}{% assign b = b | append: b %}{% endfor %}{{ b }}",
        "{% capture b %}xx{% endcapture %}" + "{% capture b %}{{ b }}{{ b }}{% endcapture %}" * 500 + "{{ b }}",
        _DOUBLED + "".join(f"{{% assign c{i} = b | upcase %}}" for i in range(1500)),
        _DOUBLED + "{{ b | replace: 'x', b }}{{ b | replace: '', b }}",
        _DOUBLED + "{% assign c = 'a,a,a,a,a,a,a,a' | split: ',' %}{{ c | join: b }}",
        _DOUBLED + "{% for i in (1..10000) %}{% if b contains 'xxxxxy' %}{% endif %}{% endfor %}",
        _DOUBLED + "{% for i in (1..1000) %}{{ b | markdownify | size }}{% endfor %}",
        _DOUBLED + "{{ b | split: '' | size }}" * 100,
        "{% assign a = 10 %}" + "{% assign a = a | times: a %}" * 100 + "{{ a }}",
        "{{ '1e999999999' | ceil }}{{ 1e300 | times: 1e300 }}{{ 1.5 | round: 100000000 }}",
        "{% if (1..99999999999) contains 'a' %}x{% endif %}{{ (1..99999999999) | join: '' }}",
        "{% if true %}" * 2000 + "x" + "{% endif %}" * 2000,
        "{{ a" + "[a" * 900 + "]" * 900 + " }}",
        "{% if " + "a and " * 300 + "a %}x{% endif %}",
        "{% include twice.html %}",
        "{% assign a = '" + "a," * 900 + "' | split: ',' %}{% for b in a %}{% for c in a %}{% endfor %}{% endfor %}",
        "".join(f"{{% capture c{i} %}}{{% include large.html %}}{{% endcapture %}}" for i in range(600)),
        "{% for i in (1..10000) %}{% include large.html %}{% endfor %}",
        "{{" * 500_000,
        "{{a}}" * 200_000,
        "{% if a %}" * 100_000,
        "{% raw %}" * 100_000,
        "{% comment %}" * 80_000 + "{% endcomment %}",
        "{% comment %}{% comment %}{% endcomment %}" * 25_000,
        "{{" + " " * 1_000_000 + "}}",
    ],
)
def test_a_bomb_ends_soon_in_little_memory_and_is_reported(template: str) -> None:
    problems("{{ page.title | upcase }}")
    start = time.process_time()
    output, found = problems(template)
    assert time.process_time() - start < 2  # 0.3 at the most where it was measured
    assert len(output) <= 1 << 20
    assert found


@pytest.mark.parametrize(
    "template",
    [
        _DOUBLED + "".join(f"{{% assign c{i} = b | upcase %}}" for i in range(1500)),
        "{% assign b = 'xxxxxxxxxx' %}" + "{% assign b = b | append: b %}" * 10 + "{{ b | replace: 'x', b | size }}",
    ],
)
def test_what_is_kept_is_bounded(template: str) -> None:
    tracemalloc.start()
    problems(template)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60_000_000


_LISTS: dict[str, object] = {
    "title": "T",
    "long": [f"v{number}" for number in range(18_000)],
    "same": [f"v{number}" for number in range(18_000)],
    "nested": [[list(range(50))] * 50] * 50,
    "form": "%c" * 500,
    "date": SCOPE.page["date"],
}
_CALLS = "{% for i in (1..1000) %}"


@pytest.mark.parametrize(
    "template",
    [
        _CALLS + "{% capture a %}{{ page.long }}{% endcapture %}{% endfor %}",
        _CALLS + "{% if page.long contains 'x' %}{% endif %}{% endfor %}",
        _CALLS + "{% case page.long %}{% when page.same %}{% endcase %}{% endfor %}",
        _CALLS + "{% if page.nested == page.nested %}{% endif %}{% endfor %}",
        _CALLS + "{% case 1 %}" + "{% when 2 %}" * 600 + "{% endcase %}{% endfor %}",
        _CALLS + "{% case 1 %}{% when " + "2, " * 600 + "3 %}{% endcase %}{% endfor %}",
        _CALLS + "{% case 1 %}" + "{% else %}" * 600 + "{% endcase %}{% endfor %}",
        _CALLS + "{% if a %}" + "{% elsif a.b == 'a long condition' %}" * 300 + "{% endif %}{% endfor %}",
        _CALLS + "{{ page.date | date: page.form | size }}{% endfor %}",
        _CALLS + "{{ '3 Jan 2020' | date: '%d' | size }}{% endfor %}",
        _CALLS + "{{ '*a*' | markdownify | size }}{% endfor %}",
        _CALLS + "{{ page" + ".a" * 900 + " | default: 1 }}{% endfor %}",
        _CALLS + "{% capture a %}{% include large.html %}{% endcapture %}{% endfor %}",
        ("{{ page.title " + "| upcase " * 190 + "}}") * 500,
        ("{{ " + "a." * 990 + "a }}") * 500,
    ],
)
def test_what_takes_long_costs_more_than_a_step(template: str) -> None:
    found = []
    scope = LiquidScope(page=_LISTS, include=FILES.get)
    render_liquid(template, scope, lambda _line, _code, message: found.append(message))
    assert any("it takes more than 10,000 steps" in message for message in found)


@pytest.mark.parametrize(("kind", "tag"), [("include", "include"), ("link", "link"), ("post_url", "post_url")])
def test_the_site_is_asked_for_a_name_once(kind: str, tag: str) -> None:
    asked: list[str] = []

    def answer(name: str) -> str:
        asked.append(name)
        return "x"

    scope = LiquidScope(**{kind: answer})  # type: ignore[arg-type]  # one of its functions, by name
    assert render_liquid(f"{{% {tag} a.md %}}" * 50 + f"{{% {tag} b.md %}}", scope, lambda *_: None) == "x" * 51
    assert asked == ["a.md", "b.md"]


def test_a_template_of_a_thousand_outputs_is_within_the_steps() -> None:
    assert problems("{{ page.title | upcase }}\n" * 1_000) == ("T & T\n" * 1_000, [])


def test_a_body_without_braces_imports_no_liquid() -> None:
    code = (
        "import sys; from posts.markup.liquid.scope import LiquidScope;"
        "from posts.markup.to_html import markup_to_html;"
        "markup_to_html('*a* {b}', markdown=True, liquid=LiquidScope(), report=print);"
        "assert not {'liquid', 'bs4', 'dateutil'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_same_template_gives_the_same_twice() -> None:
    template = "{% assign a = 1 %}{% increment b %}{% cycle 'x', 'y' %}{{ nothing }}"
    assert problems(template) == problems(template)


_PIECES = st.sampled_from(
    ["{{", "}}", "{%", "%}", "-", "if ", "endif", "for i in page.tags", "endfor", "else", "elsif", "case 1",
     "when 1", "raw", "endraw", "comment", "endcomment", "capture x", "endcapture", "assign x = ",
     "include note.html", "highlight c", "endhighlight", "page.title", "page.map", "'a'", '"', "(1..3)", " | ",
     "append: ", "date: '%Y'", "split: ''", "times: 3", "replace: 'a', 'b'", "first", "size", "sort",
     "slice: 0, 9", " == ", " contains ", "nil", "1", "[", "]", ".", ",", "\n", "x", "{% if page.title %}",
     "{% endif %}", "{% for i in (1..2) %}", "{% endfor %}", "{% break %}", "{{ page.title }}"]
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.lists(_PIECES, max_size=40).map("".join))
def test_no_template_raises(template: str) -> None:
    output, found = problems(template)
    assert len(output) <= 1 << 20
    assert not any("altogether" in message for _, message in found)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("%Y-%m-%dT%H:%M:%S%:z", "2020-01-02T15:04:05+08:00"),
        ("%a, %d %b %y %-I:%M %p %z", "Thu, 02 Jan 20 3:04 PM +0800"),
        ("%A %e %B %^b %P %j %u %w %s", "Thursday  2 January JAN pm 002 4 4 1577948645"),
        ("%F %T %D %R|%5Y|%_m|%L|%V|%U|%W|%%|%Q", "2020-01-02 15:04:05 01/02/20 15:04|02020| 1|006|01|00|00|%|%Q"),
    ],
)
def test_dates_are_written_as_ruby_writes_them(form: str, expected: str) -> None:
    at = datetime(2020, 1, 2, 15, 4, 5, 6789, tzinfo=timezone(timedelta(hours=8)))
    assert ruby_strftime(at, form) == expected


def test_the_first_sunday_and_monday_of_a_year_begin_its_first_week() -> None:
    weeks = [ruby_strftime(datetime(2023, 1, day, tzinfo=UTC), "%U %W") for day in (1, 2, 8, 9)]
    assert weeks == ["01 00", "01 01", "02 01", "02 02"]
