"""What the Liquid of one post can see."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct, field


def _nothing(_: str) -> str | None:
    return None


class LiquidScope(Struct, frozen=True):
    """What the Liquid of one post can see, and nothing else.

    The functions return None for what does not exist. They read nothing outside the site.

    Attributes:
        page: The front matter, with what Jekyll adds: `url`, `date` (an aware datetime), `categories` and others.
        site: `title`, `url`, `baseurl`, `description` and `author` only: a configuration holds secrets.
        variables: Further values of `site`, without all that may be secret.
        data: Returns, as JSON, the values of a file of `site.data` by its path without a suffix, and
            `{"folder": [names]}` for a folder; `{"refused": [file, reason]}` for a file that is not read.
        include: Returns the text of a file below `_includes`, by its name.
        include_relative: Returns the text of a file beside the post, by its path from there.
        link: Returns the URL of a file of the site, by its path.
        post_url: Returns the URL of a post, by a name such as `2020-01-01-name`.
        markdownify: Renders Markdown to HTML, as the site does.
    """

    page: Mapping[str, object] = field(default_factory=dict)
    site: Mapping[str, object] = field(default_factory=dict)
    variables: Mapping[str, object] = field(default_factory=dict)
    data: Callable[[str], str | None] = _nothing
    include: Callable[[str], str | None] = _nothing
    include_relative: Callable[[str], str | None] = _nothing
    link: Callable[[str], str | None] = _nothing
    post_url: Callable[[str], str | None] = _nothing
    markdownify: Callable[[str], str] = str
