"""Define the options of the commands: an immutable record per command, which replaces its arguments.

Importing the library of records takes 40 ms, so the options of `publish` have a module of their own, with a named
tuple: a run in which nothing changed imports that one only.
"""
