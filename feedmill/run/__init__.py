"""Run over a site: open it, decide whether anything changed, publish."""
