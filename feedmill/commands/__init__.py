"""Run the commands, one module each. Used by `feedmill.cli.main`."""
