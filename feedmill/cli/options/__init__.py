"""Options of the commands: one frozen dataclass per command, which the command receives instead of its arguments.

A dataclass takes almost a millisecond to create, so the options of `publish` have a module of their own: a run in which
nothing changed imports that one only.
"""
