"""Read Astro sites: collections, routes, pages in Markdown."""
