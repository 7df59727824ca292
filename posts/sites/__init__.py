"""One module per site generator: detection, post folders, configuration file, permalinks."""
