"""Comparison with published feeds: differences, matching of items to posts, recovery of a lost index."""
