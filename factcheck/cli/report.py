"""`factcheck report`: a finished run again, in any format; no model."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from factcheck.cli import options
from factcheck.cli.exits import reported, say


def report(
    run: Annotated[
        Path,
        typer.Argument(metavar="RUN", parser=options.existing, show_default=False, help="A run folder or report.json."),
    ],
    format: options.ReportFormatOption = None,  # noqa: A002 -- the flag's name
    output: options.Output = None,
    table: options.TableOption = None,
    excel: options.Excel = False,
    fail_on: options.FailOn = None,
    baseline: options.Baseline = None,
    review: options.Review = None,
    color: options.ColorOption = "auto",
    lang: options.LangOption = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Show a finished run again, in any format; nothing is asked of a model.

    \b
      factcheck report runs/20261126T081500Z-story
      factcheck report report.json -o report.md -o disputes.csv --lang it
      factcheck report report.json --review review.csv -o reviewed.json

    RUN is a folder that check has left, or a report in JSON. With --review the decisions of that file, and they alone,
    are counted; the run itself stays as it is.
    """
    with reported(debug=verbose):
        from factcheck.cli.gates import open_gate
        from factcheck.cli.output import plan
        from factcheck.reporting.registry import REPORT_RENDERERS
        from factcheck.review import read_review
        from factcheck.runs.reading import REPORT, read_report
        from factcheck.settings import load_settings

        settings = load_settings({"lang": lang}, Path.cwd(), os.environ)
        outputs = plan(REPORT_RENDERERS, format, output or [], [], color, lang=settings.lang, table=table, excel=excel)
        own = (run / REPORT if run.is_dir() else run).resolve()
        if any(path.resolve() == own for path in output or []):
            raise typer.BadParameter(f"{own} is the run's own report; name another file.", param_hint="-o")
        gate = open_gate(fail_on or [], baseline)
        found = read_report(run)
        if review is not None:
            from factcheck.pipeline.story import decided_again

            found = decided_again(found, read_review(review))
        for path in outputs.write(found):
            if not quiet:
                say(f"wrote {path}")
        raise typer.Exit(gate.code(found))
