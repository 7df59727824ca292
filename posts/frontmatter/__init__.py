"""Decode the bytes of post files to typed fields. Owns `frontmatter`, `yaml` and `dateutil`."""
