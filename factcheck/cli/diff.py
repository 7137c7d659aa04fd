"""`factcheck diff`: what moved between two runs; no model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from factcheck.cli import options
from factcheck.cli.exits import reported, say
from factcheck.cli.signatures import grouped

Format = Literal["table", "markdown", "json"]
EARLIER = typer.Argument(
    metavar="RUN_A", parser=options.existing, show_default=False, help="The earlier run: its folder or report.json."
)
LATER = typer.Argument(metavar="RUN_B", parser=options.existing, show_default=False, help="The later run.")


@grouped
def diff(
    *,
    run_a: Annotated[Path, EARLIER],
    run_b: Annotated[Path, LATER],
    format: Annotated[  # noqa: A002 -- the flag's name
        Format | None, typer.Option("--format", "-f", help="On stdout; table on a terminal, markdown when piped.")
    ] = None,
    output: options.Output = None,
    fail_on: options.FailOn = None,
    voice: options.Voice,
) -> None:
    """Show what is new, gone and changed from RUN_A to RUN_B; what did not move is only counted.

    \b
      factcheck diff runs/20261125T080000Z-story runs/20261126T080000Z-story
      factcheck diff monday.json tuesday.json -f json | jq .disputes
      factcheck diff monday.json tuesday.json --fail-on new-dispute

    Facts are the same when they share a claim. Claims of articles that changed have new ids; there, alike words with
    the same figures count, and each such change says that it is a guess.
    """
    with reported(debug=voice.verbose):
        from factcheck.changes.comparing import compare
        from factcheck.cli.gates import diff_gate
        from factcheck.cli.output import plan
        from factcheck.reporting.registry import DIFF_RENDERERS
        from factcheck.runs.reading import read_report

        settings = options.settings_of({"voice": voice})
        outputs = plan(DIFF_RENDERERS, format, output or [], [], voice.color, lang=settings.lang)
        gate = diff_gate(fail_on or [])
        found = compare(read_report(run_a), read_report(run_b), _names(run_a, run_b))
        for path in outputs.write(found):
            if not voice.quiet:
                say(f"wrote {path}")
        raise typer.Exit(gate.code(None, found))


def _names(run_a: Path, run_b: Path) -> tuple[str, str]:
    """The last part of each path; the whole path where these are alike."""
    last = run_a.resolve().name, run_b.resolve().name
    return last if last[0] != last[1] else (str(run_a), str(run_b))
