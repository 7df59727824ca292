"""Feeds to files: the plan, the items, the bytes, the checks."""
