"""Decode command line arguments to the options of a command, and print reports as text or JSON."""
