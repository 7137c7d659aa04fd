"""`factcheck estimate`: files, claims, pairs, requests, tokens and money, before anything is spent."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from factcheck.cli import options
from factcheck.cli.exits import DONE, NOTHING, reported, say
from factcheck.cli.signatures import grouped

if TYPE_CHECKING:  # for the types only: --help imports nothing heavy
    from factcheck.ingestion.parsing import ReadOptions
    from factcheck.pipeline.planning import Estimate, StageEstimate
    from factcheck.settings import Settings

FormatOption = Annotated[
    Literal["text", "json"], typer.Option("--format", "-f", help="text for people, json for programs.")
]


@grouped
def estimate(
    *,
    paths: options.Paths,
    model: options.Model = None,
    confirm_model: options.ConfirmModel = None,
    base_url: options.BaseUrl = None,
    detail: options.DetailOption = None,
    votes: options.Votes = None,
    no_inference: options.NoInference = False,
    audit: options.Audit = None,
    format: FormatOption = "text",  # noqa: A002 -- the flag's name
    columns: options.Columns = None,
    encoding: options.Encoding = None,
    cache: options.Cache,
    verbose: options.Verbose = False,
) -> None:
    """Tell what a check would ask and cost, before anything is spent; sends nothing and needs no key.

    \b
      factcheck estimate story/
      factcheck estimate story/ -m gpt-5.4 -f json | jq .cost_usd

    What is in the cache is taken off. Articles that are in it are counted exactly; of the others the number of claims,
    and what follows from it, is estimated, and said to be.
    """
    flags = locals()
    with reported(debug=verbose):
        from factcheck.cli.reading import read_options

        settings = options.settings_of(flags)
        reading = read_options(columns or [], encoding)
        raise typer.Exit(told(paths, reading, settings, as_json=format == "json"))


def told(paths: Sequence[Path], reading: ReadOptions, settings: Settings, *, as_json: bool) -> int:
    """Read `paths` and write to stdout what a check of them would cost; the exit code. Raises what reading raises."""
    from factcheck import api  # NOTE: brings most of the house, so a mistyped setting is told first

    found = api.read(paths, reading)
    if not found.articles:
        say(f"nothing to check: no article in {', '.join(map(str, paths))}")
        return NOTHING
    estimated = api.estimate(found, settings)
    sys.stdout.write((estimated.model_dump_json(indent=2) if as_json else text(estimated, settings.model.model)) + "\n")
    sys.stdout.flush()
    return DONE


def text(estimate: Estimate, model: str) -> str:
    """The estimate for a person: what is counted, what is estimated, and what it would cost."""
    from factcheck.reporting.words.catalogue import words_in

    w = words_in("en")

    about = "" if estimate.claims_basis == "counted" else "about "
    files = f"{w('count.files', estimate.skipped)} skipped, {estimate.unreadable:,} could not be read"
    noun = "pair" if estimate.all_pairs == 1 else "pairs"
    pairs = f"{about}{estimate.all_pairs:,} {noun} of claims, {about}{estimate.candidates:,} worth judging"
    lines = [
        f"{w('count.articles', estimate.articles)}; {files}",
        f"{about}{w('count.claims', estimate.claims)}, {pairs}",
        "",
    ]
    if estimate.rules:
        lines += [f"{'pairs by rule':<28}{'chosen':>10}{'first by it':>13}{'together':>10}"]
        lines += [f"  {r.rule:<26}{r.chosen:>10,}{r.marginal:>13,}{r.cumulative:>10,}" for r in estimate.rules]
        lines += [f"  left out: {reason:<16}{number:>10,}" for reason, number in estimate.left_out.items()]
        lines += [""]
    lines += [f"{'stage':<14}{'to do':>9}{'paid':>8}{'requests':>10}{'tokens in':>12}{'tokens out':>12}{'US $':>9}"]
    lines += [_row(stage) for stage in estimate.stages]
    lines += ["", _money(estimate, model)]
    if estimate.claims_basis == "estimated":
        lines += ["~ estimated: these articles are not extracted yet, and nobody knows how many claims they make."]
    if estimate.sparing:
        lines += [
            "Judging is at most this: of so many pairs a part follows from others by equivalence and is not asked."
        ]
    lines += ["The length of answers is always estimated; a provider that caches the instructions charges less."]
    return "\n".join(lines)


def _row(stage: StageEstimate) -> str:
    mark = "" if stage.basis == "counted" else "~"
    cost = "?" if stage.cost_usd is None else f"{stage.cost_usd:.4f}"
    return (
        f"{stage.stage:<14}{mark + format(stage.units - stage.paid, ','):>9}{stage.paid:>8,}"
        f"{mark + format(stage.requests, ','):>10}{mark + format(stage.prompt_tokens, ','):>12}"
        f"{'~' + format(stage.completion_tokens, ','):>12}{cost:>9}"
    )


def _money(estimate: Estimate, model: str) -> str:
    requests = f"{estimate.requests:,} request" + ("" if estimate.requests == 1 else "s")
    if not estimate.requests:
        return "nothing to pay: every answer is in the cache"
    if estimate.cost_usd is None:
        return f"{requests}; the price of {model} is not known, so tokens only"
    from factcheck.llm.forecast import at_most

    return f"{requests}, {at_most(estimate.cost_usd)} with {model}"
