"""The options that commands share, each defined once, and the groups in which they go together."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:  # for the types only: --help imports nothing heavy
    from factcheck.settings import Settings


def _path(text: str) -> Path:
    """A path; an empty one, as an unset variable in a script gives, is refused: it would mean the current folder."""
    if not text:
        raise typer.BadParameter("the path is empty.")
    return Path(text)


def existing(text: str) -> Path:
    """A path that must exist."""
    path = _path(text)
    if not path.exists():
        raise typer.BadParameter(f"Path {text!r} does not exist.")
    return path


# NOTE: these repeat Literals of factcheck.settings, which would import pydantic for every --help;
# tests/cli/test_commands.py holds the two together.
Mode = Literal["auto", "json_schema", "tools", "json"]
Detail = Literal["core", "full"]
EngineName = Literal["local", "ray"]
Pairing = Literal["auto", "all", "nearest"]
Color = Literal["auto", "always", "never"]
Lang = Literal["en", "it"]

Paths = Annotated[
    list[Path],
    typer.Argument(metavar="PATH", parser=existing, show_default=False, help="Articles, or folders of them."),
]
Model = Annotated[
    str | None,
    typer.Option("--model", "-m", help="Model, such as gpt-5.4-mini or ollama/qwen3.", show_default=False),
]
ConfirmModel = Annotated[
    str | None, typer.Option("--confirm-model", help="Model that confirms contradictions; --model when not given.")
]
BaseUrl = Annotated[
    str | None, typer.Option("--base-url", metavar="URL", help="OpenAI-compatible endpoint (or OPENAI_BASE_URL).")
]
Timeout = Annotated[float | None, typer.Option("--timeout", metavar="SECONDS", help="For one HTTP attempt.")]
Deadline = Annotated[
    float | None, typer.Option("--deadline", metavar="SECONDS", help="For one call with all its attempts and waits.")
]
Concurrency = Annotated[
    int | None,
    typer.Option("--concurrency", metavar="N", help="Most requests in flight; fewer if it must slow down."),
]
Rpm = Annotated[int | None, typer.Option("--rpm", metavar="N", help="Most requests a minute.")]
Tpm = Annotated[int | None, typer.Option("--tpm", metavar="N", help="Most tokens a minute, in and out together.")]
ModeOption = Annotated[Mode | None, typer.Option("--mode", help="How structured output is asked for.")]
DetailOption = Annotated[Detail | None, typer.Option("--detail", help="Which claims are paired and judged.")]
PairingOption = Annotated[
    Pairing | None,
    typer.Option("--pairing", help="Judge all pairs of claims, or the nearest ones; auto: all of small stories."),
]
NoInference = Annotated[bool, typer.Option("--no-inference", help="Ask about every pair; infer no label from others.")]
Audit = Annotated[
    int | None, typer.Option("--audit", metavar="N", help="Ask about N of the inferred labels, drawn at random.")
]
Votes = Annotated[
    int | None, typer.Option("--votes", metavar="N", help="Second readings of each contradiction, an odd number.")
]
EngineOption = Annotated[
    EngineName | None, typer.Option("--engine", help="Where the work is done: here, or by workers on a Ray cluster.")
]
RayAddress = Annotated[
    str | None,
    typer.Option(
        "--ray-address", metavar="HOST:PORT", help="Of the cluster; auto, or local for one of this run's own."
    ),
]
RayWorkers = Annotated[
    int | None, typer.Option("--ray-workers", metavar="N", help="Processes; as many as processors when not given.")
]
MaxCalls = Annotated[int | None, typer.Option("--max-calls", metavar="N", help="Stop before one request more.")]
MaxCost = Annotated[float | None, typer.Option("--max-cost", metavar="USD", help="Stop before it would cost more.")]
Output = Annotated[
    list[Path] | None,
    typer.Option(
        "--output", "-o", metavar="FILE", parser=_path, help="Write to FILE, format by extension; repeatable."
    ),
]
AnnotatedView = Annotated[
    bool,
    typer.Option(
        "--annotated", help="Show each article with its claims marked: text on a terminal, markdown when piped."
    ),
]
ColorOption = Annotated[Color, typer.Option("--color", help="auto obeys NO_COLOR and the terminal.")]
ReportFormat = Literal["table", "markdown", "json", "jsonl", "csv", "html", "junit", "github", "claimreview"]
Table = Literal["claims", "pairs", "disputes"]
ReportFormatOption = Annotated[
    ReportFormat | None, typer.Option("--format", "-f", help="On stdout; table on a terminal, markdown when piped.")
]
IndexFormat = Annotated[
    Literal["table", "json", "html"], typer.Option("--format", "-f", help="Of the index on stdout.")
]
TableOption = Annotated[
    Table | None,
    typer.Option("--table", help="What a csv holds whose file's name does not end in one of these."),
]
Excel = Annotated[bool, typer.Option("--excel", help="Begin csv with the mark by which Excel knows UTF-8.")]
FailOn = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-on",
        metavar="RULE",
        help="Exit with 1 when it holds; repeatable. dispute, direct, possible, failures; against an earlier run"
        " new-dispute, new-fact, moved-verdict, any.",
    ),
]
FailOnIndex = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-on",
        metavar="RULE",
        help="Exit with 1 when it holds for any story; repeatable. dispute, direct, possible, failures, across (a"
        " conflict between stories); against the last complete run new-dispute, new-across.",
    ),
]
Baseline = Annotated[
    Path | None,
    typer.Option("--baseline", metavar="RUN", parser=existing, help="The earlier run that --fail-on compares with."),
]
Review = Annotated[
    Path | None,
    typer.Option("--review", metavar="FILE", parser=existing, help="Decisions to honour, as the HTML page saves them."),
]
Reviews = Annotated[
    list[Path] | None,
    typer.Option(
        "--review",
        metavar="FILE",
        parser=existing,
        help="Decisions to honour, as the HTML pages of the stories save them; repeatable.",
    ),
]
LangOption = Annotated[
    Lang | None, typer.Option("--lang", help="Of the report's own words; en when not set. Quotes stay as they are.")
]
Sources = Annotated[
    Path | None,
    typer.Option(
        "--sources",
        metavar="FILE",
        parser=existing,
        help="CSV of outlets: name, aliases, owner. One owner is one origin. Else sources.csv beside the articles.",
    ),
]
Cassette = Annotated[
    Path | None,
    typer.Option(
        "--cassette",
        metavar="FILE",
        parser=_path,
        help="Record model traffic to a new FILE; replay an existing one.",
    ),
]
CassetteNote = Annotated[
    str | None,
    typer.Option("--cassette-note", metavar="TEXT", help="What a new recording says of where its answers come from."),
]
CacheDir = Annotated[
    Path | None, typer.Option("--cache-dir", metavar="DIR", parser=_path, help="Where paid answers are kept.")
]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Neither read nor keep answers.")]
RunDir = Annotated[
    Path | None,
    typer.Option("--run-dir", metavar="DIR", parser=_path, help="Where run folders go; runs/ when not given."),
]
NoRun = Annotated[bool, typer.Option("--no-run", help="Keep no run folder.")]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--columns",
        metavar="FIELD=COLUMN",
        help="Where your tables and JSON keep text, title, publisher, date, url, author, language; repeatable.",
    ),
]
Encoding = Annotated[
    str | None,
    typer.Option("--encoding", metavar="NAME", help="Of all text files, such as cp1252; found out when not given."),
]
PlanOnly = Annotated[
    bool, typer.Option("--plan", help="Only tell what it would ask and cost, as `factcheck estimate` does.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no notes, only errors.")]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Tell of each request and failure, and where an internal error was.")
]


@dataclass(frozen=True)
class Asking:
    """Which model is asked, how, and about what."""

    model: Model = None
    confirm_model: ConfirmModel = None
    base_url: BaseUrl = None
    timeout: Timeout = None
    deadline: Deadline = None
    concurrency: Concurrency = None
    rpm: Rpm = None
    tpm: Tpm = None
    mode: ModeOption = None
    detail: DetailOption = None
    pairing: PairingOption = None
    votes: Votes = None
    no_inference: NoInference = False
    audit: Audit = None


@dataclass(frozen=True)
class Shown:
    """In which forms a report goes where, what of it changes the exit code, and what people decided about it."""

    format: ReportFormatOption = None
    output: Output = None
    table: TableOption = None
    excel: Excel = False
    fail_on: FailOn = None
    baseline: Baseline = None
    review: Review = None


@dataclass(frozen=True)
class Inputs:
    """How the files are read, and which outlets are one."""

    columns: Columns = None
    encoding: Encoding = None
    sources: Sources = None


@dataclass(frozen=True)
class Cache:
    """Where paid answers are kept, or that they are not."""

    cache_dir: CacheDir = None
    no_cache: NoCache = False


@dataclass(frozen=True)
class Workers:
    """Where the work is done."""

    engine: EngineOption = None
    ray_address: RayAddress = None
    ray_workers: RayWorkers = None


@dataclass(frozen=True)
class Budget:
    """At what a run stops."""

    max_calls: MaxCalls = None
    max_cost: MaxCost = None


@dataclass(frozen=True)
class Voice:
    """In which colours and language the program speaks, and how much it says."""

    color: ColorOption = "auto"
    lang: LangOption = None
    quiet: Quiet = False
    verbose: Verbose = False


def settings_of(flags: Mapping[str, object]) -> Settings:
    """The settings of a run whose command was given `flags`, by their names, one by one or in groups.

    Flags that are no settings are passed over; `--no-cache` is the setting `cache`, off. Raises SettingsError.
    """
    from factcheck.settings import KNOBS, load_settings

    single = {name: value for name, value in flags.items() if not is_dataclass(value)}
    for group in filter(is_dataclass, flags.values()):
        single |= vars(group)
    off = {name: False for name in KNOBS if single.get(f"no_{name}")}
    given = {name: value for name, value in single.items() if name in KNOBS}
    return load_settings(given | off, Path.cwd(), os.environ)
