"""Dates: every shape seen in the wild, and nothing guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posts.frontmatter import dates
from posts.frontmatter.dates import DateError, ParsedDate, Zones, parse_date, parse_file_date
from posts.frontmatter.time_of_day import clock_time

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


TAILS = {
    "": ("09:00:00", "+08:00", ""),
    " EDT": ("09:00:00", "+08:00", "unknown-zone"),
    " CEST": ("09:00:00", "+02:00", ""),
    " (CEST)": ("09:00:00", "+02:00", ""),
    " Asia/Tokyo": ("09:00:00", "+08:00", "unknown-zone"),
    " Eastern Standard Time": ("09:00:00", "+08:00", "unknown-zone"),
    " AM": ("09:00:00", "+08:00", ""),
    " PM": ("21:00:00", "+08:00", ""),
    "pm": ("21:00:00", "+08:00", ""),
    " p.m. +0200": ("21:00:00", "+02:00", ""),
    " PM CEST": ("21:00:00", "+02:00", ""),
    " UTC": ("09:00:00", "+00:00", ""),
    " gmt": ("09:00:00", "+00:00", ""),
    " Z": ("09:00:00", "+00:00", ""),
    " UTC+2": ("09:00:00", "+02:00", ""),
    " GMT+0800 (China Standard Time)": ("09:00:00", "+08:00", ""),
    " GMT+0100 (中欧标准时间)": ("09:00:00", "+01:00", ""),
    " +0800 CST": ("09:00:00", "+08:00", ""),
    ".123456789 +0800 CST m=+0.000000001": ("09:00:00.123456", "+08:00", ""),
    " -0300 -03": ("09:00:00", "-03:00", ""),
    "+02:00[Europe/Berlin]": ("09:00:00", "+02:00", ""),
    "-05:00 EST": ("09:00:00", "-05:00", ""),
    " 2023 -0800": ("00:00:00", "+08:00", "bad-time"),
    ":00": ("00:00:00", "+08:00", "bad-time"),
    " or so, perhaps": ("00:00:00", "+08:00", "bad-time"),
}


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("form", ["{:04}-{:02}-{:02} 09:00:00", "{:04}/{}/{} 9:00:00", "{:04}-{:02}-{:02}T09:00:00"])
def test_a_date_that_begins_with_the_year_keeps_its_day_whatever_follows(tail: str, form: str) -> None:
    time, offset, code = TAILS[tail]
    for month, day in [(7, day) for day in range(1, 32)] + [(month, 1) for month in range(1, 13)]:
        parsed = parse_date(form.format(2025, month, day) + tail, SHANGHAI)
        assert (parsed.at.isoformat(), parsed.code) == (f"2025-{month:02}-{day:02}T{time}{offset}", code)


@pytest.mark.parametrize(
    "time",
    "18::48::00|25:99|25:00:00|18:30:22 2023 -0800|00:10::00 -03:00|20:00.000000000 +08:00|24:00:01|12:60|12:00:61"
    "|13:00 AM|noonish|T|1|::|10:00:00:00".split("|"),
)
def test_an_unreadable_time_leaves_the_day_at_midnight(time: str) -> None:
    for day in range(1, 32):
        parsed = parse_date(f"2021-12-{day:02} {time}", SHANGHAI)
        assert (parsed.at.isoformat(), parsed.code) == (f"2021-12-{day:02}T00:00:00+08:00", "bad-time")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-01-07 24:00:00", "2026-01-08T00:00:00+08:00"),
        ("2026-12-31T24:00Z", "2027-01-01T00:00:00+00:00"),
        ("2026-01-07 24:00:00.000 -0500", "2026-01-08T00:00:00-05:00"),
        ("31 Jan 2026 24:00:00 +0200", "2026-02-01T00:00:00+02:00"),
        ("2016-12-31 23:59:60 UTC", "2017-01-01T00:00:00+00:00"),
    ],
)
def test_the_end_of_the_day_is_the_next_midnight(written: str, expected: str) -> None:
    parsed = parse_date(written, SHANGHAI)
    assert (parsed.at.isoformat(), parsed.code) == (expected, "")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2021年1月2日09:08", "2021-01-02T09:08:00+08:00"),
        ("2021-12-03 12:30 AM", "2021-12-03T00:30:00+08:00"),
        ("2021-12-03 12:30 PM", "2021-12-03T12:30:00+08:00"),
        ("2021-12-03 9pm", "2021-12-03T21:00:00+08:00"),
        ("2021-12-03T113835Z", "2021-12-03T11:38:35+00:00"),
        ("2021-12-03 Fri 11:38", "2021-12-03T11:38:00+08:00"),
        ("2021-12-03, 11:38", "2021-12-03T11:38:00+08:00"),
        ("2021-12-03 at 11:38", "2021-12-03T11:38:00+08:00"),
        ("2021 Dec 3 11:38", "2021-12-03T11:38:00+08:00"),
        ("20211203", "2021-12-03T00:00:00+08:00"),
        ("20211203T113835Z", "2021-12-03T11:38:35+00:00"),
        ("Thu Jan 01 2026 10:00:00 GMT+0800 (China Standard Time)", "2026-01-01T10:00:00+08:00"),
        ("Thu, 01 Jan 2026 10:00:00 -0500 (EST)", "2026-01-01T10:00:00-05:00"),
    ],
)
def test_more_shapes_that_programs_write(written: str, expected: str) -> None:
    parsed = parse_date(written, SHANGHAI)
    assert (parsed.at.isoformat(), parsed.code) == (expected, "")


def test_a_garbled_time_behind_the_day_costs_the_time_only() -> None:
    for written in ("3 September 2021 25:99", "Fri, 03 Sep 2021 18::48::00", "Fri Sep  3 11:71:31 2021"):
        parsed = parse_date(written, SHANGHAI)
        assert (parsed.at.isoformat(), parsed.code) == ("2021-09-03T00:00:00+08:00", "bad-time")


def test_the_file_name_decides_between_two_readings() -> None:
    month_first = parse_date("11-9-2017", SHANGHAI, file_date="2017-11-09")
    assert month_first.at.isoformat() == "2017-11-09T00:00:00+08:00"
    assert month_first.in_jekyll == datetime(2017, 9, 10, 16, tzinfo=UTC)  # Ruby reads the day first
    day_first = parse_date("11-9-2017 10:30", SHANGHAI, file_date="2017-9-11")
    assert (day_first.at.isoformat(), day_first.in_jekyll) == ("2017-09-11T10:30:00+08:00", None)


@pytest.mark.parametrize("file_date", ["", "2017-11-10", "2018-11-09", "2017-02-31"])
def test_a_file_name_of_another_day_decides_nothing(file_date: str) -> None:
    with pytest.raises(DateError):
        parse_date("11-9-2017", SHANGHAI, file_date=file_date)


@pytest.mark.parametrize("written", ["2021-06-16 16:30:00+16:30", "Wed, 16 Jun 2021 16:30:00 +1630"])
def test_any_offset_counts_where_jekyll_counts_it(written: str) -> None:
    parsed = parse_date(written, SHANGHAI, any_offset=True)
    assert (parsed.at.isoformat(), parsed.code) == ("2021-06-16T08:00:00+08:00", "bad-offset")
    assert parse_date(written, SHANGHAI).at.isoformat() == "2021-06-16T16:30:00+08:00"


@pytest.mark.parametrize("offset", ["+24:00", "-99:00", "+08:60"])
def test_an_offset_that_jekyll_refuses_counts_nowhere(offset: str) -> None:
    parsed = parse_date(f"2021-06-16 16:30:00 {offset}", SHANGHAI, any_offset=True)
    assert (parsed.at.isoformat(), parsed.code, parsed.in_jekyll) == ("2021-06-16T16:30:00+08:00", "bad-offset", None)


def test_jekyll_knows_american_zone_names() -> None:
    parsed = parse_date("2025-07-01 23:00:00 PST", SHANGHAI)
    assert parsed.in_jekyll == datetime(2025, 7, 2, 7, tzinfo=UTC)
    assert parsed.at.isoformat() == "2025-07-01T23:00:00+08:00"


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


@pytest.mark.parametrize(
    ("written", "expected"),
    [("69-1-2", "1969"), ("68-1-2", "2068"), ("00-1-2", "2000"), ("99-01-02", "1999"), ("2021-01-2", "2021")],
)
def test_two_digits_of_a_year_are_completed_as_ruby_does(written: str, expected: str) -> None:
    at = parse_file_date(written, SHANGHAI)
    assert at is not None
    assert at.isoformat() == f"{expected}-01-02T00:00:00+08:00"


@pytest.mark.parametrize(
    "written", ["", "0-1-2", "2021-1-2x", "x2021-1-2", "2021-1", "21021-1-2", "9999-1-2", "2021/1/2"]
)
def test_what_is_not_the_date_of_a_file_name_gives_nothing(written: str) -> None:
    try:
        assert parse_file_date(written, SHANGHAI) is None
    except DateError:
        assert written == "9999-1-2"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2021-12-03 (Fri) 10:00", "2021-12-03T10:00:00+08:00"),
        ("2021-12-03 Friday, 10:00", "2021-12-03T10:00:00+08:00"),
        ("2021-12-03,fri. 10:00", "2021-12-03T10:00:00+08:00"),
        *(
            (f"2021-12-03 {name}", "2021-12-03T00:00:00+08:00")
            for name in "Mon Tuesday wed THU Fri Sat. sunday".split()
        ),
        ("2021.12.03", "2021-12-03T00:00:00+08:00"),
        ("2021-12/31", "2021-12-31T00:00:00+08:00"),
        ("2021-12-03 1138", "2021-12-03T11:38:00+08:00"),
        ("2021-12-03 113835", "2021-12-03T11:38:35+08:00"),
        ("2021-12-03 113835Z", "2021-12-03T11:38:35+00:00"),
        ("2021-12-03t11:38", "2021-12-03T11:38:00+08:00"),
        ("2021-12-03 at 9 pm", "2021-12-03T21:00:00+08:00"),
        ("2021-12-03 9:5:7", "2021-12-03T09:05:07+08:00"),
        ("2021-12-03 11:38:35.5", "2021-12-03T11:38:35.500000+08:00"),
        ("2021-12-03 11:38:35,25 Z", "2021-12-03T11:38:35.250000+00:00"),
        ("2021-12-03 11:38:35.123456789012345678", "2021-12-03T11:38:35.123456+08:00"),
        ("2021-12-03 00:00:00", "2021-12-03T00:00:00+08:00"),
        ("2021-12-03 23:59:59", "2021-12-03T23:59:59+08:00"),
        ("2021-12-03 11:59:60", "2021-12-03T12:00:00+08:00"),
        ("2021-12-03 +0900", "2021-12-03T00:00:00+09:00"),
        ("2021-12-03+09:00", "2021-12-03T00:00:00+09:00"),
        ("2021-12-03 08:00 -3:30", "2021-12-03T08:00:00-03:30"),
        ("2021-12-03 08:00 +9", "2021-12-03T08:00:00+09:00"),
        ("2021-12-03 08:00 +09:59", "2021-12-03T08:00:00+09:59"),
        ("2021-12-03 08:00 -14:00", "2021-12-03T08:00:00-14:00"),
        ("2021-12-03 08:00 utc -09", "2021-12-03T08:00:00-09:00"),
        ("2021-12-03 08:00 UT", "2021-12-03T08:00:00+00:00"),
        ("2021-12-03 Z", "2021-12-03T00:00:00+00:00"),
        ("2021-12-03 utc", "2021-12-03T00:00:00+00:00"),
        ("2021-12-03 CEST", "2021-12-03T00:00:00+02:00"),
        ("2021-12-03 08:00 [CEST]", "2021-12-03T08:00:00+02:00"),
        ("0002-01-02 00:00 Z", "0002-01-02T00:00:00+00:00"),
        ("9998-12-31", "9998-12-31T00:00:00+08:00"),
        ("9998-12-30 24:00", "9998-12-31T00:00:00+08:00"),
    ],
)
def test_every_part_of_a_date_that_begins_with_the_year_counts(written: str, expected: str) -> None:
    parsed = parse_date(written, SHANGHAI)
    assert (parsed.at.isoformat(), parsed.code, parsed.message, parsed.in_jekyll) == (expected, "", "", None)
    assert parse_date(f"  {written}\n", SHANGHAI) == parsed


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("12:00 AM", "00:00"),
        ("12:59 a.m.", "00:59"),
        ("1:00 am", "01:00"),
        ("11:59 A.M.", "11:59"),
        ("12:00 PM", "12:00"),
        ("0:30 PM", "12:30"),
        ("1:00 p.m.", "13:00"),
        ("13:00 PM", "13:00"),
        ("13:00 AM", None),
        ("24:00 AM", None),
        ("24:00:00.001", None),
        ("24:01", None),
        ("23:60", None),
        ("23:59:61", None),
        ("11:38:35 !", None),
        ("11:38.5", None),
        ("1:2:3:4", None),
        ("11", None),
        ("+0800 x y z 1", None),
        ("1138351", None),
    ],
)
def test_hours_of_half_a_day_and_times_that_are_none(written: str, expected: str | None) -> None:
    parsed = parse_date(f"2021-12-03 {written}", SHANGHAI)
    assert parsed.at.isoformat() == f"2021-12-03T{expected or '00:00'}:00+08:00"
    assert parsed.code == ("" if expected else "bad-time")
    if not expected:
        what = f"the time in '2021-12-03 {written}' cannot be read, midnight is used"
        assert parsed.message == f"{what}; write it as 2021-12-31 11:38:35 +0800"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        *((f"2021-12-03 {name}", "unknown-zone") for name in ("AB", "ABCDE", "EDT")),
        *((f"2021-12-03 {name}", "bad-time") for name in ("A", "ABCDEF", "Abc", "AB1")),
        *((f"2021-12-03 08:00 {name}", "unknown-zone") for name in ("A", "ABCDEF", "Abc", "Europe/Berlin", "(x-1)")),
    ],
)
def test_a_word_behind_a_day_is_a_zone_if_it_looks_like_one(written: str, code: str) -> None:
    parsed = parse_date(written, SHANGHAI)
    assert (parsed.at.isoformat()[:10], parsed.code) == ("2021-12-03", code)
    assert (parsed.in_jekyll is not None) is ("EDT" in written)
    if code == "unknown-zone":
        assert parsed.message == (
            f"unknown time zone in {written!r}, the time zone of the site is used; define it in [posts] zones"
        )


def test_a_time_of_day_is_the_time_since_midnight() -> None:
    assert clock_time(13, 5, 7) == timedelta(hours=13, minutes=5, seconds=7)
    assert clock_time(0, 0, 0, "5") == timedelta(microseconds=500_000)
    assert clock_time(24, 0, 0, "000") == timedelta(days=1)
    assert (clock_time(24, 0, 0, "001"), clock_time(25, 0, 0)) == (None, None)


AMERICAN = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}


@pytest.mark.parametrize("name", AMERICAN)
@pytest.mark.parametrize("form", ["2021-12-03 08:00:00 {}", "2021-12-03 08:00:00 ({})", "3 Dec 2021 08:00:00 {}"])
def test_jekyll_reads_american_zones_and_feeds_take_the_sites(name: str, form: str) -> None:
    parsed = parse_date(form.format(name), SHANGHAI)
    assert (parsed.at.isoformat(), parsed.code) == ("2021-12-03T08:00:00+08:00", "unknown-zone")
    assert parsed.in_jekyll is not None
    assert parsed.in_jekyll.isoformat() == f"2021-12-03T08:00:00{AMERICAN[name]:03}:00"
    known = Zones(UTC, abbreviations={name: timezone(timedelta(hours=3))})
    assert parse_date(form.format(name), known) == ParsedDate(datetime.fromisoformat("2021-12-03T08:00:00+03:00"))


@pytest.mark.parametrize("form", ["2021-12-03 08:00 {}", "3 Dec 2021 08:00 {}"])
@pytest.mark.parametrize("offset", ["+14:01", "-14:01", "+23:59"])
def test_an_offset_beyond_fourteen_hours_is_reported_with_what_is_done(form: str, offset: str) -> None:
    written = form.format(offset)
    believed = datetime.fromisoformat(f"2021-12-03T08:00:00{offset}")
    what = f"offset {offset}" if written.startswith("2021") else f"offset in {written!r}"
    parsed = parse_date(written, SHANGHAI)
    assert (parsed.at.isoformat(), parsed.code) == ("2021-12-03T08:00:00+08:00", "bad-offset")
    assert parsed.in_jekyll == believed
    assert parsed.message == f"{what} does not exist, the time zone of the site is used; correct the date"
    taken = parse_date(written, SHANGHAI, any_offset=True)
    assert (taken.at, taken.at.utcoffset(), taken.code) == (believed, timedelta(hours=8), "bad-offset")
    assert taken.in_jekyll == believed
    assert taken.message == f"{what} does not exist, it is subtracted as Jekyll does; correct the date"


@pytest.mark.parametrize("offset", ["+24:00", "+08:60", "-08:61", "-25:00"])
def test_an_offset_of_more_than_a_day_or_an_hour_in_minutes_is_reported(offset: str) -> None:
    for any_offset in (False, True):
        parsed = parse_date(f"2021-12-03 08:00 {offset}", SHANGHAI, any_offset=any_offset)
        assert (parsed.at.isoformat(), parsed.code, parsed.in_jekyll) == (
            *("2021-12-03T08:00:00+08:00", "bad-offset", None),
        )
        assert parsed.message == (
            f"offset {offset} does not exist, the time zone of the site is used; correct the date"
        )


@pytest.mark.parametrize("offset", ["+24:00", "-24:00", "+25:00"])
def test_an_offset_of_a_day_behind_the_year_is_no_end_of_the_day(offset: str) -> None:
    parsed = parse_date(f"31 Dec 2021 08:00 {offset}", SHANGHAI)
    assert (parsed.at.isoformat(), parsed.code) == ("2021-12-31T08:00:00+08:00", "unknown-zone")


@pytest.mark.parametrize(
    "written",
    [
        *("31 Dec 9999 24:00", "10:30 3/4/2021", "3120212021 h0 ", "9" * 40 + " h3-0 2021 ", "1 2 3 2021", "2021 /"),
        *("2021 2021 2021", "Dec 2021 Dec", "31 32 2021"),
    ],
)
def test_a_text_that_is_no_date_is_an_error(written: str) -> None:
    with pytest.raises(DateError, match="is ambiguous or not a date"):
        parse_date(written, SHANGHAI)


def test_an_offset_that_was_written_into_the_time_is_reported() -> None:
    written = "2021-02-08 16:30-:00+16:30"
    parsed = parse_date(written, SHANGHAI)
    assert (parsed.at.isoformat(), parsed.in_jekyll) == ("2021-02-08T16:30:00+08:00", None)
    assert parsed.message == f"unclear offset in {written!r}, the time zone of the site is used; correct the date"
    assert parse_date("2021-02-08 1:05-:30-01:00", SHANGHAI).at.isoformat() == "2021-02-08T01:05:00+08:00"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("12/12/2021", "2021-12-12T00:00:00+08:00"),
        ("12/13/2021 10:00", "2021-12-13T10:00:00+08:00"),
        ("13.12.2021", "2021-12-13T00:00:00+08:00"),
        ("Dec 31 2021 at 3:04pm", "2021-12-31T15:04:00+08:00"),
        ("2021 Sep 3", "2021-09-03T00:00:00+08:00"),
        ("03 2021 Sep", "2021-09-03T00:00:00+08:00"),
        ("31 Dec 2021 08:00 UT", "2021-12-31T08:00:00+00:00"),
        ("31 Dec 2021 08:00 CEST", "2021-12-31T08:00:00+02:00"),
        ("31 Dec 2021 08:00 UTC-03:00", "2021-12-31T08:00:00-03:00"),
        ("31 Dec 2021 08:00 GMT+8", "2021-12-31T08:00:00+08:00"),
        ("31 Dec 2021 08:00 +1400", "2021-12-31T08:00:00+14:00"),
        ("31 Dec 2021 08:00 -1400", "2021-12-31T08:00:00-14:00"),
        ("31 Dec 2021 08:00:00 +0900 (Japan Standard Time)", "2021-12-31T08:00:00+09:00"),
        ("31 Dec 2021 08:00:00.5 -09:00 JST", "2021-12-31T08:00:00.500000-09:00"),
        ("31 Dec 2021 08:00:00 p.m. +0900 [Asia/Tokyo]", "2021-12-31T20:00:00+09:00"),
        ("31 Dec 2021 08:00 +0900 Asia/Tokyo", "2021-12-31T08:00:00+09:00"),
        ("31 Dec 2021 24:00", "2022-01-01T00:00:00+08:00"),
        ("31 Dec 2021 24:00:00.0 Z", "2022-01-01T00:00:00+00:00"),
        ("29 Feb 2020", "2020-02-29T00:00:00+08:00"),
        ("2021 3 4", "2021-03-04T00:00:00+08:00"),
        ("10:30 2021 3 4", "2021-03-04T10:30:00+08:00"),
    ],
)
def test_dates_with_the_year_behind(written: str, expected: str) -> None:
    parsed = parse_date(written, SHANGHAI)
    assert (parsed.at.isoformat(), parsed.code, parsed.message, parsed.in_jekyll) == (expected, "", "", None)


@pytest.mark.parametrize("time", ["25:99", "18::48::00", "11:71:31", "24:00:01", "24:01", "124:00", "24:00:00:00"])
def test_a_garbled_time_behind_a_day_leaves_its_midnight(time: str) -> None:
    written = f"3 September 2021 {time}"
    parsed = parse_date(written, SHANGHAI)
    assert (parsed.at.isoformat(), parsed.code) == ("2021-09-03T00:00:00+08:00", "bad-time")
    assert repr(written) in parsed.message


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("2021-02-31 10:00", "date '2021-02-31' does not exist (day is out of range for month); correct it"),
        ("9999-12-31", "date 9999-12-31 is not in the years 2 to 9998; correct it"),
        ("0001-12-31", "date 0001-12-31 is not in the years 2 to 9998; correct it"),
        ("9998-12-31 24:00", "date 9999-01-01 is not in the years 2 to 9998; correct it"),
        ("31 Dec 9998 24:00", "date 9999-01-01 is not in the years 2 to 9998; correct it"),
        ("9999-12-31 24:00", "date 9999-12-31 is not in the years 2 to 9998; correct it"),
        ("1 Jan 9999", "date 9999-01-01 is not in the years 2 to 9998; correct it"),
        ("31 Dec 21", "date '31 Dec 21' has no four-digit year; write it as 2021-12-31 11:38:35 +0800"),
        ("1/2/2021", "date '1/2/2021' is ambiguous or not a date; write it as 2021-12-31 11:38:35 +0800"),
        ("Sep 2021 25:00", "date 'Sep 2021 25:00' is ambiguous or not a date; write it as 2021-12-31 11:38:35 +0800"),
        ("2021-12-31 " + "x" * 90, "too long for a date; write it as 2021-12-31 11:38:35 +0800"),
    ],
)
def test_an_error_says_what_to_write_instead(written: str, message: str) -> None:
    with pytest.raises(DateError) as caught:
        parse_date(written, SHANGHAI)
    assert str(caught.value) == message


def test_a_date_has_up_to_a_hundred_characters() -> None:
    assert parse_date("2021-12-31 " + "x" * 89, SHANGHAI).code == "bad-time"


@pytest.mark.parametrize(
    ("tail", "in_jekyll", "code"),
    [
        (" 10:00", "2017-09-11T10:00:00+08:00", ""),
        (" 10:00 EDT", "2017-09-11T10:00:00+08:00", "unknown-zone"),
        (" 10:00 +0200", None, ""),
        (" 10:00 CEST", None, ""),
    ],
)
def test_where_the_file_name_decides_jekyll_reads_the_day_first(tail: str, in_jekyll: str | None, code: str) -> None:
    parsed = parse_date(f"11-9-2017{tail}", SHANGHAI, file_date="2017-11-09")
    assert (parsed.at.isoformat()[:16], parsed.code) == ("2017-11-09T10:00", code)
    assert (parsed.in_jekyll and parsed.in_jekyll.isoformat()) == in_jekyll
    assert bool(parsed.message) == bool(code)


def test_where_the_file_name_decides_a_garbled_time_is_still_reported() -> None:
    parsed = parse_date("11-9-2017 25:99", SHANGHAI, file_date="2017-11-09")
    assert (parsed.at.isoformat(), parsed.code) == ("2017-11-09T00:00:00+08:00", "bad-time")


def test_without_options_a_date_is_in_utc() -> None:
    assert parse_date("2021-12-31 10:00", Zones()).at.isoformat() == "2021-12-31T10:00:00+00:00"
    plain = parse_date("2021-12-08 10:41:52", SHANGHAI, plain=True)
    assert (plain.at.isoformat(), plain.in_jekyll) == (
        *("2021-12-08T10:41:52+08:00", datetime(2021, 12, 8, 10, 41, 52, tzinfo=UTC)),
    )
    assert parse_date("2021-12-08 10:41:52", SHANGHAI).in_jekyll is None


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


@given(st.dates(date(1902, 1, 1), date(9998, 12, 31)), st.sampled_from("-/."), st.text(max_size=40))
@settings(deadline=None, max_examples=300)
def test_no_tail_moves_a_day(day: date, separator: str, tail: str) -> None:
    moved = day + timedelta(days=1)  # a tail may say 24:00
    parsed = parse_date(f"{day.isoformat().replace('-', separator)} {tail}", SHANGHAI)
    assert parsed.at.replace(tzinfo=None).date() in (day, moved)


@given(st.text(max_size=40) | st.from_regex(r"[0-9A-Za-z:/+., -]{1,40}", fullmatch=True))
@settings(deadline=None)
def test_any_text_is_a_moment_or_a_date_error(text: str) -> None:
    try:
        moment = parse_date(text, SHANGHAI)
    except DateError:
        return
    assert isinstance(moment, ParsedDate)
    assert moment.at.utcoffset() is not None


_CLOCK = st.sampled_from(["11:38:35", "24:00:00", "23:59:60", "00:00:00", "11:38", "1:02:03", "113835", "11:38:35.5"])
_BEHIND = st.sampled_from(
    ["", " +0800", "+0800", " +08:00", "-03:30", " -0000", " +1400", " +1401", " +0060", " Z", " +08", "  +0800"]
)
_BEFORE = st.sampled_from(
    ["2021-12-31", "2021-02-30", "0001-01-01", "9999-12-31", "0002-01-01", "2021-W01-1", "２０２１-01-02"]
)


@settings(deadline=None)
@given(_BEFORE, st.sampled_from([" ", "T", "t", "  ", "x"]), _CLOCK, _BEHIND, st.booleans())
def test_the_short_way_reads_a_date_as_the_long_way_does(
    day: str, mark: str, clock: str, behind: str, in_jekyll: bool
) -> None:
    def read() -> ParsedDate | str:
        try:
            return parse_date(text, SHANGHAI, plain=in_jekyll, any_offset=in_jekyll)
        except DateError as error:
            return str(error)

    text = f"{day}{mark}{clock}{behind}"
    found = read()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dates, "_ordinary", lambda _: None)
        assert read() == found
    if isinstance(found, ParsedDate):
        assert found.at.utcoffset() is not None
