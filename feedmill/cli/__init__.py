"""Decode command line arguments to options dataclasses, and print reports as text or JSON."""
