"""`factcheck report`: a finished run again, in any format; no model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from factcheck.cli import options
from factcheck.cli.exits import reported, say
from factcheck.cli.signatures import grouped


@grouped
def report(
    *,
    run: Annotated[
        Path,
        typer.Argument(metavar="RUN", parser=options.existing, show_default=False, help="A run folder or report.json."),
    ],
    shown: options.Shown,
    voice: options.Voice,
) -> None:
    """Show a finished run again, in any format; nothing is asked of a model.

    \b
      factcheck report runs/20261126T081500Z-story
      factcheck report report.json -o report.md -o disputes.csv --lang it
      factcheck report report.json --review review.csv -o reviewed.json

    RUN is a folder that check has left, or a report in JSON. With --review the decisions of that file, and they alone,
    are counted; the run itself stays as it is.
    """
    with reported(debug=voice.verbose):
        from factcheck.cli.gates import open_gate
        from factcheck.cli.output import plan
        from factcheck.reporting.registry import REPORT_RENDERERS
        from factcheck.review import read_review
        from factcheck.runs.reading import REPORT, read_report

        settings = options.settings_of({"voice": voice})
        files = shown.output or []
        looks = (voice.color, None, settings.lang, shown.table)
        outputs = plan(REPORT_RENDERERS, shown.format, files, [], *looks, excel=shown.excel)
        own = (run / REPORT if run.is_dir() else run).resolve()
        if any(path.resolve() == own for path in files):
            raise typer.BadParameter(f"{own} is the run's own report; name another file.", param_hint="-o")
        gate = open_gate(shown.fail_on or [], shown.baseline)
        found = read_report(run)
        if shown.review is not None:
            from factcheck.pipeline.story import decided_again

            found = decided_again(found, read_review(shown.review))
        for path in outputs.write(found):
            if not voice.quiet:
                say(f"wrote {path}")
        raise typer.Exit(gate.code(found))
