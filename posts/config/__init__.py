"""Configuration files to options; reports all errors at once, with file, line and key."""
