"""`factcheck extract`: the claims of every article, nothing compared."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from factcheck.cli import options
from factcheck.cli.exits import reported
from factcheck.cli.interrupts import interruptible
from factcheck.cli.signatures import grouped

if TYPE_CHECKING:  # for the types only: --help imports nothing heavy
    from factcheck.cli.output import Outputs
    from factcheck.findings import ExtractionReport
    from factcheck.settings import Settings

Format = Literal["markdown", "text", "jsonl", "csv", "json"]
"""`text` is for --annotated only."""


@grouped
def extract(
    *,
    paths: options.Paths,
    model: options.Model = None,
    base_url: options.BaseUrl = None,
    timeout: options.Timeout = None,
    deadline: options.Deadline = None,
    concurrency: options.Concurrency = None,
    rpm: options.Rpm = None,
    tpm: options.Tpm = None,
    mode: options.ModeOption = None,
    format: Annotated[  # noqa: A002 -- the flag's name
        Format | None,
        typer.Option("--format", "-f", help="On stdout; markdown when not given (text: see --annotated)."),
    ] = None,
    annotated: options.AnnotatedView = False,
    output: options.Output = None,
    excel: options.Excel = False,
    columns: options.Columns = None,
    encoding: options.Encoding = None,
    cassette: options.Cassette = None,
    cache: options.Cache,
    budget: options.Budget,
    voice: options.Voice,
) -> None:
    """Extract the claims of each article, with the sentences that state them.

    \b
      factcheck extract article.txt
      factcheck extract story/ -f jsonl > claims.jsonl
      factcheck extract story/ -o claims.md -o claims.csv
      factcheck extract story/ --annotated

    markdown has the evidence of each claim; jsonl and csv have one claim a line. In csv, a cell that a spreadsheet
    would run as a formula begins with '. All tell coverage and grounding except jsonl and csv, which hold claims only.
    """
    flags = locals()
    with reported(debug=voice.verbose):
        from factcheck.ingestion import language

        language.prepare()
        from factcheck.cli.reading import read_options

        settings = options.settings_of(flags)
        outputs = _outputs(format, annotated, output or [], paths, voice.color, excel, settings)
        reading = read_options(columns or [], encoding)
        # NOTE: this import brings most of the house; it comes last so that a mistyped setting is told at once
        from factcheck.cli import calls

        with interruptible(settings) as stop:
            talk = calls.Talk(quiet=voice.quiet, verbose=voice.verbose, stop=stop)
            raise typer.Exit(calls.extract(paths, reading, settings, outputs, talk))


def _outputs(
    chosen: Format | None,
    annotated: bool,
    files: Sequence[Path],
    inputs: Sequence[Path],
    color: options.Color,
    excel: bool,
    settings: Settings,
) -> Outputs[ExtractionReport]:
    """Decide what goes where; raises `typer.BadParameter` for a format that goes only with, or without, --annotated."""
    from factcheck.cli.output import plan
    from factcheck.reporting.registry import ANNOTATED_RENDERERS, EXTRACTION_RENDERERS

    renderers = ANNOTATED_RENDERERS if annotated else EXTRACTION_RENDERERS
    if chosen and chosen not in renderers:
        raise typer.BadParameter(
            f"{chosen} does not go {'with' if annotated else 'without'} --annotated; choose {', '.join(renderers)}.",
            param_hint="-f",
        )
    default = "text" if annotated and not files and _on_terminal() else None
    return plan(renderers, chosen or default, files, inputs, color, settings.cassette, settings.lang, excel=excel)


def _on_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()
