"""Store persistent state in SQLite: the ledger and the caches. The only package that imports `sqlite3`."""
