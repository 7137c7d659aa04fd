"""How long grouping a folder by event takes and how much memory, by the number of articles; prints two lines per size.

Run as `python -m tests.benchmarks.grouping [ARTICLES ...]` (default 1000 10000); each measurement is a process of its
own. First the articles of the newsstand, ten a story, whose words hardly any other story shares; then articles made of
the claims of `tests.benchmarks.blocking`, five a story, whose words are as frequent as words are. All days of
publication lie within a month. Reading the openings (names and figures) is told apart, for it is done once an article.
"""

from __future__ import annotations

import datetime as dt
import random
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from math import comb

from factcheck.batch.grouping import group_by_event
from factcheck.batch.openings import opening_of
from factcheck.models import Article
from tests.benchmarks.blocking import CLAIMS_PER_STORY, claims_of
from tests.support import newsstand
from tests.support.scripted import article

CLAIMS = 6
"""Of an article that is made of claims."""


def of_the_newsstand(count: int) -> Iterator[tuple[int, Article]]:
    """Story and article."""
    for index in range(count):
        story, number = divmod(index, 10)
        body = newsstand.article(story, number).partition("\n\n")[2].split(". ")
        yield story, article(body, published_at=dt.date(2026, 3, 1 + story % 28))


def of_claims(count: int) -> Iterator[tuple[int, Article]]:
    """Story and article."""
    told = sorted(claims_of(count * CLAIMS), key=lambda claim: claim.id)
    for index in range(count):
        story = index * CLAIMS // CLAIMS_PER_STORY
        day = dt.date(2026, 3, 1 + random.Random(story).randrange(28))
        texts = [claim.text for claim in told[index * CLAIMS : (index + 1) * CLAIMS]]
        yield story, article(texts, language="it", published_at=day)


KINDS = {"newsstand": of_the_newsstand, "claims": of_claims}


def measure(kind: str, count: int) -> None:
    """Group so many articles and print time, memory and what became of the stories."""
    labelled = list(KINDS[kind](count))
    start = time.process_time()
    openings = [opening_of(found) for _, found in labelled]
    read, before = time.process_time() - start, _memory()
    start, clock = time.process_time(), time.monotonic()
    groups = group_by_event(openings)
    cpu, seconds = time.process_time() - start, time.monotonic() - clock
    story = {found.id: number for number, found in labelled}
    right = sum(story[a] == story[b] for group in groups for a, b in combinations(group.members, 2))
    together = sum(comb(len(group.members), 2) for group in groups)
    related = sum(comb(size, 2) for size in Counter(story.values()).values())
    print(
        f"{count:>7,} articles, {kind}: reading {read / count * 1e3:.1f} ms an article; grouping {seconds:.1f} s,"
        f" CPU {cpu:.1f} s, peak {_memory():,} MB, of which {before:,} MB the articles themselves;"
        f" precision {right / max(1, together):.3f}, recall {right / related:.3f}",
        flush=True,
    )


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """One process per measurement, so that peaks do not mix."""
    if sys.argv[1:2] and sys.argv[1] in KINDS:
        measure(sys.argv[1], int(sys.argv[2]))
        return
    for count in [int(argument) for argument in sys.argv[1:]] or [1_000, 10_000]:
        for kind in KINDS:
            subprocess.run([sys.executable, "-m", "tests.benchmarks.grouping", kind, str(count)], check=True)


if __name__ == "__main__":
    main()
