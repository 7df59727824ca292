"""Dates: every shape seen in the wild, and nothing guessed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posts.frontmatter.dates import DateError, ParsedDate, Zones, parse_date, parse_file_date

SHANGHAI = Zones(ZoneInfo("Asia/Shanghai"), abbreviations={"CEST": timezone(timedelta(hours=2))})


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2021-12-31 11:38:35 +0800", "2021-12-31T11:38:35+08:00"),
        ("2021-12-31 11:38:35+08:00", "2021-12-31T11:38:35+08:00"),
        ("2021-12-31 11:38:35 +08", "2021-12-31T11:38:35+08:00"),
        ("2021-12-31T11:38:35Z", "2021-12-31T11:38:35+00:00"),
        ("2021-12-31 11:38:35 UTC", "2021-12-31T11:38:35+00:00"),
        ("2021-12-31 1:38:35 -0500", "2021-12-31T01:38:35-05:00"),
        ("2021-12-31 11:38:35", "2021-12-31T11:38:35+08:00"),
        ("2021-12-31 11:38", "2021-12-31T11:38:00+08:00"),
        ("2021-12-31 11:38 -0330", "2021-12-31T11:38:00-03:30"),
        ("2021-12-31", "2021-12-31T00:00:00+08:00"),
        ("2021-1-2", "2021-01-02T00:00:00+08:00"),
        ("2021/01/02 3:04", "2021-01-02T03:04:00+08:00"),
        ("2021年12月31日", "2021-12-31T00:00:00+08:00"),
        ("2021年1月2日 09:08", "2021-01-02T09:08:00+08:00"),
        ("2021-12-31T11:38:35.123456789Z", "2021-12-31T11:38:35.123456+00:00"),
        ("Fri Sep  3 11:21:31 CEST 2021", "2021-09-03T11:21:31+02:00"),
        ("Fri, 03 Sep 2021 11:21:31 +0200", "2021-09-03T11:21:31+02:00"),
        ("Fri, 03 Sep 2021 11:21:31 GMT", "2021-09-03T11:21:31+00:00"),
        ("3 September 2021", "2021-09-03T00:00:00+08:00"),
        ("September 3, 2021 3pm", "2021-09-03T15:00:00+08:00"),
        ("13/02/2021", "2021-02-13T00:00:00+08:00"),
        ("2021-12-31 11:38:35 UTC+8", "2021-12-31T11:38:35+08:00"),
        ("2021-12-31 11:38:35 GMT+08:00", "2021-12-31T11:38:35+08:00"),
        ("31 Dec 2021 11:38:35 GMT-3", "2021-12-31T11:38:35-03:00"),
        ("2021-06-16 16:30:00+14:00", "2021-06-16T16:30:00+14:00"),
    ],
)
def test_a_date_keeps_its_written_offset_or_gets_the_sites(written: str, expected: str) -> None:
    moment = parse_date(written, SHANGHAI)
    assert (moment.at.isoformat(), moment.code) == (expected, "")


@pytest.mark.parametrize(
    ("written", "expected", "code"),
    [
        ("2021-06-16 16:30:00+16:30", "2021-06-16T16:30:00+08:00", "bad-offset"),
        ("2021-06-16 16:30:00 -1401", "2021-06-16T16:30:00+08:00", "bad-offset"),
        ("2021-02-08 16:30-:00+16:30", "2021-02-08T16:30:00+08:00", "bad-offset"),
        ("Fri Sep  3 11:21:31 PST 2021", "2021-09-03T11:21:31+08:00", "unknown-zone"),
    ],
)
def test_an_offset_that_cannot_be_is_reported_and_the_sites_taken(written: str, expected: str, code: str) -> None:
    moment = parse_date(written, SHANGHAI)
    assert (moment.at.isoformat(), moment.code) == (expected, code)


@pytest.mark.parametrize(
    "written",
    [
        "2021-02-31",
        "2021-13-01",
        "2021-12-31 25:00:00",
        "01/02/2021",
        "21-12-31",
        "September 2021",
        "10:30",
        "Friday",
        "2021",
        "+0800",
        "1638944523",
        "soon",
        "0001-01-01",
        "9999-12-31 23:59:59 -1400",
        "2021-12-31 " + "0" * 200,
    ],
)
def test_nothing_is_guessed(written: str) -> None:
    with pytest.raises(DateError):
        parse_date(written, SHANGHAI)


def test_naive_utc_takes_only_what_jekyll_takes_for_utc() -> None:
    zones = Zones(ZoneInfo("Asia/Shanghai"), naive="utc")
    assert parse_date("2021-12-08 10:41:52", zones, plain=True).at == datetime(2021, 12, 8, 10, 41, 52, tzinfo=UTC)
    assert parse_date("2021-12-08 10:41:52", zones, plain=False).at.isoformat() == "2021-12-08T10:41:52+08:00"
    assert parse_date("2021-12-08 10:41", zones, plain=True).at.isoformat() == "2021-12-08T10:41:00+08:00"
    assert parse_date("2021-12-08", zones, plain=True).at.isoformat() == "2021-12-08T00:00:00+08:00"


def test_jekyll_reads_offsets_of_any_size() -> None:
    assert parse_date("2021-06-16 16:30:00+16:30", Zones()).in_jekyll == datetime(2021, 6, 16, tzinfo=UTC)
    assert parse_date("2021-12-08 10:41:52", SHANGHAI, plain=True).in_jekyll == datetime(
        2021, 12, 8, 10, 41, 52, tzinfo=UTC
    )
    assert parse_date("3 September 2021", Zones()).in_jekyll is None


def test_an_offset_with_seconds_becomes_utc() -> None:
    assert parse_date("1890-01-01", SHANGHAI).at.isoformat() == "1889-12-31T15:54:17+00:00"


@pytest.mark.parametrize(("written", "expected"), [("2021-12-31", 2021), ("21-1-2", 2021), ("98-1-2", 1998)])
def test_a_file_name_gives_midnight_in_the_sites_zone(written: str, expected: int) -> None:
    at = parse_file_date(written, SHANGHAI)
    assert at is not None
    assert (at.year, at.hour, at.utcoffset()) == (expected, 0, timedelta(hours=8))


def test_a_file_name_with_an_impossible_day_gives_nothing() -> None:
    assert parse_file_date("2021-02-31", SHANGHAI) is None


offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
aware = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=offsets)


@given(aware, st.sampled_from(["T", " ", "   "]), st.booleans())
@settings(deadline=None)
def test_iso_forms_of_a_date_mean_that_date(at: datetime, separator: str, colon: bool) -> None:
    written = at.isoformat(separator[0]).replace(separator[0], separator, 1)
    if not colon:
        written = written[:-3] + written[-2:]
    moment = parse_date(written, SHANGHAI)
    assert moment.at == at
    assert moment.at.utcoffset() == at.utcoffset()


@given(st.text(max_size=40) | st.from_regex(r"[0-9A-Za-z:/+., -]{1,40}", fullmatch=True))
@settings(deadline=None)
def test_any_text_is_a_moment_or_a_date_error(text: str) -> None:
    try:
        moment = parse_date(text, SHANGHAI)
    except DateError:
        return
    assert isinstance(moment, ParsedDate)
    assert moment.at.utcoffset() is not None
