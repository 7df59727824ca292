"""Subscribes with `reader`: `reader_subscriber.py URL STATE` prints all entries it has, as JSON."""

import json
import sys
from pathlib import Path

from reader import make_reader

url, state = sys.argv[1], Path(sys.argv[2]) / "reader.sqlite"
reader = make_reader(str(state))
reader.add_feed(url, exist_ok=True)
reader.update_feed(url)
shown = [(entry, entry.content[0].value if entry.content else entry.summary) for entry in reader.get_entries(feed=url)]
print(json.dumps([[entry.id, entry.title, body] for entry, body in shown]))
