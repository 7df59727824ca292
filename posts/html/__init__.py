"""Clean the HTML of bodies; owns `bs4` and `nh3`."""
