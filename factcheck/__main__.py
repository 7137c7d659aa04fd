"""`python -m factcheck` and the `factcheck` command."""

from __future__ import annotations

import gc
import sys

from factcheck.cli.hearing import HEARING

OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""Python's own 700 (2,000 from 3.13 on) costs a fifth of the imports: nothing that they make is garbage."""


def main() -> None:
    """Run the command line on `sys.argv` and leave with its exit code."""
    HEARING.begin()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, *gc.get_threshold()[1:])
    try:
        from factcheck.cli.app import run
    except KeyboardInterrupt:  # the second in the moment in which nothing has begun
        sys.exit(HEARING.exit_code(130))

    try:
        run()
    finally:
        # Going through all that is left, on the way out, is a tenth of a replay; it dies with the process anyway.
        gc.disable()
        gc.freeze()


if __name__ == "__main__":
    main()
