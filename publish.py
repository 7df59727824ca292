"""Run the command line from a checkout: `python publish.py SITE` is `feedmill SITE`."""

import sys

from feedmill.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
