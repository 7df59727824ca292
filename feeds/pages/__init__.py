"""Render HTML pages and the embeddable widget. Owns `jinja2`."""
