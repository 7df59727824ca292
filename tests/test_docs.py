"""Test that every command, option, exit code, setting and problem code is documented."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from docs.generate import PAGES, TRY, filled, marks, try_files
from docs.settings import NEEDED, SECTIONS, Key
from feedmill.cli.arguments import COMMANDS, SHORT
from feedmill.cli.command_parser import command_parser
from feedmill.cli.help import EXIT_CODES
from feedmill.notify.options import decode_notify_options
from feeds.config import decode_feeds_options
from feeds.model import Podcast
from feeds.options import FeedsOptions
from feeds.podcast import decode_podcast
from feeds.remotes.options import decode_remote_options
from posts import errors
from posts.config import table as settings
from posts.config.options import decode as decode_reading
from posts.model import Site
from posts.problems import PROBLEMS as PROBLEMS_TABLE
from posts.problems import make_problem, severity_of
from posts.sites.jekyll.config import config_sections
from posts.sites.jekyll.keys import COUNTERPARTS

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
README = (ROOT / "README.md").read_text("utf-8")
COMMAND, CONFIGURATION, PROBLEMS = (
    (DOCS / "reference" / f"{name}.md").read_text("utf-8") for name in ("command", "configuration", "problems")
)
KEYS = [(section, key) for section, keys in SECTIONS.items() for key in keys]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_tables_are_those_that_are_generated(page: Path) -> None:
    text = page.read_text("utf-8")
    assert filled(text) == text, "run `python -m docs.generate`"


def test_the_page_that_builds_widget_code_is_the_one_that_is_generated() -> None:
    assert {name: (TRY / name).read_bytes() for name in try_files()} == try_files(), "run `python -m docs.generate`"


def test_every_table_has_its_place() -> None:
    options = [f"options of {name}" for name, command in COMMANDS.items() if command.options]
    assert marks(COMMAND) == ["commands", *options, "exit codes"]
    assert marks(PROBLEMS) == ["problems"]
    assert marks(CONFIGURATION) == [f"[{section}]" for section in _in_order(CONFIGURATION)]
    assert {*marks(CONFIGURATION)} == {f"[{section}]" for section in SECTIONS}


def _in_order(page: str) -> list[str]:
    """The sections that have a heading of their own, but `[feeds.paths]`, whose keys are free."""
    return [name for name in re.findall(r"^#+ \[+([\w.]+)\]+$", page, re.MULTILINE) if name != "feeds.paths"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_of_a_command_has_a_line_in_its_section(command: str) -> None:
    section = re.split(r"^##", COMMAND.partition(f"\n### {command}\n")[2], flags=re.MULTILINE)[0]
    assert section.strip(), f"{command} has no section"
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    spelt = {one for action in command_parser(command)._actions for one in action.option_strings} - {"-h", "--help"}
    assert spelt - SHORT.keys() == {*COMMANDS[command].options}
    assert [one for one in spelt if not any(re.match(rf"\| .*?`{one}[ `].*\| \w", line) for line in lines)] == []
    assert len(lines) == len(COMMANDS[command].options)


def test_every_command_and_exit_code_has_a_line() -> None:
    lines = [line for line in COMMAND.splitlines() if line.startswith("| ")]
    assert [name for name in COMMANDS if not any(line.startswith(f"| [`{name}`](#{name}) | ") for line in lines)] == []
    assert [code for code in _exits() if not any(line.startswith(f"| {code} | ") for line in lines)] == []
    assert {*EXIT_CODES} == _exits()
    assert "`-h`, `--help`" in COMMAND
    assert "`feedmill --version`" in COMMAND


def _exits() -> set[int]:
    known = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.FeedmillError)]
    return {0, 1, *(one.exit_code for one in known)}


def test_every_command_is_in_the_readme() -> None:
    assert [name for name in COMMANDS if not re.search(rf"feedmill \[?{name}\b", README)] == []


def test_every_key_that_is_asked_for_is_described_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[tuple[str, str]] = set()
    real = settings.Table._take

    def take(self: settings.Table, key: str, *rest: object) -> object:
        asked.add((re.sub(r"\[\d+\]", "", self.path), key))
        return real(self, key, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(settings.Table, "_take", take)
    decode_reading({"identity": {"rewrite": [{}]}}, [])
    decode_notify_options(settings.Table({}, "publish", []))
    decode_remote_options(settings.Table({}, "publish", []))
    decode_feeds_options(settings.Table({"custom": [{}]}, "feeds", []), site_url="https://site.example")
    read_podcast({"funding": [{}], "people": [{}]}, [])
    described = {(section, key.name) for section, key in KEYS} | {("identity", "rewrite")}
    assert asked == described
    assert [(section, key.name) for section, key in KEYS if len(key.meaning) < 7 or not key.default] == []


def read_podcast(values: dict[str, object], mistakes: list[tuple[str, str]]) -> Podcast:
    site = Site("Site", "https://site.example")
    return decode_podcast(settings.Table(values, "podcast", mistakes), site, FeedsOptions(f"{site.url}/feeds"))


# The keys whose default is a value of TOML.
DEFAULTS = [(section, key) for section, key in KEYS if re.fullmatch("`[^`]+`", key.default)]


@pytest.mark.parametrize(("section", "key"), DEFAULTS, ids=lambda one: one.name if isinstance(one, Key) else one)
def test_a_default_is_what_is_taken_without_the_key(section: str, key: Key) -> None:
    value = tomllib.loads(f"it = {key.default.strip('`')}")["it"]
    assert decoded(section, {key.name: value}) == decoded(section, {})


def test_most_defaults_are_values() -> None:
    assert len(DEFAULTS) > 15


def decoded(section: str, values: dict[str, object]) -> object:
    mistakes: list[tuple[str, str]] = []
    data = {"site": {"url": "https://site.example"}, section: values}
    if section == "site":
        data[section] = {"url": "https://site.example"} | values
    result: object
    if section == "feeds":
        result = decode_feeds_options(settings.Table(values, "feeds", mistakes), site_url="https://site.example")
    else:
        result = read_podcast(values, mistakes) if section == "podcast" else decode_reading(data, mistakes)
    assert mistakes == []
    return result


def test_what_is_needed_is_a_mistake_where_it_is_missing() -> None:
    mistakes: list[tuple[str, str]] = []
    decode_reading({"identity": {"rewrite": [{}]}}, mistakes)
    decode_feeds_options(settings.Table({"custom": [{}]}, "feeds", mistakes), site_url="https://site.example")
    read_podcast({"funding": [{}], "people": [{}]}, mistakes)
    podcast = {"podcast.funding[0].url", "podcast.people[0].name"}
    assert {path for path, _ in mistakes} == {"site.url", "identity.rewrite[0]", "feeds.custom[0].name"} | podcast
    needed = {f"{section}.{key.name}" for section, key in KEYS if key.default == NEEDED}
    rewrite = {"identity.rewrite.match", "identity.rewrite.replace"}
    assert needed == {"site.url", "feeds.custom.name", "podcast.funding.url", "podcast.people.name"} | rewrite


SAMPLE = {"future": "true", "unpublished": "true", "show_drafts": "true", "exclude": ["one"], "include": ["one"]}


def test_what_a_jekyll_site_says_stands_for_the_keys_that_the_page_names() -> None:
    bare = config_sections({})
    for section, key in KEYS:
        for name in key.jekyll:
            assert config_sections(said(name))[section].get(key.name) != bare[section].get(key.name), name
        if key.jekyll:
            both = config_sections(
                said(key.jekyll[0], "first") | said(key.jekyll[-1], "last" if key.jekyll[1:] else "first")
            )
            assert "last" not in repr(both[section][key.name])
    told = config_sections({name.partition(".")[0]: said(name)[name.partition(".")[0]] for name in counterparts()})
    named = {(section, key.name) for section, key in KEYS if key.jekyll}
    assert {(section, key) for section, values in told.items() for key in values} == named


def test_messages_name_the_keys_of_jekyll_that_the_page_names() -> None:
    assert {f"{section}.{key.name}": key.jekyll for section, key in KEYS if key.jekyll} == COUNTERPARTS


def counterparts() -> list[str]:
    return [name for _, key in KEYS for name in key.jekyll]


def said(name: str, value: str = "one") -> dict[str, object]:
    """A `_config.yml` in which this key says something; a dotted one lies in mappings."""
    head, _, rest = name.partition(".")
    return {head: said(rest, value) if rest else SAMPLE.get(name, value)}


SOURCES = [path for room in ("posts", "feedmill") for path in sorted((ROOT / room).rglob("*.py"))]
# Where each of these calls takes the code of a problem.
CODE_ARGUMENTS = {
    "PostError": 1,
    "ParsedDate": 1,
    "report": 1,
    "_report": 1,
    "_refuse": 1,
    "_failed": 1,
    "_complain": 1,
    "_problem": 1,
    "make_problem": 2,
    "severity_of": 0,
}


def reports(path: Path) -> set[tuple[str, str]]:
    """The calls in a module that name the code of a problem: (function, code)."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
            code = node.args[CODE_ARGUMENTS[name] :][:1] if name in CODE_ARGUMENTS else []
            found |= {(name, one.value) for one in code if isinstance(one, ast.Constant)}
    return found


