"""Run the command line from a checkout: `python publish.py SITE` is `feedmill SITE`."""

import sys

from feedmill.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
