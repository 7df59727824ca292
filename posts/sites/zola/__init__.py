"""Read a site of Zola."""