REPORTS = {one for path in SOURCES for one in reports(path)}


def test_every_code_of_a_problem_is_in_the_table_and_every_row_is_reported() -> None:
    modules = [path.read_text("utf-8") for path in SOURCES if "posts" in path.parts and path.name != "problems.py"]
    written = {code for code in PROBLEMS_TABLE if f'"{code}"' in "".join(modules)}
    reported = {code for _, code in REPORTS}
    assert len(REPORTS) > 30
    assert reported - PROBLEMS_TABLE.keys() == set()
    assert PROBLEMS_TABLE.keys() - reported - written == set()


def test_what_costs_a_post_is_an_error_and_what_does_not_is_a_warning() -> None:
    fatal = {code for name, code in REPORTS if name in ("PostError", "_refuse", "_failed", "_complain")}
    mild = {code for name, code in REPORTS if name in ("report", "_report", "ParsedDate")}
    assert {code for code in fatal if severity_of(code) != "error"} == set()
    assert {code for code in mild if severity_of(code, published=True) != "warning"} == set()


def test_a_code_that_is_not_in_the_table_cannot_be_reported() -> None:
    with pytest.raises(KeyError):
        make_problem("a.md", 1, "no-such-code", "message")


def test_every_code_of_a_problem_is_described_and_no_other() -> None:
    rows = re.findall(
        r"^\| `(.+?)` \| (?:error|warning|error or warning) \| .{9,} \| .{5,} \|$", PROBLEMS, re.MULTILINE
    )
    assert rows == [*PROBLEMS_TABLE]


