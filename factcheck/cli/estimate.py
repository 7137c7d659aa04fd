"""`factcheck estimate`: files, claims, pairs, requests, tokens and money, before anything is spent, also of a batch."""

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
    from factcheck.batch.estimating import BatchEstimate, BetweenEstimate
    from factcheck.index import GroupBy
    from factcheck.ingestion.parsing import ReadOptions
    from factcheck.pipeline import Input
    from factcheck.pipeline.planning import Estimate, StageEstimate
    from factcheck.settings import Settings

FormatOption = Annotated[
    Literal["text", "json"], typer.Option("--format", "-f", help="text for people, json for programs.")
]
UNKNOWN = "~ estimated: these articles are not extracted yet, and nobody knows how many claims they make."
SPARED = "of so many pairs a part follows from others by equivalence and is not asked."
ALWAYS = "The length of answers is always estimated; a provider that caches the instructions charges less."
GROUPED = {"folder": "by folder", "event": "by event", "date": "by day", "none": "of all articles"}

StoriesOption = Annotated[
    bool, typer.Option("--stories", help="PATH holds many stories: tell what `factcheck batch PATH` would ask.")
]
GroupByOption = Annotated[
    Literal["folder", "event", "date", "none"] | None,
    typer.Option("--group-by", help="What makes a story, as in `batch`; with --stories, which it implies."),
]
NoAcrossStories = Annotated[
    bool, typer.Option("--no-across-stories", help="With --stories: leave out claims of different stories.")
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
    stories: StoriesOption = False,
    group_by: GroupByOption = None,
    no_across_stories: NoAcrossStories = False,
    format: FormatOption = "text",  # noqa: A002 -- the flag's name
    columns: options.Columns = None,
    encoding: options.Encoding = None,
    cache: options.Cache,
    verbose: options.Verbose = False,
) -> None:
    """Tell what a check or a batch would ask and cost, before anything is spent; sends nothing and needs no key.

    \b
      factcheck estimate story/                all files as one story, as in `check`
      factcheck estimate desk/ --stories       each folder as one, as in `batch`
      factcheck estimate story/ -m gpt-5.4 -f json | jq .cost_usd

    What is in the cache is taken off. Articles that are in it are counted exactly; of the others the number of claims,
    and what follows from it, is estimated, and said to be.
    """
    flags = locals()
    with reported(debug=verbose):
        from factcheck.cli.reading import read_options

        settings = options.settings_of(flags)
        reading = read_options(columns or [], encoding)
        if stories or group_by is not None:
            if len(paths) > 1:
                raise typer.BadParameter("one folder, as in `factcheck batch`.", param_hint="--stories")
            raise typer.Exit(_told_of_stories(paths[0], reading, settings, group_by, as_json=format == "json"))
        raise typer.Exit(told(paths, reading, settings, as_json=format == "json"))


def told(paths: Sequence[Path], reading: ReadOptions, settings: Settings, *, as_json: bool) -> int:
    """Read `paths` and write to stdout what a check of them would cost; the exit code. Raises what reading raises."""
    from factcheck import api  # NOTE: brings most of the house, so a mistyped setting is told first

    found = api.read(paths, reading)
    if not found.articles:
        say(f"nothing to check: no article in {', '.join(map(str, paths))}")
        return NOTHING
    if (folders := _folders(paths, found)) > 1:
        say(
            f"all of {paths[0]} is taken as one story, as by `factcheck check`; its {folders:,} folders as one each,"
            f" as by `factcheck batch`: factcheck estimate {paths[0]} --stories"
        )
    estimated = api.estimate(found, settings)
    return _written(estimated.model_dump_json(indent=2) if as_json else text(estimated, settings.model.model))


def _told_of_stories(
    root: Path, reading: ReadOptions, settings: Settings, group_by: GroupBy | None, *, as_json: bool
) -> int:
    """Write to stdout what a batch over `root` would cost; the exit code. Raises what reading raises."""
    from factcheck import api

    estimated = api.estimate_batch(root, settings, group_by, reading)
    if not estimated.stories:
        say(f"nothing to check: no article in {root}")
        return NOTHING
    return _written(
        estimated.model_dump_json(indent=2) if as_json else text_of_stories(estimated, settings.model.model)
    )


