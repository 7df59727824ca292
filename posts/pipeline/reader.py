"""Read a site: join the steps of the first phase, which reads every changed file, but loads only what it must.

In this module: walk ▸ stat ▸ scan (changed files) ▸ lines of the ledger ▸ articles. In the second phase
`posts.pipeline.content_cache` loads and renders the posts in a window, and `posts.pipeline.ledger_entries` makes the
new entries of the ledger. `posts.pipeline.part_reader` reads only the posts that a few changes concern, with the same
steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime

from msgspec.structs import replace

from posts.identity.ledger import Ledger
from posts.identity.lines import Lines, update_lines
from posts.identity.merging import group_posts
from posts.model import Post
from posts.pipeline.context import ReadContext
from posts.pipeline.loaded_posts import LoadedPosts
from posts.pipeline.reading import Reading, Rest, Scan
from posts.pipeline.recover import restore_paths
from posts.pipeline.site_scan import SiteScan, stored_paths, stored_rows, walk_site
from posts.pipeline.texts import TextReader
from posts.store import codec
from posts.store.rows import Entry, LedgerSnapshot, SeenPost, implied_lines


def read_site(context: ReadContext, now: datetime) -> Reading:
    """Read the posts of a site.

    Args:
        context: The site, its index and how the work is distributed.
        now: The time of the run; aware. Posts with a later date are not published unless the options say so.
    """
    index = context.index
    stored = index.ledger()
    entries, before = stored.entries, stored.seen
    published = published_paths(before, entries)
    found = walk_site(context, published)
    scan = SiteScan(context, found, stored_rows(context)).run(found.files, now, published, stored_paths(context))
    if index.is_adopted:
        entries = restore_paths(entries, (head.post for head in scan.heads.values()))
        before = {**implied_lines(entries.values(), {}), **before}
    posts = LoadedPosts(context, scan.heads, scan.rows)
    return decide(context, scan, stored, Ledger(entries, stored.followers, before), posts, now)


def published_paths(lines: Mapping[str, SeenPost], entries: Mapping[str, Entry]) -> set[str]:
    """Return the paths of the posts that the ledger says are published."""
    return {path for path, line in lines.items() if not line.gone} | {
        entry.path for entry in entries.values() if not entry.gone
    }


def decide(
    context: ReadContext,
    scan: Scan,
    stored: LedgerSnapshot,
    before: Ledger,
    posts: LoadedPosts,
    now: datetime,
    rest: Rest | None = None,
) -> Reading:
    """Return the reading of some posts: their lines, and the articles that they are.

    Args:
        context: The site and its index.
        scan: What the scan found of these posts.
        stored: The ledger as it is stored.
        before: The same, with paths for the items of a recovered ledger.
        posts: Loads the posts.
        now: The time of the run.
        rest: What is known of all other posts; None if these are all.
    """
    published, is_adopted = scan.published(), context.index.is_adopted
    lines = update_lines(
        before.seen,
        published,
        scan.living,
        scan.unavailable,
        int(now.timestamp()),
        by_date=is_adopted,
        trimmed=lambda heads: {path: one.body_hash for path, one in posts.load(heads).items()},
    )
    ledger = _moved(replace(before, seen=lines.all), lines)
    texts = TextReader(context.root, context.kind, context.options)
    unreadable = scan.unreadable()
    grouped = group_posts(published, ledger, scan.living, posts.load, texts.text_of, unreadable)
    return Reading(
        scan=scan,
        stored=stored,
        before=before.seen,
        ledger=ledger,
        lines=lines,
        is_recovered=is_adopted,
        articles={article.head.post.path: article for article in grouped.all},
        grouped=grouped,
        kept=_kept(context, unreadable, ledger.entries.values()),
        posts=posts,
        rest=rest,
    )


def _moved(ledger: Ledger, lines: Lines) -> Ledger:
    """Return the ledger with the new paths of renamed posts."""
    moved = lines.moved
    if not moved:
        return ledger

    def renamed(entry: Entry) -> Entry:
        others = [moved.get(path, path) for path in entry.others.split("\n")] if entry.others else []
        return entry._replace(path=moved.get(entry.path, entry.path), others="\n".join(others))

    entries = {item_id: renamed(entry) for item_id, entry in ledger.entries.items()}
    followers = {moved.get(path, path): item_id for path, item_id in ledger.followers.items()}
    return replace(ledger, entries=entries, followers=followers)


def keep_published(context: ReadContext, reading: Reading, paths: AbstractSet[str]) -> None:
    """Keep items as they were published: their posts changed or disappeared during this run, or cannot be rendered."""
    ledger = reading.ledger.entries
    claims = {path: claim for path in paths if (claim := reading.articles[path].claim) in ledger}
    kept = _kept(context, claims.keys(), (ledger[claim] for claim in claims.values()))
    reading.kept.update(kept)
    reading.missing.update(paths)


def _kept(
    context: ReadContext, unreadable: AbstractSet[str], entries: Iterable[Entry]
) -> dict[str, tuple[Entry, Post]]:
    """Return the ledger entries of items whose post is unreadable: their published version is kept."""
    kept = {}
    for entry in entries if unreadable else ():
        if entry.path in unreadable and not entry.gone and (known := context.index.rendered(entry.path)):
            packet = context.index.content(entry.path)
            is_whole = codec.decode_content(packet) and codec.signature(packet) == known.hash
            if is_whole and (post := codec.decode_post(entry.post)):
                kept[entry.path] = (entry, post._replace(path=entry.path, id=entry.id))
    return kept
