"""The architecture, held by tests: layers of folders, no import cycles, one owner for each library."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# The layers of each package, the lowest first: a module imports from its own layer and from those before it.
LAYERS = {
    "posts": (
        *("errors", "text", "model", "problems"),
        *(
            "files",
            "objects",
            "store",
            "copy",
            "identity",
            "frontmatter",
            "trailer",
            "html",
            "config",
            "markup",
            "sites",
            "pipeline",
        ),
    ),
    "feeds": (
        *("model", "formats", "options", "select", "pages", "build"),
        *("destinations", "remotes", "parse", "compare", "config", "podcast"),
    ),
    "feedmill": (
        *("run.options", "cli.console", "cli.options", "cli.progress", "cli.report"),
        *("notify.websub_queue", "run.history", "notify", "run", "preview", "schedule", "commands", "cli", "__main__"),
    ),
}

# What the generator may know of the reader: its model, and the leaves that both stand on.
SHARED = {
    "posts.config.table",
    "posts.errors",
    "posts.files.remote_address",
    "posts.files.stat",
    "posts.model",
    "posts.objects.connect",
    "posts.objects.failures",
    "posts.objects.store",
    "posts.store.rows",
    "posts.text",
}

OWNERS = {
    "ada_url": "posts/identity/ posts/html/urls.py",
    "asyncssh": "feeds/remotes/",
    "bs4": "posts/html/",
    "cmarkgfm": "posts/markup/",
    "dateutil": "posts/frontmatter/",
    "dask": "feedmill/run/dask_workers.py",
    "distributed": "feedmill/run/dask_",
    "docutils": "posts/markup/",
    "feedgen": "feeds/formats/",
    "frontmatter": "posts/frontmatter/",
    "jinja2": "feeds/pages/",
    "liquid": "posts/markup/liquid/",
    "lxml": "feeds/formats/",
    "nh3": "posts/html/",
    "msgspec": "posts/store/",
    "mutagen": "posts/pipeline/",
    "obstore": "posts/objects/",
    "rich": "feedmill/cli/",
    "sqlite3": "posts/store/",
    "unidecode": "posts/markup/",
    "watchfiles": "feedmill/preview/",
    "yaml": "posts/frontmatter/ posts/sites/",
}

# What any module may use of these libraries: records, which are made thirty times as fast as dataclasses.
EVERYWHERE = {"msgspec.Struct", "msgspec.field", "msgspec.structs.replace"}


def module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module(path): path for package in LAYERS for path in sorted((ROOT / package).rglob("*.py"))}


def statements(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the layers"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imported(name: str) -> set[str]:
    """The modules of the project that a module imports, those inside functions and for type checkers included."""
    found = set()
    for statement in statements(MODULES[name]):
        parts = statement.split(".")
        known = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
        if target := next((one for one in known if one in MODULES), ""):
            found.add(target)
    return found - {name}


def layer(name: str) -> int:
    package, _, rest = name.partition(".")
    places = [place for place, one in enumerate(LAYERS[package]) if f"{rest}.".startswith(f"{one}.")]
    assert len(places) >= 1, f"{name} is in no layer"
    return places[0]


@pytest.mark.parametrize("name", [name for name in MODULES if "." in name])
def test_a_module_imports_only_its_own_layer_and_lower_ones(name: str) -> None:
    package = name.partition(".")[0]
    for other in imported(name):
        its = other.partition(".")[0]
        if its == package and other != package:
            assert layer(other) <= layer(name), f"{name} imports {other}"
        elif package == "posts":
            pytest.fail(f"{name} imports {other}: the reader knows nothing of {its}")
        elif package == "feeds":
            assert other in SHARED, f"{name} imports {other}"


def test_no_two_files_import_each_other_directly_or_in_a_circle() -> None:
    graph = {name: imported(name) for name in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize("package", ["posts", "feeds"])
def test_modules_lie_in_folders(package: str) -> None:
    assert len(list((ROOT / package).glob("*.py"))) <= 5


@pytest.mark.parametrize("library", OWNERS)
def test_a_library_has_one_owner(library: str) -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for path in MODULES.values()
        if any(statement.split(".")[0] == library for statement in statements(path) if statement not in EVERYWHERE)
    }
    assert users, f"nothing uses {library}"
    assert {user for user in users if not user.startswith(tuple(OWNERS[library].split()))} == set()


def test_no_module_is_long() -> None:
    long = {name: lines for name, path in MODULES.items() if (lines := path.read_text("utf-8").count("\n")) > 290}
    assert long == {}


def public_names(path: Path) -> set[str]:
    """Return the public names that a module defines."""
    names: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
        names.update(target.id for target in targets if isinstance(target, ast.Name))
    return {name for name in names if not name.startswith("_")} - {"main", *INTERFACE}


# The functions that the module of every dialect has (`posts.markup.dialects`).
INTERFACE = ("expand", "resolve")


def test_a_public_name_has_at_most_two_meanings() -> None:
    owners: dict[str, list[str]] = {}
    for name, path in MODULES.items():
        for public in public_names(path):
            owners.setdefault(public, []).append(name)
    assert {public: modules for public, modules in owners.items() if len(modules) > 2} == {}


def test_the_arguments_namespace_stays_in_the_command_line() -> None:
    users = {name for name in MODULES if any(one.startswith("argparse") for one in statements(MODULES[name]))}
    assert {name for name in users if not name.startswith("feedmill.cli")} == set()


# Where a module of the project may be imported inside a function: on the way of a run in which nothing has changed, in
# front of the heavy libraries that their owners import, and on the way of one changed post, which has few of the things
# that posts may have.
LAZY = {
    "feedmill.cli.parser": {"feedmill.cli.command_arguments", "feedmill.cli.mistakes"},
    "feedmill.cli.shared_arguments": {"feedmill.cli.mistakes", "posts.files.remote_address", "posts.frontmatter"},
    "feedmill.commands.publish": {"feedmill.notify.ping", "feedmill.notify.websub", "feedmill.run.kept_ledger"},
    "feedmill.run.guards": {"feeds.compare.other_site"},
    "feedmill.run.history": {"feedmill.notify.websub_queue"},
    "feedmill.run.produce": {"feedmill.run.deploy", "feedmill.run.introduction", "posts.store.salvage"},
    "feedmill.run.publish": {"feedmill.run.bucket_copy", "feedmill.run.deploy", "feedmill.run.produce"},
    "feedmill.run.site": {
        "feedmill.run.dask_workers",
        "feedmill.run.kept_ledger",
        "feedmill.run.lost_index",
        "feeds.podcast",
    },
    "feeds.build.build": {"feeds.formats.opml", "feeds.pages.render"},
    "feeds.build.channel": {"feeds.formats.podcast"},
    "feeds.build.items": {"feeds.formats.discussion", "feeds.formats.namespaces", "feeds.formats.podcast"},
    "feeds.formats.documents": {"feeds.formats.namespaces", "feeds.formats.rss_atom"},
    "feeds.formats.table": {"feeds.formats.documents", "feeds.formats.jsonfeed", "feeds.formats.verify"},
    "posts.config.load": {"posts.config.toml_lines"},
    "posts.config.options": {"posts.html.clean", "posts.identity.urls"},
    "posts.frontmatter.dates": {"posts.frontmatter.loose_dates"},
    "posts.frontmatter.split": {
        "posts.frontmatter.formats",
        "posts.frontmatter.headers",
        "posts.frontmatter.yaml_parser",
    },
    "posts.html.clean": {"posts.html.code_blocks", "posts.html.fallbacks", "posts.html.text_only"},
    "posts.html.sanitize": {"posts.html.fallbacks", "posts.html.text_only"},
    "posts.markup.kramdown.render": {"posts.markup.kramdown.document"},
    "posts.markup.liquid": {"posts.markup.liquid.engine", "posts.markup.liquid.tags"},
    "posts.markup.to_html": {
        "posts.markup.addresses",
        "posts.markup.cmark",
        "posts.markup.cmark_additions",
        "posts.markup.emoji",
        "posts.markup.liquid",
        "posts.markup.python_markdown",
        "posts.markup.restructured",
        "posts.markup.shortcodes",
        "posts.markup.tag_plugins",
    },
    "posts.pipeline.content": {"posts.markup.source"},
    "posts.pipeline.load": {"posts.frontmatter.episode", "posts.frontmatter.episode_media"},
    "posts.sites.astro.site": {"posts.sites.astro.feeds"},
    "posts.sites.eleventy.site": {"posts.sites.eleventy.feeds"},
    "posts.sites.hexo.site": {"posts.sites.hexo.feed"},
    "posts.sites.hexo.addresses": {"posts.sites.hexo.letters"},
    "posts.sites.hugo.site": {"posts.sites.hugo.feeds"},
    "posts.sites.jekyll.site": {"posts.sites.jekyll.feed", "posts.sites.jekyll.keys"},
    "posts.sites.nikola.site": {"posts.sites.nikola.feeds"},
    "posts.sites.pelican.site": {"posts.markup.to_html", "posts.sites.pelican.feeds"},
    "posts.sites.settings_file": {"posts.config.toml_lines"},
    "posts.sites.zola.site": {"posts.sites.zola.feeds"},
    "posts.store.index": {"posts.store.migrate", "posts.store.rebuild"},
    "posts.store.last_run": {"posts.store.migrate"},
}


def test_modules_are_imported_inside_functions_only_where_it_saves_time() -> None:
    found: dict[str, set[str]] = {}
    for name, path in MODULES.items():
        for function in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                inner = (node.module or "" for node in ast.walk(function) if isinstance(node, ast.ImportFrom))
                own = {module for module in inner if module.partition(".")[0] in LAYERS}
                found.setdefault(name, set()).update(own)
    assert {name: modules for name, modules in found.items() if modules} == LAZY
