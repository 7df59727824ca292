"""The recording in the documentation shows what the commands print today."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from tests.recording import PICTURE, drawn, record


def test_the_recording_shows_what_the_commands_print() -> None:
    lines = record()
    assert lines[0] == ("feedmill news", True)
    assert PICTURE.read_text("utf-8") == drawn(lines), "run `python -m tests.screenshots`"


def test_every_line_is_a_text_of_the_picture() -> None:
    lines = [("feedmill a&b", True), ("<done>", False)]
    texts = [one.text for one in ET.fromstring(drawn(lines)).iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["$ feedmill a&b", "<done>"]
