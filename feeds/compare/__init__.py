"""Comparison of published feeds with new ones: diff, matching, recovery."""
