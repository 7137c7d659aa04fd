"""What the last line says of a batch that is incomplete: what is lacking, each by its own word, and what helps."""

from __future__ import annotations

import pytest

from factcheck.cli.batch_calls import completeness
from factcheck.cli.exits import DONE, INCOMPLETE
from factcheck.index import BatchIndex
from factcheck.models import RefusedFile
from tests.support.indexes import FAILED, index, row

LACKING = row("Fire", status="incomplete", failed_articles=1)
UNREAD = row("Flood", status="failed", report=None, unreadable=2)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (index(LACKING, row("b", status="incomplete", failed_pairs=1)), "2 stories incomplete; {which}; {again}"),
        (index(LACKING, FAILED), "1 story failed, 1 story incomplete; {which}; {again}"),
        (index(UNREAD, row("b", status="incomplete", unreadable=1)), "1 story failed, 1 story incomplete; {which}"),
        (index(row("b"), unreadable=(RefusedFile(path="x.pdf", reason="no PDF"),)), "1 file not read; {which}"),
        (index(LACKING, shards=(1, 2)), "1 story incomplete; {which}"),
    ],
)
def test_what_failed_and_what_is_incomplete_are_told_apart(
    found: BatchIndex, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The flag that asks again is named where the model was asked in vain, and not where a file cannot be read or where
    shards were merged, which have flags of their own."""
    assert completeness(found, quiet=False) == INCOMPLETE
    told = words.format(which="the index says which", again="--retry-failed asks again")
    assert capsys.readouterr().err == f"incomplete: {told}\n"


def test_a_batch_that_lacks_nothing_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    """And no word is said about it."""
    assert completeness(index(row("a")), quiet=False) == DONE
    assert capsys.readouterr().err == ""
