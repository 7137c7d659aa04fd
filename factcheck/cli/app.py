"""The commands, put together."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from factcheck import __version__
from factcheck.cli.batch import batch
from factcheck.cli.cache import cache
from factcheck.cli.check import check
from factcheck.cli.compare import compare
from factcheck.cli.diff import diff
from factcheck.cli.doctor import doctor
from factcheck.cli.estimate import estimate
from factcheck.cli.exits import EXIT_CODES, INTERRUPTED, asks_for_objects, objects, reported
from factcheck.cli.extract import extract
from factcheck.cli.hearing import HEARING
from factcheck.cli.merge import merge
from factcheck.cli.report import report
from factcheck.cli.schema import schema
from factcheck.cli.streams import flush_stdout, occupy_standard_files

HELP = """\
\b
  factcheck check story/                          read a folder, show the report
  factcheck check a.html b.txt -o report.md       two articles, the report as a file
  factcheck check story/ --cassette story.yaml    record all model traffic; run it again to replay without a key

Where news articles agree, where they contradict each other, and how many independent origins stand behind it. It
shows disagreement; it never rules on who is right.

Flags win over FACTCHECK_* variables, these over factcheck.toml (or [tool.factcheck] in pyproject.toml) in the current
folder, these over the user's config.toml.
"""


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        others = ", ".join(f"{name} {version(name)}" for name in ("openai", "instructor"))
        typer.echo(f"factcheck {__version__} (Python {sys.version.split()[0]}, {others})")
        raise typer.Exit


def root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the versions that matter and exit."),
    ] = False,
) -> None:
    """Hold the options that stand before a command."""


class Commands(TyperGroup):
    """The commands, whose refusals are freed of the words by which pydantic begins its own."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Understand what stands before the command; what is wrong there is told as the words behind it ask for."""
        words = tuple(args)
        try:
            return super().parse_args(ctx, args)
        except (TyperException, typer.Exit):
            with objects(wanted=asks_for_objects(words)):
                raise

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        """Run the command that was named."""
        with objects(wanted=asks_for_objects(ctx.args)), reported(debug=False):
            HEARING.obey()
            try:
                return super().invoke(ctx)
            except TyperException as refused:
                refused.message = refused.message.removeprefix("Value error, ")
                raise


# NOTE: markup "rich" would import rich for every --help; plain help costs half the CPU and reads the same everywhere.
app = typer.Typer(
    name="factcheck",
    cls=Commands,
    help=HELP,
    epilog=EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
app.callback(help=HELP, epilog=EXIT_CODES, no_args_is_help=True)(root)
app.command(epilog=EXIT_CODES, short_help="Report agreement and conflict.")(check)
app.command(epilog=EXIT_CODES, short_help="Check many stories, index them.")(batch)
app.command(epilog=EXIT_CODES, short_help="Put the shards of a batch together.")(merge)
app.command(epilog=EXIT_CODES, short_help="Show the claims, nothing compared.")(extract)
app.command(epilog=EXIT_CODES, short_help="Show a finished run again, in any format.")(report)
app.command(epilog=EXIT_CODES, short_help="Show what moved between two runs.")(diff)
app.command(epilog=EXIT_CODES, short_help="Look at a model's endpoint: what it can, what to set.")(doctor)
app.command(epilog=EXIT_CODES, short_help="Compare two texts, files or claims.")(compare)
app.command(epilog=EXIT_CODES, short_help="Tell what a check would cost.")(estimate)
app.add_typer(cache, short_help="Look after the answers that were paid for.")
app.command(short_help="Print a JSON schema.")(schema)


def run() -> None:
    """Run the command line; every way out is an exit code, never a traceback (unless FACTCHECK_DEBUG is set)."""
    occupy_standard_files()
    code: str | int | None = None
    try:
        with reported(debug=False):
            app()
    except typer.Exit as done:
        code = done.exit_code
    except SystemExit as done:
        code = done.code
    finally:
        flush_stdout(interrupted=code == INTERRUPTED)
    HEARING.told = True
    sys.exit(HEARING.exit_code(code))
