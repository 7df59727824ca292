"""Parse published feeds of any software: RSS, Atom and JSON Feed."""