def test_the_pictures_are_there_and_small() -> None:
    named = {ROOT / one for one in re.findall(r'(?:src|srcset)="(docs/[^"]+)"', README)}
    for page in DOCS.rglob("*.md"):
        text = page.read_text("utf-8")
        shown = (*re.findall(r"!\[[^]]*\]\(([^)]+)\)", text), *re.findall(r'<img src="([^"]+)" width', text))
        named |= {(page.parent / one).resolve() for one in shown}
    assert named == set((DOCS / "images").iterdir())
    assert max(one.stat().st_size for one in named) < 150_000


def test_every_page_that_is_named_outside_of_the_documentation_is_there() -> None:
    texts = [ROOT / name for name in ("README.md", "CHANGELOG.md", "SECURITY.md", "publish.py")]
    texts += [path for room in ("posts", "feeds", "feedmill", "tests") for path in (ROOT / room).rglob("*.py")]
    named = {page for path in texts for page in re.findall(r"docs/[\w/-]+\.md", path.read_text("utf-8"))}
    assert len(named) > 15
    assert [page for page in sorted(named) if not (ROOT / page).is_file()] == []
    pages = {path.relative_to(ROOT).as_posix() for path in DOCS.rglob("*.md")}
    front = (DOCS / "index.md").read_text("utf-8")
    assert {page for page in pages if page not in README and page.removeprefix("docs/") not in front} == {
        "docs/index.md"
    }


def test_every_command_of_a_page_about_publishing_is_run_by_a_test_or_marked_as_outside() -> None:
    """tests/test_how_to.py runs those with the mark `command`."""
    pages = ("cloudflare-pages", "github-pages", "mastodon", "netlify", "newsletter", "object-stores", "rsync", "s3")
    for page in pages:
        text = (DOCS / "how-to" / f"{page}.md").read_text("utf-8")
        blocks = re.findall(r"(.*)\n(```\w+)\n", text)
        unmarked = [fence for line, fence in blocks if not re.fullmatch(r"<!-- (file|command|outside): .+ -->", line)]
        assert "```sh" not in unmarked, page
        assert {*unmarked} <= {"```toml"}, page


def test_lines_are_no_longer_than_120() -> None:
    """But tables, code, pictures and HTML."""
    long = []
    for path in [ROOT / "README.md", *DOCS.rglob("*.md")]:
        prose = re.sub(r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
        long += [line for line in prose.splitlines() if len(line) > 120 and line[0] not in "|<!"]
    assert long == []
