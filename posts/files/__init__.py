"""Walk through the site's folder, read its files, and detect changed ones."""
