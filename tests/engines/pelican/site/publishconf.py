"""What `make publish` publishes with."""

import os
import sys

sys.path.append(os.curdir)
from pelicanconf import *

SITEURL = "https://pelican.example/base"
RELATIVE_URLS = False
DELETE_OUTPUT_DIRECTORY = True
