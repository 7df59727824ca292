"""Destinations: where built files are written."""
