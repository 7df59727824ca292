"""Write and verify the feed formats, a row of the table each. Owns `feedgen` and `lxml`."""
