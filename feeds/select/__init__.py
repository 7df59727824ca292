"""Posts to feeds and their windows; pure."""
