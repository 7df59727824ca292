"""Define the options of the commands: a frozen dataclass per command, which replaces its arguments.

A dataclass takes almost a millisecond to create, so the options of `publish` have a module of their own: a run in which
nothing changed imports that one only.
"""
