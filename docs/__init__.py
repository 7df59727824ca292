"""The documentation. Its pages are Markdown; the tables that can be made from the program are (`docs.generate`)."""
