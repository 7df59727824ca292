"""Read the posts of a site, select its feeds, and render what they show: the first two steps of a run.

If nothing but a few posts has changed, only the posts and feeds that these changes concern are read and selected.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from msgspec.structs import replace

from feedmill.run.part_selection import PartialRunError, PartSelection
from feedmill.run.selection import Selection, shown_paths
from feedmill.run.site import OpenSite
from feeds.model import Feed
from posts.errors import DamagedError, Problem, UsageError
from posts.model import Post
from posts.pipeline.content_cache import Contents
from posts.pipeline.ledger_entries import Record
from posts.pipeline.part_reader import PartReader
from posts.pipeline.reader import keep_published, read_site
from posts.pipeline.reading import Reading
from posts.sites.hints import explain_no_posts
from posts.store.rows import Entry


class ReadStep:
    """Hold the posts and the feeds of one run.

    Attributes:
        part: Reads a part of the posts, if that is all that changes concern; else None.
        reading: What was read.
        selection: Which feeds there are, and which items are recent.
        contents: The contents of posts.
        record: The changes of the ledger.
        feeds: The feeds. Their posts are not complete.
        shown: The paths of the posts in their windows.
        shown_anywhere: The paths of the posts, among those that were read, that feeds show.
    """

    reading: Reading
    selection: Selection | PartSelection
    contents: Contents
    record: Record
    feeds: list[Feed]
    shown: list[str]

    def __init__(self, run: OpenSite, *, guard: bool = False) -> None:
        """Read the posts, select the feeds and render contents.

        Args:
            run: The site.
            guard: Raise UsageError if there is nothing to publish.

        Raises:
            PartialRunError: All posts have to be read.
            UsageError: The site has no posts and never had any.
        """
        self.run, self.now = run, run.options.now
        self.context = run.read_context()
        self.part: PartReader | None = None
        if run.changes is None:
            self._read_all(guard=guard)
        else:
            names = run.changes.has_other_names
            try:
                self.part = PartReader(self.context, run.changes.files, self.now, has_other_names=names)
                if self.part.is_possible:
                    self._read_part(self.part)
            except DamagedError:
                raise PartialRunError from None
            if run.index.damage or not self.part.is_possible:
                raise PartialRunError
        self.shown_anywhere = {*self.shown, *self.selection.shown_elsewhere()}

    def _read_all(self, *, guard: bool) -> None:
        self.reading = read_site(self.context, self.now)
        if guard and not self.reading.scan.found and not (self.reading.before or self.reading.ledger.entries):
            why = self.run.with_place(explain_no_posts(self.run.root, self.run.kind, self.run.read_options))
            raise UsageError("\n".join([*map(str, self.reading.scan.problems[:5]), why]))
        self.selection = Selection(self.run, self.reading)
        self._render()

    def _read_part(self, part: PartReader) -> None:
        revived: dict[str, Entry] = {}
        while True:
            selection = self.selection = PartSelection(self.run, part, revived.values())
            self.reading = selection.reading
            self._render(part.addresses(self.reading), part.titles(self.reading))
            # A new post may have the id of a withdrawn item: the documents with its tombstone or its place change, too.
            found = {entry.id: entry for entry in self.record.revived()}
            if found.keys() <= revived.keys():
                return
            revived |= found

    def _render(self, addresses: Mapping[str, str] | None = None, titles: Mapping[str, str] | None = None) -> None:
        """Render the posts that feeds show, and give ids to their items."""
        self.contents = Contents(self.context, self.reading.posts, addresses, titles)
        self.feeds = self._selected()
        self.shown = shown_paths(self.feeds)
        self.record = Record(self.reading, self.contents, self.now, self.shown)

    def _selected(self) -> list[Feed]:
        """Return the feeds; of articles whose files have changed by now, as they were published."""
        reading = self.reading
        while True:
            chosen = self.selection.feeds()
            wanted = [path for path in shown_paths(chosen) if path not in reading.kept]
            missing = self.contents.render([reading.articles[path].head for path in wanted])
            if not missing:
                return chosen
            if self.part:
                raise PartialRunError
            keep_published(self.context, reading, missing)

    def render_all(self) -> None:
        """Load and render all posts, for what is wrong with them."""
        reading = self.reading
        reading.posts.load(list(reading.scan.heads.values()))
        self.contents.render([article.head for article in reading.articles.values()], keep=False)
        self.record.problems = reading.all_ids(self.record.ids).problems

    def problems(self, paths: Collection[str]) -> set[Problem]:
        """Return the problems of all posts that the scan found, and those in the bodies of some posts."""
        bodies = {*self.reading.posts.problems(paths), *self.contents.problems(paths)}
        return {*self.reading.problems(), *self.record.problems, *bodies, *self._other_problems()}

    def _other_problems(self) -> list[Problem]:
        """Return the problems of posts that were not read, as the last run found them."""
        rest, last = self.reading.rest, self.run.state.report
        if rest is None or last is None or self.part is None:
            return []
        paths = {problem.path for problem in last.problems} - rest.paths
        if self.part.has_walked:  # the walk has found the problems with all other files again
            paths &= self.part.catalog.posts(paths).keys()
        return [problem for problem in last.problems if problem.path in paths and problem.code != "shared-source"]

    def complete_feeds(self) -> list[Feed]:
        """Return the feeds with their posts as they are published."""
        posts: dict[str, Post] = {}

        def final(some: Iterable[Post]) -> tuple[Post, ...]:
            return tuple(posts.get(post.path) or posts.setdefault(post.path, self.record.final(post)) for post in some)

        return [replace(feed, posts=final(feed.posts), members=final(feed.members)) for feed in self.feeds]
