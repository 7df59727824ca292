"""Read a site of Nikola."""
