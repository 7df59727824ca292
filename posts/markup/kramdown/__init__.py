"""The Markdown dialect of kramdown 2.4 with its GFM parser, which Jekyll uses: text to HTML.

`render` is used for bodies of Jekyll sites. The dialect is described at https://kramdown.gettalong.org/syntax.html;
where the description is silent, these modules do what the program does.

model       elements, options, the state of a parse, and its limits
blocks      paragraphs, headings, code, quotes, rules, math, definitions
lists       lists and definition lists
tables      tables
attributes  attribute lists and extensions
raw_html    HTML blocks and elements
spans       everything inside a paragraph
quotes      smart quotes
writer      elements to HTML
"""
