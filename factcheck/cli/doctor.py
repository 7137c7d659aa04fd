"""`factcheck doctor`: what an endpoint can do, and what to set for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from factcheck.cli import options
from factcheck.cli.exits import DONE, ENDPOINT, reported, require_stdout, say

if TYPE_CHECKING:  # for the types only: --help imports nothing heavy
    from factcheck.llm.doctor import Diagnosis

MARKS = {"fine": "ok", "note": "note", "problem": "PROBLEM"}


def doctor(
    model: options.Model = None,
    base_url: options.BaseUrl = None,
    timeout: options.Timeout = None,
    format: Annotated[  # noqa: A002 -- the flag's name
        Literal["text", "json"], typer.Option("--format", "-f", help="On stdout.")
    ] = "text",
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Look at a model's endpoint with a few small requests: can it do the work, and what should be set?

    \b
      factcheck doctor
      factcheck doctor -m ollama/qwen3:8b
      factcheck doctor --base-url http://localhost:9000/v1 -m my-model -f json

    Says beforehand what it will send. Exits with 5 when no check can run there.
    """
    flags = locals()
    with reported(debug=verbose):
        settings = options.settings_of(flags)
        require_stdout()
        from factcheck import api  # NOTE: brings most of the house, so a mistyped setting is told first

        api.preflight(settings)
        if not quiet:
            say(f"{settings.model.model}: {api.doctor_plan(settings)}")
        found = api.doctor(settings)
        if format == "json":
            told = {"usable": found.usable, "set": found.flags, **found.model_dump(mode="json")}
            typer.echo(json.dumps(told, indent=2))
        else:
            typer.echo("\n".join(_lines(found)))
        raise typer.Exit(DONE if found.usable else ENDPOINT)


def _lines(found: Diagnosis) -> Iterator[str]:
    """The findings for a person, one a line; the flags to set last."""
    from factcheck.reporting.untrusted import clean

    yield clean(f"{found.base_url}, model {found.model}")
    for finding in found.findings:
        yield f"{MARKS[finding.state]:<8} {finding.name:<8} {clean(finding.text)}"
    if found.flags:
        yield clean(f"set: {' '.join(found.flags)}")
    elif found.usable:
        yield "nothing to set"
