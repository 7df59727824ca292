"""Run the command line with `python -m feedmill`."""

import sys

from feedmill.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
