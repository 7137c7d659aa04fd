"""What is said on stderr while a run works."""

from __future__ import annotations

import io
import re

from factcheck.cli.progress import PlainProgress, open_progress
from factcheck.findings import Usage
from tests.cli.screens import Clock, Terminal


def test_plain_lines_come_at_most_every_ten_seconds_and_at_the_end() -> None:
    """A log gets the beginning, a line after ten seconds with the time left, and the end."""
    stream, clock = io.StringIO(), Clock()
    progress = PlainProgress(stream, clock)
    progress.stage("judging", 100, 20)
    for _ in range(80):
        clock.now += 0.5
        progress.advance("judging")
    assert stream.getvalue().splitlines() == [
        "judging: 100 to do, 20 of them from the cache",
        "judging: 40/100, about 30 s left",
        "judging: 60/100, about 20 s left",
        "judging: 80/100, about 10 s left",
        "judging: 100/100",
    ]


def test_batches_give_a_time_only_after_the_second_arrival() -> None:
    """The first batch of a hundred says nothing about the pace; the second gives it for all units so far."""
    stream, clock = io.StringIO(), Clock()
    progress = PlainProgress(stream, clock)
    progress.stage("judging", 1000, 200)
    for units in (100, 100, 600):
        clock.now += 60
        progress.advance("judging", units)
    assert stream.getvalue().splitlines()[1:] == [
        "judging: 300/1,000",
        "judging: 400/1,000, about 6 min 0 s left",
        "judging: 1,000/1,000",
    ]


def test_plain_lines_show_the_spend() -> None:
    """A line tells requests and money, or requests and tokens where no price is known, and nothing of nothing."""
    stream = io.StringIO()
    progress = PlainProgress(stream)
    progress.stage("extraction", 1, 0)
    for usage in (
        Usage(requests=1, cost_usd=0.01234),
        Usage(requests=1200, prompt_tokens=9000, completion_tokens=1000),
        Usage(),
    ):
        progress.spent(usage)
        progress.advance("extraction")
    assert stream.getvalue().splitlines()[1:] == [
        "extraction: 1/1, 1 request, $0.0123",
        "extraction: 2/1, 1,200 requests, 10,000 tokens",
        "extraction: 3/1",
    ]


def test_notes_are_cleaned() -> None:
    """A note that quotes something hostile cannot drive the terminal."""
    stream = io.StringIO()
    PlainProgress(stream).note("a \x1b[2Jwarning\x07")
    assert stream.getvalue() == "a warning\n"


def test_quiet_says_nothing() -> None:
    """With -q not a byte goes to stderr."""
    stream = Terminal()
    with open_progress(stream, quiet=True) as progress:
        progress.note("note")
        progress.stage("extraction", 2, 1)
        progress.spent(Usage(requests=3))
        progress.advance("extraction", 2)
    assert stream.getvalue() == ""


def test_bars_on_a_terminal() -> None:
    """A terminal sees stage, counts and cache hits, and notes as they are, markup included."""
    stream = Terminal()
    with open_progress(stream, quiet=False) as progress:
        progress.note("note [bold]as it is[/bold]")
        progress.stage("extraction", 2, 1)
        progress.spent(Usage(requests=3, cost_usd=1.5))
        progress.advance("extraction")
    text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", stream.getvalue())
    assert "note [bold]as it is[/bold]" in text
    assert "extraction" in text
    assert "2/2" in text
    assert "3 requests, $1.50" in text
    assert "1 of them from the cache" in text
