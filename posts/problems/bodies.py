"""Define the problems of the bodies of posts: a part of `posts.problems`."""

from __future__ import annotations

from posts.errors import ProblemKind

BODY_PROBLEMS: dict[str, ProblemKind] = {
    "rest": ProblemKind(
        "warning",
        "the body is reStructuredText with a mistake, or with a directive or role that feedmill does not show; the "
        "rest of the body is published, and the text of the directive as it is written",
        "correct the line",
    ),
    "liquid": ProblemKind(
        "warning",
        "the body has a Liquid tag, filter or variable that feedmill cannot evaluate; it is left out",
        "correct it, or write its result into the body",
    ),
    "shortcode": ProblemKind(
        "warning",
        "the body has unknown shortcodes of Hugo, Zola or Eleventy, or components of Astro, or on a Hexo site unknown "
        "tags, expressions (`{{ … }}`), or tags that refer to nothing; they are left out, and text between a pair "
        "stays",
        "write the text or link that they stand for",
    ),
    "body-too-large": ProblemKind(
        "warning",
        "the body is larger than 1 MiB without its `data:` addresses; only its text and links are published, at most "
        "1 MiB of them",
        "split the post",
    ),
    "too-many-tags": ProblemKind(
        "warning",
        "the body has too many HTML tags or attributes, not counting `<span>` that only sets a style; only its text "
        "and links are published",
        "split the post",
    ),
    "data-picture": ProblemKind(
        "warning",
        "the body has a picture as a `data:` address without `alt` text; it is left out",
        "save the picture as a file, or add `alt`",
    ),
    "embed": ProblemKind(
        "warning",
        "the body has an element that shows something by a script or a program (`<canvas>`, `<amp-brightcove>`, "
        "`<my-chart>`), and neither text nor an address that a link could lead to; it is left out. Words in angle "
        "brackets (`<your-name>`) are such elements, too",
        "add a link or text to the body; write `&lt;` for a literal angle bracket",
    ),
    "dense-markup": ProblemKind(
        "warning",
        "the body has too many Markdown characters or table cells; it is published as plain text",
        "split the post",
    ),
    "deep-markup": ProblemKind(
        "warning",
        "Markdown quotes or lists are nested deeper than 100 levels; the body is published as plain text",
        "flatten the nesting",
    ),
    "many-footnotes": ProblemKind(
        "warning", "the body has too many footnote references; they are left as they are written", "split the post"
    ),
}
