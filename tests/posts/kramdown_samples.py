"""Markdown in kramdown's dialect, and what kramdown 2.4 with its GFM parser makes of it.

`python -m tests.posts.kramdown_samples` asks the kramdown that Debian's package `jekyll` brings, and writes its answers
into kramdown_samples.json.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

ANSWERS = Path(__file__).with_suffix(".json")

SAMPLES = (
    "# Heading\n\ntext\n",
    "#No heading\n",
    "text\n# Heading without a blank line\nmore",
    "Title\n=====\n\nSecond\n---\n",
    "## Closed ##\n",
    "## With an id {#here}\n",
    "He said \"it's 'fine'\" -- in the '80s --- and left...",
    "**\"bold\"** and *'em'*, Custer's, we've got 'em, Aug '03",
    "don''t and \"'nested' quotes\"",
    "<< guillemets >> and <<close>>",
    'a \\-- b \\"c\\" \\... d\\*',
    "*em* **strong** ***both*** _em_ __strong__ snake_case_word 2*3*4",
    "**重点。**后面 和*强调*字",
    "** not strong ** and * not em *",
    "**unclosed and *closed* here",
    "`code` ``co`de`` `` ` `` un`closed",
    "line one  \nline two\\\nline three\\\\\nline four",
    "[link](http://a.example/ \"Title\") [empty]() [ref][id] [id] [missing][x]\n\n[id]: http://b.example/ 'Ref'\n",
    '[a](<http://a.example/with blank>) [b](http://b.example/(c)) [d](/e "f) ![g](h.png)',
    '![image *alt*](i.png "t"){: .left}\n',
    "[![inside](i.png)](http://l.example/)",
    "<http://auto.example/> <me@mail.example> http://bare.example/ www.bare.example",
    "* one\n* two\n    * nested\n* three\n",
    "* loose\n\n* items\n\n  second paragraph\n\n      code\n",
    "1. one\n2. two\n   * mixed\n\n7. seven\n",
    "text\n* list right behind\n\n- other\n\n\n- marker\n",
    "- [ ] open\n- [x] done\n",
    "* one\n^\n* another list\n",
    "para\n^\n\n    code behind the mark\n",
    "term\n: definition\n: another\n\nterm two\nterm three\n\n: apart\n",
    "| a | b |\n| c | d |\n",
    "| Head | Right |\n|:-----|------:|\n| c | `d|e` |\n|---\n| f \\| g | h |\n|===\n| foot | x |\n",
    "text | with a bar\n",
    "> quote\nlazy\n\n> > nested\n> - list\n",
    "    indented\n\n    code\n\ntext\n\n\ttab\n",
    "```ruby\nputs 1\n```\n\n~~~\nplain\n~~~\n",
    "```\nunclosed\n",
    "---\n\n* * *\n\n___\n",
    "$$\nx < \\{y\\}\n$$\n\ninline $$a*b*c$$ and $5 and $6\n",
    "note[^1] and[^two] again[^1]\n\n[^1]: The *note*.\n[^two]: Two\n\n    paragraphs\n",
    "*[HTML]: Hypertext\n\nHTML and XHTML and HTML5\n",
    "{:toc}\n\n* toc\n{:toc}\n\n# One\n\n## Two\n\n# Three\n{: .no_toc}\n",
    "{: .class #id}\npara\n\npara\n{: .behind}\n\n*em*{: .span} text\n",
    "[link\n{: .a\n.b}](http://a.example/)\n",
    "{::comment}\nhidden\n{:/comment}\n\nshown {::nomarkdown}<b>raw</b>{:/} end\n",
    '<div>\n*raw*\n</div>\n\n<div markdown="1">\n*em*\n</div>\n',
    "<p>one *two*</p>\nthree *four*\n",
    "<table>\n<tr><td>*cell*</td></tr>\n\n</table>\n\n*behind*\n",
    'text <b>bold *em*</b> <br> <span markdown="0">*raw*</span> </i> stray\n',
    "text with <div>block</div> inside\n",
    "<!-- comment -->behind *it*\n\ntext <!-- inside --> text\n",
    "<script>\nvar a = '*b*';\n</script>\n\n*text*\n",
    "&amp; &copy; &#169; &unknown; & < > a<b",
    "~~struck~~ 10~20元，大约30~40元 ~one~",
    "a\n\n\n\nb\n \nc\n",
    "",
    "\n\n",
    "1986\\. A year\n\n1986. A list\n",
    "+ plus\n+ list\n\n10) no list\n",
    "* a\n\n\n\n* b\n\n  * c\n\n    d\n* e\n",
    "Setext with *em*\n===\nright behind\n",
    "> # heading\n>\n> text\n",
    "* item\n\n      code in it\n\n  text\n",
    "a **b\nc** d\n\n*e\n\nf*\n",
    "<b>unclosed *em*\n\nnext\n",
    '[a]: <http://pointed.example/> "T"\n\n[A] [a][]\n',
    'http://a.example/_under_score_ and "http://q.example/"\n',
    '"Quote at start\n\n\'Single\' ("in brackets") ["x"] -"y"- "z"!\n',
    "12\" and 5'10\" and rock 'n' roll and '99s\n",
)


def main() -> None:
    program = (
        "require 'kramdown'; require 'kramdown-parser-gfm'; require 'json';"
        "puts JSON.pretty_generate(JSON.parse(STDIN.read).map { |text|"
        " Kramdown::Document.new(text, input: 'GFM', syntax_highlighter: nil, entity_output: :as_char,"
        " hard_wrap: false).to_html })"
    )
    command = ["ruby", "-e", program]
    done = subprocess.run(command, input=json.dumps(SAMPLES), capture_output=True, text=True, check=True)
    ANSWERS.write_text(done.stdout, "utf-8")


if __name__ == "__main__":
    main()
