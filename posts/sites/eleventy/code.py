"""Report what matters in an Eleventy site and is computed by code, which is not run."""

from __future__ import annotations

from collections.abc import Iterator

from posts.errors import Problem
from posts.problems import make_problem
from posts.sites.eleventy.config import EleventyConfig
from posts.sites.eleventy.data_files import DataFiles
from posts.sites.js_literals import UNKNOWN

# Keys of data files on which the posts of a feed depend.
_READ = frozenset(("permalink", "date", "tags", "title", "draft", "eleventyExcludeFromCollections", "eleventyComputed"))
_IS_COMPUTED = "is computed by code, which is not run"


def computed_by_code(config: EleventyConfig, data: DataFiles, *, known: bool) -> Iterator[Problem]:
    """Yield a problem for each file with settings that are not known.

    Args:
        config: The configuration.
        data: The data files of folders and posts.
        known: Whether the configuration of feedmill says what the addresses of posts are.
    """
    for key, line in config.unknown:
        yield make_problem(config.file, line, "code-setting", f"`{key}` {_IS_COMPUTED}; write it as a text")
    if config.permalink is UNKNOWN and not known:
        message = f"`permalink` of all templates {_IS_COMPUTED}; set [posts] permalink in feedmill.toml"
        yield make_problem(config.file, 0, "code-setting", message)
    for file in data.all():
        names = [f"`{key}`" for key in file.unknown if key in _READ and not (known and key == "permalink")]
        if file.is_computed or names:
            message = f"{', '.join(names) or 'what it exports'} {_IS_COMPUTED}; write it as literals, or as JSON"
            yield make_problem(file.path, 0, "code-setting", message)
