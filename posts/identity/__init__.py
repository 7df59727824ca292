"""Canonical URLs, minted ids, and which posts are one item."""
