"""Support site generators, one module each: detection, post folders, configuration file, permalinks."""
