"""Cleaning of HTML bodies; owns `bs4` and `nh3`."""
