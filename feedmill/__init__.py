"""The application: command line, the run, notifications, preview server, schedules. Only it knows both halves."""

__version__ = "0.1.0"
