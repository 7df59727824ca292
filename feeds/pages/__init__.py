"""HTML pages and the embeddable widget; owns `jinja2`."""
