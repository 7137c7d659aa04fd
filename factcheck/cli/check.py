"""`factcheck check`: read, extract, pair, judge, report."""

from __future__ import annotations

import typer

from factcheck.cli import options
from factcheck.cli.estimate import told
from factcheck.cli.exits import reported
from factcheck.cli.interrupts import interruptible
from factcheck.cli.signatures import grouped


@grouped
def check(
    *,
    paths: options.Paths,
    asking: options.Asking,
    shown: options.Shown,
    inputs: options.Inputs,
    cassette: options.Cassette = None,
    cassette_note: options.CassetteNote = None,
    cache: options.Cache,
    run_dir: options.RunDir = None,
    no_run: options.NoRun = False,
    workers: options.Workers,
    budget: options.Budget,
    plan_only: options.PlanOnly = False,
    voice: options.Voice,
) -> None:
    """Compare articles about the same events and report where they agree and where they conflict.

    \b
      factcheck check a.html b.txt -o report.html -o report.json
      factcheck check story/ -m ollama/qwen3 -f json | jq .summary

    stdout carries only the report, stderr talks. With -o and no -f, stdout stays empty.
    """
    flags = locals()
    with reported(debug=voice.verbose):
        from factcheck.ingestion import language

        language.prepare()
        from factcheck.cli.gates import open_gate
        from factcheck.cli.output import plan
        from factcheck.cli.reading import read_options
        from factcheck.reporting.registry import REPORT_RENDERERS
        from factcheck.review import read_review

        settings = options.settings_of(flags)
        looks = (voice.color, settings.cassette, settings.lang, shown.table)
        outputs = plan(REPORT_RENDERERS, shown.format, shown.output or [], paths, *looks, excel=shown.excel)
        gate = open_gate(shown.fail_on or [], shown.baseline)
        decisions = read_review(shown.review) if shown.review else ()
        reading = read_options(inputs.columns or [], inputs.encoding, inputs.sources)
        if plan_only:
            raise typer.Exit(told(paths, reading, settings, as_json=shown.format == "json"))
        with interruptible(settings) as stop:
            from factcheck.cli import calls  # NOTE: brings most of the house, so a mistyped setting is told first

            talk = calls.Talk(quiet=voice.quiet, verbose=voice.verbose, stop=stop)
            raise typer.Exit(calls.check(paths, reading, settings, outputs, talk, gate, decisions))