def _written(answer: str) -> int:
    sys.stdout.write(answer + "\n")
    sys.stdout.flush()
    return DONE


def _folders(paths: Sequence[Path], found: Input) -> int:
    """How many folders directly below the one path there are articles in."""
    from factcheck.batch.scanning import part_of

    if len(paths) != 1 or not paths[0].is_dir():
        return 0
    return len({part_of(article.path, paths[0]) for article in found.articles} - {""})


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
    lines += [*_table(estimate.stages), "", _money(estimate, model)]
    if estimate.claims_basis == "estimated":
        lines += [UNKNOWN]
    if estimate.sparing:
        lines += [f"Judging is at most this: {SPARED}"]
    return "\n".join([*lines, ALWAYS])


def text_of_stories(estimate: BatchEstimate, model: str) -> str:
    """The estimate of a batch for a person: all stories, what may come between them, and what nobody can tell."""
    from factcheck.reporting.words.catalogue import words_in

    w = words_in("en")
    about = "" if estimate.claims_basis == "counted" else "about "
    count = len(estimate.stories)
    stories = f"{count:,} {'story' if count == 1 else 'stories'} {GROUPED[estimate.group_by]}"
    files = f"{w('count.files', estimate.skipped)} skipped, {estimate.unreadable:,} could not be read"
    pairs = f"{estimate.candidates:,} {'pair' if estimate.candidates == 1 else 'pairs'}"
    lines = [
        f"{stories}; {w('count.articles', estimate.articles)}; {files}",
        f"{about}{w('count.claims', estimate.claims)}, {about}{pairs} within the stories worth judging",
        "",
        *_table(estimate.stages),
        "",
        f"within the stories: {_money(estimate, model)}",
    ]
    if (between := estimate.between) is not None:
        most = f"{between.pairs:,} {'pair' if between.pairs == 1 else 'pairs'} of claims"
        lines += [
            f"between the stories: no more than {_money(between, model)}, for at most {most};",
            "  mostly far fewer are much alike; how many, and what of it is paid, shows once the stories are through.",
        ]
    if estimate.claims_basis == "estimated":
        lines += [UNKNOWN]
    if estimate.sparing:
        lines += [f"In {estimate.sparing:,} of the stories judging is at most this: {SPARED}"]
    if estimate.group_by == "event" and estimate.between is not None:
        lines += ["Not in it: what is asked anew of stories that become one because their claims tell of the same."]
    return "\n".join([*lines, ALWAYS])


def _table(stages: Sequence[StageEstimate]) -> list[str]:
    head = f"{'stage':<14}{'to do':>9}{'paid':>8}{'requests':>10}{'tokens in':>12}{'tokens out':>12}{'US $':>9}"
    return [head, *(_row(stage) for stage in stages)]


def _row(stage: StageEstimate) -> str:
    mark = "" if stage.basis == "counted" else "~"
    cost = "?" if stage.cost_usd is None else f"{stage.cost_usd:.4f}"
    return (
        f"{stage.stage:<14}{mark + format(stage.units - stage.paid, ','):>9}{stage.paid:>8,}"
        f"{mark + format(stage.requests, ','):>10}{mark + format(stage.prompt_tokens, ','):>12}"
        f"{'~' + format(stage.completion_tokens, ','):>12}{cost:>9}"
    )


def _money(estimate: Estimate | BatchEstimate | BetweenEstimate, model: str) -> str:
    requests = f"{estimate.requests:,} request" + ("" if estimate.requests == 1 else "s")
    if not estimate.requests:
        return "nothing to pay: every answer is in the cache"
    if estimate.cost_usd is None:
        return f"{requests}; the price of {model} is not known, so tokens only"
    from factcheck.llm.forecast import at_most

    return f"{requests}, {at_most(estimate.cost_usd)} with {model}"
