"""Read a site of Jekyll."""
