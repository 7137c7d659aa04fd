"""How long grouping a folder by event takes and how much memory, by the number of articles; prints lines per size.

Run as `python -m tests.benchmarks.grouping [ARTICLES ...]` (default 1000 10000); each measurement is a process of its
own. First the articles of the newsstand, ten a story, whose words hardly any other story shares; then the same as a
batch reads them, with outlets and guessed languages, which chains most of them into one component; then articles made
of the claims of `tests.benchmarks.blocking`, five a story, whose words are as frequent as words are; last, one event
that all articles report. All days of publication lie within a month. Reading the openings (names and figures) is told
apart, for it is done once an article. Memory is the most that was resident while grouping, and before it.
"""

from __future__ import annotations

import datetime as dt
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from math import comb
from pathlib import Path

from factcheck.batch.grouping import grouped
from factcheck.batch.openings import Gathered, Opening, opening_of
from factcheck.ingestion.reading import read
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


def of_a_desk(count: int) -> Iterator[tuple[int, Article]]:
    """Story and article."""
    with tempfile.TemporaryDirectory() as folder:
        newsstand.write(Path(folder), count, flat=True)
        for path in sorted(Path(folder).iterdir()):
            yield int(path.name.partition("-")[0]), read([path]).articles[0]


def of_one_event(count: int) -> Iterator[tuple[int, Article]]:
    """Articles of twenty of the words of one event, and five of their own."""
    chance, event = random.Random(0), f"{newsstand.PLACES} {newsstand.KINDS} {newsstand.OUTLETS}".split()
    for _ in range(count):
        own = [f"word{chance.randrange(3000)}" for _ in range(5)]
        text = " ".join([*chance.sample(event, 20), *own])
        yield 0, article([text], published_at=dt.date(2026, 3, 1 + chance.randrange(28)))


KINDS = {"newsstand": of_the_newsstand, "desk": of_a_desk, "claims": of_claims, "event": of_one_event}


def read_openings(kind: str, count: int, kept: Path) -> None:
    """Write the openings of so many articles with their stories to `kept`, in order of their ids; print the time."""
    labelled, reading = list[tuple[Opening, int]](), 0.0
    for story, found in KINDS[kind](count):
        start = time.process_time()
        labelled.append((opening_of(found), story))
        reading += time.process_time() - start
    labelled.sort(key=lambda opened: opened[0].article_id)
    kept.write_text("".join(f"{story} {opening.model_dump_json()}\n" for opening, story in labelled), "utf-8")
    print(f"{count:>7,} articles, {kind}: reading {reading / count * 1e3:.1f} ms an article; ", end="", flush=True)


def group(kept: Path) -> None:
    """Group these and print time, memory and what became of the stories."""
    gathered, story = Gathered(), dict[str, int]()
    with kept.open(encoding="utf-8") as lines:
        for line in lines:
            number, _, text = line.partition(" ")
            opening = Opening.model_validate_json(text)
            gathered.add(opening)
            story[opening.article_id] = int(number)
    before = _most_resident()
    start, clock = time.process_time(), time.monotonic()
    groups = grouped(gathered)
    cpu, seconds, most = time.process_time() - start, time.monotonic() - clock, _most_resident()
    parts = [Counter(story[id_] for id_ in group.members) for group in groups]
    right = sum(comb(size, 2) for part in parts for size in part.values())
    together = sum(comb(part.total(), 2) for part in parts)
    related = sum(comb(size, 2) for size in Counter(story.values()).values())
    print(
        f"grouping {seconds:.1f} s, CPU {cpu:.1f} s, at most {most:,} MB, {before:,} MB before it;"
        f" precision {right / max(1, together):.3f}, recall {right / related:.3f}",
        flush=True,
    )


def _most_resident() -> int:
    """MB since this was last asked: Linux counts anew when it is told to."""
    status = Path("/proc/self/status").read_text()
    Path("/proc/self/clear_refs").write_text("5")
    most = re.search(r"VmHWM:\s+(\d+)", status)
    return int(most.group(1)) // 1024 if most else 0


def main() -> None:
    """Read and group in processes of their own, so that peaks do not mix."""
    if sys.argv[1:2] == ["read"]:
        read_openings(sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
        return
    if sys.argv[1:2] == ["group"]:
        group(Path(sys.argv[2]))
        return
    me = [sys.executable, "-m", "tests.benchmarks.grouping"]
    for count in [int(argument) for argument in sys.argv[1:]] or [1_000, 10_000]:
        for kind in KINDS:
            with tempfile.TemporaryDirectory() as folder:
                kept = str(Path(folder) / "openings.jsonl")
                subprocess.run([*me, "read", kind, str(count), kept], check=True)
                subprocess.run([*me, "group", kept], check=True)


if __name__ == "__main__":
    main()
