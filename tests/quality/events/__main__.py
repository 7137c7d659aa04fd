"""`python -m tests.quality.events [SET...] [--pairs]`."""

from __future__ import annotations

import sys

from tests.quality.events.measuring import main

main(sys.argv[1:])
