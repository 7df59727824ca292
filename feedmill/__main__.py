"""Run the command line: `python -m feedmill` is `feedmill`."""

import sys

from feedmill.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
