"""Run feedmill: command line, runs, notifications, preview server and schedules. It joins `posts` and `feeds`."""

__version__ = "0.1.0"
