"""Decode the bytes of post files to typed fields; owns `frontmatter`, `yaml` and `dateutil`."""
