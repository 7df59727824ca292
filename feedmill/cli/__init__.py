"""Command line: arguments to options dataclasses, reports to text or JSON."""
