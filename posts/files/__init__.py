"""The site's folder: directory walk, reading, stat."""
