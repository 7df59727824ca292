"""Bytes to typed fields; owns `frontmatter`, `yaml` and `dateutil`."""
