"""Read a site of Pelican."""
