"""Read Eleventy sites: directories, the data cascade, permalinks."""
