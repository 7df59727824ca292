"""Law 2: after any history of edits an incremental run writes what a run from scratch with the same ledger writes.

The two ledgers are equal, too. Before half of the runs, what only saves work is deleted from the index.

Half of the histories have a web root with placed files, archives, compressed copies and rules in some
of their configurations.
`FEEDMILL_HISTORIES=20 pytest tests/test_histories.py` tries more histories than the two of every day.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feedmill.run.part_selection import PartSelection
from feedmill.run.pipeline import Pipeline
from feeds.select import archives
from posts.files import stat as stamps
from tests.sites import CONFIG, Command, tree

STEPS = 200
HISTORIES = int(os.environ.get("FEEDMILL_HISTORIES", "1"))
SOURCES = ["", *(f"https://paper.example/{number}" for number in range(4))]
WORDS = "harbour tide lighthouse ferry storm market salt rope 港口 潮汐 灯塔".split()
SETTINGS = [
    "",
    '[feeds]\nby = ["category", "tag"]\n',
    '[feeds]\nby = ["tag"]\nitems = 3\n',
    '[feeds]\nitems = 2\nkeep = "2h"\nformats = ["rss", "json"]\n',
    '[feeds]\nitems = 4\nlink = "source"\ncontent = "summary"\n[clean]\nremove = ["em"]\n',
    '[site]\ntitle = "Another"\n[posts]\nnaive = "utc"\n[feeds.paths]\n"category/news" = "newsroom"\n',
    '[posts]\npermalink = "/:year/:title/"\nexcerpt_separator = "<!--more-->"\n[feeds]\nkeep = "0h"\n',
    '[[feeds.custom]]\nname = "pick"\nmatch = "tide|潮"\nitems = 2\n[feeds.titles.category]\nnews = "News!"\n',
]

# A web root around the output: what is placed lies outside of it. Archives, compressed copies and rules come
# and go.
ROOT = '[feeds]\nroot = "web"\nout = "web/feeds"\n'
PLACES = '[feeds.paths]\n"all/rss" = "feed.xml"\n"category/news/atom" = "feeds/extra/news.xml"\n'
ROOTED = [
    ROOT,
    f'{ROOT}archives = true\nby = ["category", "tag"]\nitems = 3\n{PLACES}',
    f'{ROOT}archives = true\ngzip = true\nitems = 2\npages = false\n[feeds.paths]\n"all/atom" = "atom.xml"\n',
    f'{ROOT}archives = true\nformats = ["atom"]\nitems = 2\ncontent = "summary"\nheaders = true\n{PLACES}',
    f'{ROOT}formats = ["rss", "json"]\ngzip = true\nheaders = true\n{PLACES}"category/news" = "newsroom"\n',
    f'{ROOT}archives = true\nitems = 1\nlink = "source"\n[[feeds.custom]]\nname = "pick"\nmatch = "tide|潮"\n',
]
# Archives whose runs may read a part of the posts.
ARCHIVED = [
    f'{ROOT}archives = true\nby = ["category", "tag"]\nitems = 2\nkeep = "2h"\n',
    f"{ROOT}archives = true\ngzip = true\nitems = 3\npages = false\n",
    f'{ROOT}archives = true\nitems = 1\nlink = "source"\n[[feeds.custom]]\nname = "pick"\nmatch = "tide|潮"\n',
]


@dataclass
class Article:
    """A post as its author thinks of it."""

    name: str
    title: str
    date: datetime
    source: str
    terms: list[str]
    text: str
    broken: bool = False
    expires: datetime | None = None
    hidden: bool = False
    guid: str = ""

    @property
    def path(self) -> str:
        return f"_posts/{self.name}.md"

    def is_shown(self, now: datetime) -> bool:
        has_ended = self.expires is not None and self.expires <= now
        return not (self.broken or self.hidden or has_ended) and self.date <= now

    def written(self) -> str:
        title = "[" if self.broken else f'"{self.title}"'
        source = f"source: {self.source}\n" if self.source else ""
        head = f"title: {title}\ndate: {self.date:%Y-%m-%d %H:%M:%S} +0800\n{source}"
        terms = f"categories: [{', '.join(self.terms)}]\ntags: [{', '.join(self.terms[:1])}]\n"
        end = f"expirydate: {self.expires:%Y-%m-%d %H:%M:%S} +0000\n" if self.expires else ""
        end += "published: false\n" if self.hidden else ""
        end += f"guid: {self.guid}\n" if self.guid else ""
        return f"---\n{head}{terms}{end}---\n{self.text}\n"


@dataclass
class World:
    """A site, its clock, and the hand of chance."""

    root: Path
    chance: random.Random
    now: datetime = datetime(2024, 1, 1, tzinfo=UTC)
    articles: list[Article] = field(default_factory=list)
    number: int = 0
    settings: list[str] = field(default_factory=lambda: SETTINGS)
    forgetful: float = 0.5  # how often what only saves work is deleted before a run
    out: str = "feeds"
    spoiled: set[str] = field(default_factory=set)
    dies: bool = False  # whether a run is killed before the next one

    def text(self, words: int) -> str:
        return " ".join(self.chance.choices(WORDS, k=words))

    def save(self, article: Article) -> None:
        target = self.root / article.path
        target.parent.mkdir(exist_ok=True)
        target.write_text(article.written(), "utf-8")

    def any(self) -> Article:
        return self.chance.choice(self.articles)


def add(world: World) -> None:
    world.number += 1
    chance = world.chance
    date = world.now + timedelta(hours=chance.randint(-400, 30))
    body = chance.choice(["{}", "{} <!--more--> tail", "*{}* {{{{ site.title }}}}", "{} {{% include note.html %}}"])
    article = Article(
        name=f"{date:%Y-%m-%d}-p{world.number}",
        title=chance.choice([world.text(2), world.text(3), "Same title"]),
        date=date,
        source=chance.choice(SOURCES),
        terms=chance.sample(["news", "sport", "News", "C++"], chance.randint(0, 2)),
        text=body.format(world.text(8)),
    )
    world.articles.append(article)
    world.save(article)


def edit(world: World) -> None:
    article = world.any()
    article.text = world.text(9)
    world.save(article)


def edit_unseen(world: World) -> None:
    """The same size, and the time put back."""
    article = world.any()
    target = world.root / article.path
    before = target.stat()
    article.text = article.text[::-1] if article.text.isalpha() else article.text.replace("a", "e")
    world.save(article)
    os.utime(target, ns=(before.st_atime_ns, before.st_mtime_ns))


def touch(world: World) -> None:
    (world.root / world.any().path).touch()


def rewrap(world: World) -> None:
    """Other bytes, the same text."""
    article = world.any()
    article.text += "\n"
    world.save(article)


def break_(world: World) -> None:
    article = world.any()
    article.broken = True
    world.save(article)


def mend(world: World) -> None:
    for article in world.articles:
        if article.broken:
            article.broken = False
            world.save(article)
            return


def rename(world: World) -> None:
    article = world.any()
    old = world.root / article.path
    world.number += 1
    article.name = f"{article.date:%Y-%m-%d}-r{world.number}"
    old.rename(world.root / article.path)


def delete(world: World) -> None:
    article = world.any()
    world.articles.remove(article)
    (world.root / article.path).unlink()


def retitle(world: World) -> None:
    article = world.any()
    article.title = world.chance.choice([world.text(2), "Same title", "same  TITLE"])
    world.save(article)


def redate(world: World) -> None:
    article = world.any()
    article.date += timedelta(hours=world.chance.randint(-60, 60))
    world.save(article)


def resource(world: World) -> None:
    article = world.any()
    article.source = world.chance.choice(SOURCES)
    world.save(article)


def swap_sources(world: World) -> None:
    one, two = world.any(), world.any()
    one.source, two.source = two.source, one.source
    world.save(one)
    world.save(two)


def reclassify(world: World) -> None:
    article = world.any()
    article.terms = world.chance.sample(["news", "sport", "other"], world.chance.randint(0, 2))
    world.save(article)


def expire(world: World) -> None:
    """A last day, which may be over, or may be taken back again."""
    article = world.any()
    hours = world.chance.choice([-5, 1, 20, 60, 900])
    article.expires = None if article.expires else world.now.replace(microsecond=0) + timedelta(hours=hours)
    world.save(article)


def hide(world: World) -> None:
    article = world.any()
    article.hidden = not article.hidden
    world.save(article)


def configure(world: World) -> None:
    (world.root / "feedmill.toml").write_text(world.chance.choice(world.settings), "utf-8")


def set_feeds(world: World, key: str, value: str) -> None:
    """Set one key of `[feeds]`; the other settings stay."""
    file = world.root / "feedmill.toml"
    text = re.sub(rf"^{key} = .*\n", "", file.read_text("utf-8") if file.exists() else "", flags=re.MULTILINE)
    text = text if "[feeds]\n" in text else f"{text}[feeds]\n"
    file.write_text(text.replace("[feeds]\n", f"[feeds]\n{key} = {value}\n", 1), "utf-8")


def set_items(world: World) -> None:
    set_feeds(world, "items", world.chance.choice(["1", "3", "50"]))


def set_by(world: World) -> None:
    set_feeds(world, "by", world.chance.choice(['["category"]', '["tag", "category"]', '["tag"]', "[]"]))


def set_archives(world: World) -> None:
    file = world.root / "feedmill.toml"
    text = file.read_text("utf-8") if file.exists() else ""
    is_possible = "formats" not in text or '"atom"' in text
    set_feeds(world, "archives", world.chance.choice(["true", "false"]) if is_possible else "false")


def die(world: World) -> None:
    world.dies = True


def lose_leader(world: World) -> None:
    """The first of several posts that may be one article is broken, deleted or expired."""
    by_title: dict[str, list[Article]] = {}
    for article in world.articles:
        by_title.setdefault(article.title.casefold(), []).append(article)
    groups = [group for group in by_title.values() if len(group) > 1]
    if not groups:
        return
    leader = min(world.chance.choice(groups), key=lambda article: article.date)
    how = world.chance.choice(["break", "delete", "expire"])
    if how == "delete":
        world.articles.remove(leader)
        (world.root / leader.path).unlink()
        return
    leader.broken = leader.broken or how == "break"
    leader.expires = world.now - timedelta(hours=1) if how == "expire" else leader.expires
    world.save(leader)


def change_include(world: World) -> None:
    (world.root / "_includes").mkdir(exist_ok=True)
    (world.root / "_includes" / "note.html").write_text(world.text(2), "utf-8")


def drop_include(world: World) -> None:
    (world.root / "_includes" / "note.html").unlink(missing_ok=True)


def spoil_output(world: World) -> None:
    files = sorted(path for path in (world.root / world.out).rglob("*.*") if path.is_file())
    target = world.chance.choice(files)
    if world.chance.random() < 0.5:
        target.unlink()
    else:
        target.write_bytes(target.read_bytes()[:-9] + b"altered??")
        world.spoiled.add(target.relative_to(world.root / world.out).as_posix())


def wait(world: World) -> None:
    world.now += timedelta(minutes=world.chance.choice([1, 50, 300, 3000]))


def wait_long(world: World) -> None:
    """Until most of what was taken back is told no more."""
    world.now += timedelta(days=world.chance.choice([8, 29, 31]))


def add_old(world: World) -> None:
    """Thirty posts at once, of long ago: outside of most windows, and recent all the same."""
    for _ in range(30):
        add(world)
        article = world.articles[-1]
        (world.root / article.path).unlink()
        article.date -= timedelta(days=world.chance.randint(300, 900))
        article.name = f"{article.date:%Y-%m-%d}-p{world.number}"
        world.save(article)


def rename_old(world: World) -> None:
    """The oldest post, which few windows have."""
    article = min(world.articles, key=lambda article: article.date)
    old = world.root / article.path
    world.number += 1
    article.name = f"{article.date:%Y-%m-%d}-o{world.number}"
    old.rename(world.root / article.path)


def own_page_as_source(world: World) -> None:
    """The source of a post is the page of another one."""
    one, two = world.any(), world.any()
    terms = "".join(f"{term.lower()}/" for term in two.terms[:1])
    one.source = f"https://site.example/{terms}{two.date:%Y/%m/%d}/{two.name[11:]}.html"
    world.save(one)


def refer(world: World) -> None:
    """The body has a link to another post, which may be renamed later."""
    one, two = world.any(), world.any()
    tag = world.chance.choice([f"{{% post_url {two.name} %}}", f"{{% link {two.path} %}}"])
    one.text = f"{world.text(6)} [there]({tag})"
    world.save(one)


def share_id(world: World) -> None:
    """An id in the front matter, which other posts may have, too."""
    article = world.any()
    article.guid = world.chance.choice(["", "urn:example:1", "urn:example:2"])
    world.save(article)


def retitle_alike(world: World) -> None:
    """A copy of another post under another name, and with its title."""
    one, two = world.any(), world.any()
    one.title, one.source, one.text = two.title, two.source, two.text
    world.save(one)


def nothing(world: World) -> None:
    del world


Operation = Callable[[World], None]
OFTEN = [add, add, edit, retitle, wait]
OPERATIONS: list[Operation] = [
    *OFTEN,
    edit_unseen,
    touch,
    rewrap,
    break_,
    mend,
    rename,
    delete,
    redate,
    resource,
    swap_sources,
    reclassify,
    expire,
    hide,
    wait_long,
    lose_leader,
    die,
    configure,
    set_items,
    set_by,
    set_archives,
    change_include,
    drop_include,
    rename_old,
    own_page_as_source,
    refer,
    share_id,
    retitle_alike,
    spoil_output,
    nothing,
]
# What a run over a part of the posts can do: nothing but posts changes.
OTHERS = (configure, set_items, set_by, set_archives, die, change_include, drop_include, spoil_output)
OF_POSTS = [one for one in OPERATIONS if one not in OTHERS]


def step(world: World, feedmill: Command, operations: list[Operation], tmp_path: Path) -> None:
    """One step of a history: the incremental run and the one from scratch must not differ in a byte."""
    for operation in operations:
        operation(world)
    world.now += timedelta(seconds=world.chance.randint(1, 90))
    state, copy, scratch = world.root / ".feedmill" / "index.sqlite3", tmp_path / "copy.sqlite3", tmp_path / "scratch"
    common = [world.root, "--now", world.now.isoformat(), "--workers", "1", "--json"]
    if world.dies:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Pipeline, "make", _killed)
            feedmill(*common)
        world.dies = False
    shutil.rmtree(scratch, ignore_errors=True)
    copy.unlink(missing_ok=True)
    if state.exists():
        shutil.copy(state, copy)
    if state.exists() and world.chance.random() < world.forgetful:
        with closing(sqlite3.connect(state)) as index:
            for table in ("files", "heads", "loaded"):
                index.execute(f"DELETE FROM {table}")
            if world.chance.random() < 0.5:  # that of a broken post is all that is left of it
                broken = [article.path for article in world.articles if article.broken]
                index.execute(f"DELETE FROM contents WHERE path NOT IN ({','.join('?' * len(broken))})", broken)
            index.execute("INSERT OR REPLACE INTO watched VALUES ('file:changed', 'x')")  # so that a run takes place
            index.commit()
    run = feedmill(*common)
    assert run.code == 0, run.err
    anew = feedmill(*common, "--state", copy, "--out", scratch, "--full")
    assert anew.code == 0, anew.err
    ledgers = [feedmill("state", "export", world.root, *to).out for to in ((), ("--state", copy))]
    done = ", ".join(operation.__name__ for operation in operations)
    found, expected = tree(world.root / world.out), tree(scratch)
    for path in (world.spoiled & found.keys()) - expected.keys():  # it is another's now, and not ours to remove
        (world.root / world.out / path).unlink()
        del found[path]
    world.spoiled.clear()
    kept, made = (set(ledger.splitlines()) for ledger in ledgers)
    assert (sorted(kept - made), sorted(made - kept)) == ([], []), done
    assert sorted(found) == sorted(expected), done
    for path, data in expected.items():
        assert found[path].decode("utf-8", "replace") == data.decode("utf-8", "replace"), f"{path} after {done}"
        assert found[path] == data, f"{path} after {done}"


@pytest.mark.parametrize("seed", range(HISTORIES))
@pytest.mark.parametrize(
    ("coarse", "rooted", "calm"),
    [(False, False, False), (True, True, False), (False, False, True), (False, True, True)],
)
def test_an_incremental_run_writes_what_a_run_from_scratch_writes(
    seed: int,
    coarse: bool,
    rooted: bool,
    calm: bool,
    feedmill: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # With 0, a file counts as settled once a run has seen it: that way stamps are believed, not only bytes.
    monkeypatch.setattr(stamps, "FINE", stamps.COARSE if coarse else 0)
    monkeypatch.setattr(archives, "ARCHIVE_SIZE", 3)
    parts = _count_parts(monkeypatch)
    world = World(tmp_path / "site", random.Random(seed))
    world.root.mkdir()
    (world.root / "_config.yml").write_text(CONFIG, "utf-8")
    if rooted:
        world.settings, world.out = ROOTED, "web"
        configure(world)
    operations = OF_POSTS if calm else OPERATIONS
    if calm:
        world.forgetful = 0.02
        setting = ARCHIVED[seed % len(ARCHIVED)] if rooted else SETTINGS[seed % len(SETTINGS)]
        (world.root / "feedmill.toml").write_text(setting, "utf-8")
    for _ in range(5):
        add(world)
    for number in range(STEPS):
        few = world.chance.randint(1, 3) if number else 0
        while sum(article.is_shown(world.now) for article in world.articles) < 4:  # a run refuses to remove all
            add(world)
        if number == STEPS // 2:
            add_old(world)
        step(world, feedmill, world.chance.choices(operations, k=few), tmp_path)
    # Else runs over a part of the posts were not compared.
    assert len(parts) > (STEPS * (3 if rooted else 4) // 5 if calm else 0)


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def _count_parts(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return a list that grows with each run over a part of the posts."""
    done: list[object] = []
    real = PartSelection.shown_elsewhere

    def counted(self: PartSelection) -> set[str]:
        done.append(self)
        return real(self)

    monkeypatch.setattr(PartSelection, "shown_elsewhere", counted)
    return done
