"""The Markdown dialect of kramdown 2.4 with its GFM parser, which Jekyll uses: text to HTML.

`render` is used for bodies of Jekyll sites. The dialect is described at https://kramdown.gettalong.org/syntax.html;
where the description is silent, these modules do what the program does.

render      the way in
document    a text as a whole, by the parser
plain       the short way for texts without markup
model       elements, the state of a parse, and its limits
blocks      paragraphs, headings, quotes, rules, math
code        code blocks
lists       lists and definition lists
settings    options, from a configuration or from the text
tables      tables
definitions links, footnotes and abbreviations
attributes  attribute lists and extensions
raw_html    HTML blocks and elements
spans       everything inside a paragraph
links       what links lead to
inline      code, addresses, math, references, typography
quotes      smart quotes
writer      elements to HTML
"""
