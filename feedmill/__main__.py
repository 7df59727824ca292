"""Run the command line with `python -m feedmill`, or with the script `feedmill`."""

import gc
import sys

# Nearly everything that a run imports or reads stays in memory until it ends: looking through all of it for garbage
# takes a sixth of the time of a short run, and a tenth of that of a long one.
gc.set_threshold(100_000, 20, 100)

from feedmill.cli.main import main  # noqa: E402 # after the threshold, which counts while modules are imported

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
