"""`factcheck extract`: the claims of every article, nothing compared."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

import typer

from factcheck.cli import options
from factcheck.cli.exits import reported

Format = Literal["markdown", "jsonl", "json"]


def extract(
    paths: options.Paths,
    model: options.Model = None,
    base_url: options.BaseUrl = None,
    timeout: options.Timeout = None,
    concurrency: options.Concurrency = None,
    mode: options.ModeOption = None,
    format: Annotated[  # noqa: A002 -- the flag's name
        Format | None, typer.Option("--format", "-f", help="On stdout; markdown when not given.")
    ] = None,
    output: options.Output = None,
    cassette: options.Cassette = None,
    cache_dir: options.CacheDir = None,
    no_cache: options.NoCache = False,
    max_calls: options.MaxCalls = None,
    max_cost: options.MaxCost = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Extract the claims of each article, with the sentences that state them.

    \b
      factcheck extract article.txt
      factcheck extract story/ -f jsonl > claims.jsonl
      factcheck extract story/ -o claims.md -o claims.json
    """
    flags = {
        "model": model,
        "base_url": base_url,
        "timeout": timeout,
        "concurrency": concurrency,
        "mode": mode,
        "cassette": cassette,
        "cache_dir": cache_dir,
        "cache": False if no_cache else None,
        "max_calls": max_calls,
        "max_cost": max_cost,
    }
    with reported(debug=verbose, kept=not no_cache):
        from factcheck.cli.output import plan
        from factcheck.reporting.registry import EXTRACTION_RENDERERS
        from factcheck.settings import load_settings

        settings = load_settings(flags, Path.cwd(), os.environ)
        outputs = plan(EXTRACTION_RENDERERS, format, output or [], paths, "never")
        # NOTE: this import brings most of the house; it comes last so that a mistyped setting is told at once
        from factcheck.cli import calls

        raise typer.Exit(calls.extract(paths, settings, outputs, calls.Talk(quiet=quiet, verbose=verbose)))
