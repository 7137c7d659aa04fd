"""`factcheck compare`: two texts, files or claims, and whether they contradict each other."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from factcheck.cli import options
from factcheck.cli.exits import DONE, INCOMPLETE, reported, say
from factcheck.cli.interrupts import interruptible
from factcheck.cli.signatures import grouped

if TYPE_CHECKING:  # for the types only: --help imports nothing heavy
    from factcheck.findings import Report
    from factcheck.models import Claim, Judgement

Side = Annotated[str, typer.Argument(show_default=False, help="A file, or words in quotes.")]
FormatOption = Annotated[
    Literal["text", "json"], typer.Option("--format", "-f", help="text for people; json is a report as of check.")
]


@grouped
def compare(
    *,
    a: Side,
    b: Side,
    model: options.Model = None,
    confirm_model: options.ConfirmModel = None,
    base_url: options.BaseUrl = None,
    timeout: options.Timeout = None,
    mode: options.ModeOption = None,
    votes: options.Votes = None,
    format: FormatOption = "text",  # noqa: A002 -- the flag's name
    cassette: options.Cassette = None,
    cache: options.Cache,
    budget: options.Budget,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Compare two texts, files or claims: do they contradict each other, and in which words?

    \b
      factcheck compare "12 people died in the fire." "The fire killed 16."
      factcheck compare morning.txt evening.html

    One sentence is taken as a claim as it stands; longer words and files are extracted first. Nobody is ruled right.
    """
    flags = locals()
    with reported(debug=verbose):
        settings = options.settings_of(flags)
        with interruptible(settings) as stop:
            from factcheck import api  # NOTE: brings most of the house, so a mistyped setting is told first
            from factcheck.cli.progress import open_progress

            api.preflight(settings)
            given = api.read_sides(a, b)
            with open_progress(sys.stderr, quiet=quiet) as progress:
                report = api.check(given, settings, progress, stop=stop)
            sys.stdout.write(
                (report.model_dump_json(indent=2) if format == "json" else text(report, given.articles[0].id)) + "\n"
            )
            sys.stdout.flush()
            for failure in report.failures:
                say(f"not checked: {failure.stage} of {failure.subject}: {failure.message}")
            raise typer.Exit(INCOMPLETE if report.failures else DONE)


def text(report: Report, first: str) -> str:
    """The answer for a person: one line that answers, then each pair of claims that bear on each other.

    `first` is the id of the article that is A.
    """
    claims = report.claims()
    across = [j for j in report.judgements if len({claims[j.left].article_id, claims[j.right].article_id}) == 2]
    against = [j for j in across if j.relation == "contradicts" and j.certainty == "firm"]
    doubtful = [j for j in across if j.relation == "contradicts" and j.certainty == "possible"]
    agreeing = [j for j in across if j.label == "supports"]
    lines = [_answer(len(against), len(doubtful), len(agreeing), len(across), bool(report.failures))]
    for judgement in (*against, *doubtful, *agreeing):
        lines += ["", *_pair(judgement, claims, first)]
    return "\n".join(lines)


def _answer(against: int, doubtful: int, agreeing: int, across: int, failed: bool) -> str:
    said = "A and B contradict each other" if against else "A and B may contradict each other" if doubtful else None
    if said is None:
        said = "A and B agree" if agreeing else "A and B do not bear on each other"
    if failed:
        said += ", as far as it could be checked"
    if across <= 1:
        return said
    parts = ((against, "contradict"), (doubtful, "may contradict"), (agreeing, "agree"))
    counts = ", ".join(f"{number} {word}" for number, word in parts if number)
    return f"{said} ({counts or 'none related'}, of {across:,} pairs of claims)"


def _pair(judgement: Judgement, claims: dict[str, Claim], first: str) -> list[str]:
    from factcheck.reporting.untrusted import clean

    conflict = judgement.conflict
    sides = [
        (judgement.left, conflict.left_words if conflict else None),
        (judgement.right, conflict.right_words if conflict else None),
    ]
    sides.sort(key=lambda side: claims[side[0]].article_id != first)
    kind = f", {conflict.kind}" if conflict else ""
    nature = f", {conflict.nature}" if conflict and conflict.nature != "direct" else ""
    doubt = "follows from other pairs" if judgement.how == "inferred" else "two readings disagreed"
    certainty = f" (possible: {doubt})" if judgement.certainty == "possible" else ""
    lines = [f"{_relation(judgement, claims, first)}{kind}{nature}{certainty}"]
    for letter, (id_, words) in zip("AB", sides, strict=True):
        lines.append(f"  {letter}  {clean(claims[id_].text)}" + (f"  [{clean(words)}]" if words else ""))
    if conflict and conflict.reason:
        lines.append(f"  why, in the model's words: {clean(conflict.reason)}")
    return lines


def _relation(judgement: Judgement, claims: dict[str, Claim], first: str) -> str:
    if judgement.relation in ("contradicts", "unrelated"):
        return judgement.relation
    if judgement.relation == "equivalent":
        return "both say the same"
    more = judgement.left if judgement.relation == "a_entails_b" else judgement.right
    return f"{'A' if claims[more].article_id == first else 'B'} says the same and more"
