"""Read what front matter says of an episode of a podcast, and of the discussion of a post. Pure.

The keys are those that Jekyll podcast templates and the Hugo theme castanet write (`posts.frontmatter.fields.KEYS`).
Rules: "A Podcaster's Guide to RSS" (https://help.apple.com/itc/podcasts_connect/#/itcb54353390) and the podcast
namespace (https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from posts.frontmatter.episode_media import report_ignored
from posts.frontmatter.fields import KEYS, NO_VALUES
from posts.frontmatter.media import ReportKey, parse_image
from posts.model import Credit, Discussion, Episode, Transcript
from posts.text import lazy_pattern, plain

TRANSCRIPT_TYPES = {
    "htm": "text/html",
    "html": "text/html",
    "json": "application/json",
    "srt": "application/x-subrip",
    "txt": "text/plain",
    "vtt": "text/vtt",
}
MOST_PARTS = 20  # transcripts and people of one episode

_NUMBER = lazy_pattern(r"\d{1,6}")
_MEDIA_TYPE = lazy_pattern(r"[a-z]+/[a-z0-9.+-]+")
# castanet names people by the name of their page (`mstratton`), which is no name to show.
_REFERENCE = lazy_pattern(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*")
_YES = frozenset(("true", "yes", "on", "1", "explicit"))
_NO = frozenset(("false", "no", "off", "0", "clean", "none", "null", "~"))
_ROLES = {"hosts": "host", "guests": "guest"}


def parse_episode(
    metadata: Mapping[str, Any],
    absolute: Callable[[str], str],
    known: Mapping[str, Credit],
    report: ReportKey,
) -> Episode | None:
    """Return what the front matter says of an episode, None for nothing.

    Args:
        metadata: the front matter.
        absolute: returns the absolute form of an address, "" if it is not http(s). It raises ValueError for an invalid
            one.
        known: people by the names by which the front matter may refer to them.
        report: called for values that are ignored.
    """
    reader = _Reader(metadata, absolute, known, report)
    episode = Episode(
        number=reader.number("episode"),
        season=reader.number("season"),
        kind=reader.kind(),
        is_explicit=reader.flag("explicit"),
        image=parse_image(metadata, absolute, report, "episode_image"),
        summary=reader.line("episode_summary"),
        chapters=next(reader.chapters(), ""),
        transcripts=tuple(dict.fromkeys(reader.transcripts()))[:MOST_PARTS],
        people=tuple(dict.fromkeys(reader.people()))[:MOST_PARTS],
    )
    return None if episode == Episode() else episode


def parse_discussion(metadata: Mapping[str, Any], absolute: Callable[[str], str]) -> Discussion | None:
    """Return where a post is discussed, None for nowhere.

    Themes write `comments: true` and the like, too: only what is an absolute address, a path, or a mapping with `url`,
    `feed` and `count` says anything, and nothing else is a mistake.
    """
    written = [metadata[key] for key in KEYS["comments"] if key in metadata]
    named = next((dict(value) for value in written if isinstance(value, Mapping)), {})
    pages = (*(named.get(key) for key in ("url", "link", "page")), *written)
    page = next(filter(None, (_linked(value, absolute) for value in pages)), "")
    feeds = (named.get("feed"), *(metadata.get(key) for key in KEYS["comments_feed"]))
    feed = next(filter(None, (_linked(value, absolute) for value in feeds)), "")
    counts = (named.get("count"), *(metadata.get(key) for key in KEYS["comment_count"]))
    texts = (str(value).strip() for value in counts if value is not None)
    count = next((int(value) for value in texts if _NUMBER.fullmatch(value)), -1)
    discussion = Discussion(page, feed, count)
    return None if discussion == Discussion() else discussion


def _linked(value: Any, absolute: Callable[[str], str]) -> str:
    if not isinstance(value, str) or not value.strip().startswith(("http://", "https://", "//", "/", "#")):
        return ""
    try:
        return absolute(value.strip())
    except ValueError:
        return ""


class _Reader(Struct, frozen=True):
    metadata: Mapping[str, Any]
    absolute: Callable[[str], str]
    known: Mapping[str, Credit]
    report: ReportKey

    def values(self, field: str) -> Iterator[tuple[str, Any]]:
        """Yield the keys of a field and their values, of lists one by one; none for empty ones."""
        for key in KEYS[field]:
            found = self.metadata.get(key)
            for value in found if isinstance(found, list) else [found]:
                if value is not None and value != "" and not _is_word(value):
                    yield key, value

    def number(self, field: str) -> int:
        for key, value in self.values(field):
            written = str(value).strip()
            if _NUMBER.fullmatch(written) and int(written):
                return int(written)
            self.ignore(key, value, "a whole number from 1")
        return 0

    def kind(self) -> str:
        for key, value in self.values("episode_type"):
            written = str(value).strip().lower()
            if written in ("full", "trailer", "bonus"):
                return written
            self.ignore(key, value, "full, trailer or bonus")
        return ""

    def flag(self, field: str) -> bool | None:
        for key in KEYS[field]:
            value = self.metadata.get(key)
            written = str(value if value is not None else "").strip().lower()
            if written in _YES or written in _NO:
                return written in _YES
            if written:
                self.ignore(key, value, "true or false")
        return None

    def line(self, field: str) -> str:
        texts = (plain(value) for _, value in self.values(field) if isinstance(value, str))
        return next(filter(None, texts), "")

    def chapters(self) -> Iterator[str]:
        for key, value in self.values("chapters"):
            address = value.get("url") if isinstance(value, Mapping) else value
            if not isinstance(address, str):
                self.ignore(key, value, "the address of a JSON file with the chapters")
                return
            if url := self.url(key, address):
                yield url

    def transcripts(self) -> Iterator[Transcript]:
        for key, value in self.values("transcripts"):
            named = value if isinstance(value, Mapping) else {"url": value}
            address = next((named[name] for name in ("url", "href", "src", "path") if named.get(name)), None)
            if not isinstance(address, str) or not (url := self.url(key, address)):
                if not isinstance(address, str):
                    self.ignore(key, value, "the address of a transcript")
                continue
            suffix = url.partition("?")[0].partition("#")[0].rpartition(".")[2].lower()
            media_type = str(named.get("type") or "").strip().lower()
            media_type = media_type if _MEDIA_TYPE.fullmatch(media_type) else TRANSCRIPT_TYPES.get(suffix, "")
            if not media_type:
                self.ignore(key, address, "a file .vtt, .srt, .json, .html or .txt, or a mapping with url and type")
                continue
            rel = str(named.get("rel") or "").strip().lower()
            language = plain(str(named.get("language") or named.get("lang") or ""))
            yield Transcript(url, media_type, language, is_captions=rel == "captions")

    def people(self) -> Iterator[Credit]:
        for key, value in self.values("people"):
            role = _ROLES.get(key, "")
            if isinstance(value, Mapping):
                if credit := self.credit(key, value, role):
                    yield credit
            elif isinstance(value, str) and (name := plain(value)):
                if name in self.known:
                    one = self.known[name]
                    yield Credit(one.name, role or one.role, one.group, one.image, one.url)
                elif _REFERENCE.fullmatch(name):
                    self.ignore(key, name, "the name of a person, or an `id` of [podcast] people")
                else:
                    yield Credit(name, role)
            else:
                self.ignore(key, value, "a name, or a mapping with name, role, img and href")

    def credit(self, key: str, value: Mapping[str, Any], role: str) -> Credit | None:
        texts = {name: plain(str(one)) for name, one in value.items() if isinstance(one, str | int)}
        if not (name := texts.get("name", "")):
            self.ignore(key, ", ".join(map(str, value)), "a mapping with a name")
            return None
        image = texts.get("img") or texts.get("image") or texts.get("avatar") or ""
        page = texts.get("href") or texts.get("url") or texts.get("uri") or ""
        return Credit(
            name=name,
            role=texts.get("role", role).lower(),
            group=texts.get("group", "").lower(),
            image=self.url(key, image) if image else "",
            url=self.url(key, page) if page else "",
        )

    def url(self, key: str, address: str) -> str:
        """Return an absolute address; "" for one that is not http(s), which is reported."""
        try:
            url = self.absolute(address.strip())
        except ValueError:
            url = ""
        if not url or "\n" in address.strip():
            self.ignore(key, address, "an http(s) address")
            return ""
        return url

    def ignore(self, key: str, value: Any, expected: str) -> None:
        report_ignored(key, value, expected, self.report)


def _is_word(value: Any) -> bool:
    """Return whether a value is one of the words that themes write for "no" and "nothing"."""
    return isinstance(value, bool) or (isinstance(value, str) and value.strip().lower() in ("", *NO_VALUES))
