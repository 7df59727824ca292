"""One row per feed format; owns `feedgen` and `lxml`."""
