"""`factcheck check`: read, extract, pair, judge, report."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

import typer

from factcheck.cli import options
from factcheck.cli.estimate import told
from factcheck.cli.exits import reported
from factcheck.cli.interrupts import interruptible

Format = Literal["table", "markdown", "json", "html"]
FormatOption = Annotated[
    Format | None, typer.Option("--format", "-f", help="On stdout; table on a terminal, markdown when piped.")
]


def check(
    paths: options.Paths,
    model: options.Model = None,
    confirm_model: options.ConfirmModel = None,
    base_url: options.BaseUrl = None,
    timeout: options.Timeout = None,
    deadline: options.Deadline = None,
    concurrency: options.Concurrency = None,
    rpm: options.Rpm = None,
    tpm: options.Tpm = None,
    mode: options.ModeOption = None,
    detail: options.DetailOption = None,
    format: FormatOption = None,  # noqa: A002 -- the flag's name
    output: options.Output = None,
    columns: options.Columns = None,
    encoding: options.Encoding = None,
    sources: options.Sources = None,
    cassette: options.Cassette = None,
    cassette_note: options.CassetteNote = None,
    cache_dir: options.CacheDir = None,
    no_cache: options.NoCache = False,
    run_dir: options.RunDir = None,
    no_run: options.NoRun = False,
    max_calls: options.MaxCalls = None,
    max_cost: options.MaxCost = None,
    plan_only: options.PlanOnly = False,
    color: options.ColorOption = "auto",
    lang: options.LangOption = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Compare articles about the same events and report where they agree and where they conflict.

    \b
      factcheck check story/
      factcheck check a.html b.txt -o report.html -o report.json
      factcheck check story/ -m ollama/qwen3 -f json | jq .summary

    stdout carries only the report, stderr talks. With -o and no -f, stdout stays empty.
    """
    flags = locals()
    with reported(debug=verbose):
        from factcheck.ingestion import language

        language.prepare()
        from factcheck.cli.output import plan
        from factcheck.cli.reading import read_options
        from factcheck.reporting.registry import REPORT_RENDERERS
        from factcheck.settings import load_settings

        settings = load_settings(options.settings_given(flags), Path.cwd(), os.environ)
        outputs = plan(REPORT_RENDERERS, format, output or [], paths, color, settings.cassette, settings.lang)
        reading = read_options(columns or [], encoding, sources)
        if plan_only:
            raise typer.Exit(told(paths, reading, settings, as_json=format == "json"))
        with interruptible(settings) as stop:
            from factcheck.cli import calls  # NOTE: brings most of the house, so a mistyped setting is told first

            talk = calls.Talk(quiet=quiet, verbose=verbose, stop=stop)
            raise typer.Exit(calls.check(paths, reading, settings, outputs, talk))
