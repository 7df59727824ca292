"""Documents under options of kramdown, and the text that Jekyll's converter makes of them.

`python -m tests.posts.kramdown_variants` asks the Jekyll that Debian's package `jekyll` brings, and writes its answers
into tests/oracles/kramdown-options.jsonl: one document under one set of options a line, with its HTML.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ORACLES = Path(__file__).parent.parent / "oracles"
ANSWERS = ORACLES / "kramdown-options.jsonl"

# The keys below `kramdown:` in a site's `_config.yml`.
VARIANTS: tuple[dict[str, Any], ...] = (
    {},
    {"input": "kramdown"},
    {"hard_wrap": True},
    {"input": "kramdown", "hard_wrap": True},
    {"smart_quotes": "apos,apos,quot,quot"},
    {"smart_quotes": ["39", "39", "8222", "8220"]},
    {"smart_quotes": "sbquo,lsquo,bdquo,ldquo"},
    {"smart_quotes": "laquo,raquo,laquo,raquo"},
    {"typographic_symbols": {"hellip": "...", "ndash": "--", "mdash": "---"}},
    {"typographic_symbols": {"laquo": "<<", "raquo": ">>", "laquo_space": "<< ", "raquo_space": " >>"}},
    {"typographic_symbols": {"mdash": "&mdash;", "ndash": ""}},
    {"math_engine": None},
    {"math_engine": "mathjax"},
    {"math_engine": None, "input": "kramdown"},
    {"auto_ids": False},
    {"toc_levels": "2..3"},
    {"toc_levels": [1, 3]},
    {"footnote_nr": 3},
    {"footnote_backlink": ""},
    {"footnote_backlink": "back & up"},
    {"footnote_backlink_inline": True},
    {"footnote_prefix": "p-"},
    {"parse_block_html": True},
    {"parse_span_html": False},
    {"parse_block_html": True, "input": "kramdown"},
    {"gfm_quirks": "no_auto_typographic"},
    {"gfm_quirks": ["paragraph_end", "no_auto_typographic"]},
    {"gfm_quirks": ""},
    {"gfm_quirks": []},
    {"syntax_highlighter": None},
    {"entity_output": "symbolic"},
    {"entity_output": "numeric"},
    {"header_offset": 1},
    {"remove_span_html_tags": True, "remove_block_html_tags": True},
    {"link_defs": {"defined": ["http://d.example/", "Title"]}},
    {"html_to_native": True},
    {"transliterated_header_ids": True},
)

DOCUMENTS: tuple[str, ...] = (
    "He said \"it's 'fine'\" -- in the '80s --- and left...\n\n<< guillemets >> and <<close>>\n",
    "text\n* list right behind\n\ntext\n> quote right behind\n\ntext\n```\nfence\n```\nend\n",
    "one\ntwo  \nthree\\\nfour\\\\\nfive\n",
    (
        'The mass is $$E = mc^2$$, and $$a < b$$ "too".\n\n'
        "$$\nx *y* < \\frac{1}{2} & z\n$$\n\n$$single$$\n\n\\$$not$$ math\n"
    ),
    "* $$x$$ in a list\n\n  $$\n  y\n  $$\n\n| $$a$$ | b |\n",
    '* toc\n{:toc}\n\n# One\n\n## Two "quoted"\n\n### Three\n\n## Four\n{: .no_toc}\n\n#### Five\n',
    "note[^1] and[^two] again[^1]\n\n[^1]: The *note*.\n[^two]: Two\n\n    paragraphs\n\n[^unused]: No\n",
    "code note[^c]\n\n[^c]:\n    > quoted\n\n        code\n",
    '<div>\n*raw* "text"\n</div>\n\n<p>one *two*</p>\n\n<div markdown="1">\n*em* -- "dash"\n</div>\n',
    'text <b>bold *em* -- "q"</b> <span markdown="0">*raw*</span> <kbd>*k*</kbd> end\n',
    "<section>\n# Heading\n\n<p>*in* it</p>\n<ul><li>*a*</li></ul>\n</section>\n",
    "a [defined] b [x][defined] c [none]\n",
    '&amp; &copy; &#169; &unknown; &mdash; &nbsp;x & < > "a&b"\n',
    "# Heading\ntext\n\n#No blank\n\nTitle\n=====\n\n### Closed ###\n\n# 中文 标题 #1\n",
    "~~struck~~ and ~one~\n\n- [ ] open\n- [x] done\n",
    '~~~ruby\nputs "a" -- 1\n~~~\n\n```js\nlet a = \'<b>\';\n```\n\n    indented "code"...\n',
    'term\n: definition -- "one"\n: two\n\n*[HTML]: Hypertext\n\nHTML and "HTML"\n',
    "中文“引号”和\"直引号\"，还有'单引号'。破折号--和省略号...\n换行\n",
    '<table>\n<tr><td>*cell* "q"</td></tr>\n</table>\n\n<details><summary>*S*</summary>\n\n*body*\n\n</details>\n',
    (
        '{::options parse_block_html="true" /}\n\n<div>*em* in</div>\n\n'
        '{::options smart_quotes="apos,apos,quot,quot" /}\n\n"q"\n'
    ),
    "1. one\n2. two\nlazy\n\n   para\n\n10) text\n",
    '> quote\nlazy\n\n> a -- "b"\n> - c\n',
)

_PROGRAM = """
require 'jekyll'
require 'json'
Jekyll.logger.log_level = :error
STDOUT.puts(JSON.parse(STDIN.read).map do |row|
  options = Marshal.load(Marshal.dump(row['options']))
  config = Jekyll.configuration('quiet' => true, 'kramdown' => options, 'disable_disk_cache' => true)
  converter = Jekyll::Converters::Markdown.new(config)
  converter.setup
  row['html'] = converter.instance_variable_get(:@parser).convert(row['text'])
  JSON.generate(row)
end)
"""


def answers(rows: Iterable[dict[str, Any]]) -> str:
    """Return the rows with what Jekyll's converter makes of them, as JSON lines.

    The parser is asked behind Jekyll's back, because its cache of what was converted ignores the options.
    """
    command = ["ruby", "-W0", "-e", _PROGRAM]
    done = subprocess.run(command, input=json.dumps(list(rows)), capture_output=True, text=True, check=True, cwd="/")
    return done.stdout


def main() -> None:
    rows = [{"options": options, "text": text} for options in VARIANTS for text in DOCUMENTS]
    ANSWERS.write_text(answers(rows), "utf-8")


if __name__ == "__main__":
    main()
