"""`python -m factcheck` and the `factcheck` command."""

from __future__ import annotations


def main() -> None:
    """Run the command line on `sys.argv` and leave with its exit code."""
    from factcheck.cli.app import run

    run()


if __name__ == "__main__":
    main()
