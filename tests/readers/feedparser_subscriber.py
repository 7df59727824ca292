"""Subscribes with feedparser: `feedparser_subscriber.py URL STATE` prints all entries it has seen, as JSON."""

import json
import sys
from pathlib import Path

import feedparser

url, state = sys.argv[1], Path(sys.argv[2]) / "feedparser.json"
known = json.loads(state.read_text()) if state.exists() else {"etag": None, "modified": None, "entries": {}}
parsed = feedparser.parse(url, etag=known["etag"], modified=known["modified"])
if parsed.status != 304:
    assert not parsed.bozo, parsed.bozo_exception
    known["etag"], known["modified"] = parsed.get("etag"), parsed.get("modified")
    for entry in parsed.entries:
        body = entry.content[0].value if "content" in entry else entry.get("summary", "")
        known["entries"][entry.id] = [entry.id, entry.title, body]
state.write_text(json.dumps(known))
print(json.dumps(list(known["entries"].values())))
