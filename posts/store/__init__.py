"""Persistent state in SQLite: the ledger, and what saves work; owns `sqlite3`."""
