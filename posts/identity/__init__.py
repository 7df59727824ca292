"""Canonical links, ids, and the posts that are one item."""
