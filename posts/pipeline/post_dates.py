"""Read the dates of a post: publication, last change, expiry, and the date until which it is held back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from posts.config.options import ReadOptions
from posts.errors import PostError
from posts.frontmatter import fields
from posts.frontmatter.dates import DateError, ParsedDate, parse_date, parse_file_date
from posts.frontmatter.scalars import Timestamp
from posts.model import ReportProblem
from posts.sites.base import SiteKind
from posts.text import lazy_pattern

_EMBARGOES = frozenset((*fields.KEYS["publishes"], "published"))
_YEAR = lazy_pattern(r"\s*\d{4}\b")


class PostDates(Struct):  # not frozen, which takes three times as long to create, and every post has one
    """Read the dates in the front matter and the file name of one post.

    Attributes:
        named: The date in the file name, "" if there is none.
        metadata: The front matter with the defaults of the site.
        lines: The line of each key.
    """

    kind: SiteKind
    options: ReadOptions
    named: str
    metadata: Mapping[str, Any]
    lines: Mapping[str, int]
    report: ReportProblem

    def published(self, embargo: datetime | None) -> tuple[datetime, datetime]:
        """Return the date of the post, and the local time for its permalink.

        Args:
            embargo: The date of a post that has no other date.

        Raises:
            PostError: There is no date, or it cannot be read.
        """
        zones = self.options.zones
        written = fields.first_text(self.metadata, "date")
        if not written and self.metadata.get("date"):
            self._report_date("date", "`date` is not text, the date of the file name is used; write it as text")
        if written:
            try:
                parsed = self._parsed(written, "date", file_date=self.named)
            except DateError as error:
                raise PostError(self.lines.get("date", 0), "bad-date", str(error)) from None
            return parsed.at, self.kind.page_date(parsed, zones)
        at = parse_file_date(self.named, zones) or embargo  # as in Hugo
        if at is None:
            raise PostError(0, "no-date", "no date in the front matter or the file name; add `date:`")
        return at, self.kind.page_date(ParsedDate(at), zones)

    def optional(self, field: str) -> datetime | None:
        """Return the last change or the expiry of the post. A date that cannot be read is reported and ignored."""
        written = fields.first_text(self.metadata, field)
        if not written:
            return None
        key = fields.first_key(self.metadata, field)
        try:
            return self._parsed(written, key).at
        except DateError as error:
            self._report_date(key, f"`{key}` is ignored: {error}")
            return None

    def embargo(self) -> datetime | None:
        """Return the date before which the author holds the post back.

        Raises:
            PostError: It cannot be read, so it is unknown how long to hold the post back.
        """
        if _EMBARGOES.isdisjoint(self.metadata):
            return None
        written = fields.first_text(self.metadata, "publishes")
        key = fields.first_key(self.metadata, "publishes")
        published = self.metadata.get("published")
        if not written and self.kind.ignores_key_case and isinstance(published, str) and _YEAR.match(published):
            written, key = published, "published"  # an alias in Hugo
        if not written:
            return None
        try:
            return self._parsed(written, key).at
        except DateError as error:
            raise PostError(self.lines.get(key, 0), "bad-date", f"`{key}`: {error}") from None

    def _parsed(self, written: str, key: str, *, file_date: str = "") -> ParsedDate:
        is_plain = isinstance(self.metadata[key], Timestamp)
        any_offset = self.kind.built_by_jekyll
        parsed = parse_date(written, self.options.zones, plain=is_plain, any_offset=any_offset, file_date=file_date)
        if parsed.code:
            self.report(self.lines.get(key, 0), parsed.code, parsed.message)
        return parsed

    def _report_date(self, key: str, message: str) -> None:
        self.report(self.lines.get(key, 0), "bad-date", message)
