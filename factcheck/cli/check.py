"""`factcheck check`: read, extract, pair, judge, report."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NoReturn

import typer

from factcheck.cli import options
from factcheck.cli.estimate import told
from factcheck.cli.exits import reported
from factcheck.cli.interrupts import interruptible


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
    pairing: options.PairingOption = None,
    votes: options.Votes = None,
    no_inference: options.NoInference = False,
    audit: options.Audit = None,
    format: options.ReportFormatOption = None,  # noqa: A002 -- the flag's name
    output: options.Output = None,
    table: options.TableOption = None,
    excel: options.Excel = False,
    fail_on: options.FailOn = None,
    baseline: options.Baseline = None,
    review: options.Review = None,
    columns: options.Columns = None,
    encoding: options.Encoding = None,
    sources: options.Sources = None,
    cassette: options.Cassette = None,
    cassette_note: options.CassetteNote = None,
    cache_dir: options.CacheDir = None,
    no_cache: options.NoCache = False,
    run_dir: options.RunDir = None,
    no_run: options.NoRun = False,
    engine: options.EngineOption = None,
    ray_address: options.RayAddress = None,
    ray_workers: options.RayWorkers = None,
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
      factcheck check a.html b.txt -o report.html -o report.json
      factcheck check story/ -m ollama/qwen3 -f json | jq .summary

    stdout carries only the report, stderr talks. With -o and no -f, stdout stays empty.
    """
    flags = locals()
    with reported(debug=verbose):
        _check(flags)


def _check(flags: dict[str, Any]) -> NoReturn:
    """Check what the flags say, by their names; raises `typer.Exit` with the exit code."""
    from factcheck.ingestion import language

    language.prepare()
    from factcheck.cli.gates import open_gate
    from factcheck.cli.output import plan
    from factcheck.cli.reading import read_options
    from factcheck.reporting.registry import REPORT_RENDERERS
    from factcheck.review import read_review
    from factcheck.settings import load_settings

    paths, files, color = flags["paths"], flags["output"] or [], flags["color"]
    settings = load_settings(options.settings_given(flags), Path.cwd(), os.environ)
    looks = (settings.cassette, settings.lang, flags["table"])
    outputs = plan(REPORT_RENDERERS, flags["format"], files, paths, color, *looks, excel=flags["excel"])
    gate = open_gate(flags["fail_on"] or [], flags["baseline"])
    decisions = read_review(flags["review"]) if flags["review"] else ()
    reading = read_options(flags["columns"] or [], flags["encoding"], flags["sources"])
    if flags["plan_only"]:
        raise typer.Exit(told(paths, reading, settings, as_json=flags["format"] == "json"))
    with interruptible(settings) as stop:
        from factcheck.cli import calls  # NOTE: brings most of the house, so a mistyped setting is told first

        talk = calls.Talk(quiet=flags["quiet"], verbose=flags["verbose"], stop=stop)
        raise typer.Exit(calls.check(paths, reading, settings, outputs, talk, gate, decisions))
