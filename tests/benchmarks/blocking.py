"""How long the choice of pairs takes and how much memory, by the number of claims; prints one line per size.

Run as `python -m tests.benchmarks.blocking [CLAIMS ...]` (default 1000 10000 100000); each size runs in a process of
its own, on two threads, first as one story with its candidate pairs as values, then as many stories with the thin net
between them. The claims are synthetic but shaped like news: a story in thirty claims with its own names and
places, words that are as frequent as words are, figures, and dates; told in one language.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from factcheck.models import CLAIM, Article, Claim, Extraction
from factcheck.stages.blocking import Known, Plan, pair, prepare
from factcheck.stages.blocking.across import Net

CLAIMS_PER_ARTICLE = 15
CLAIMS_PER_STORY = 30
VOCABULARY = 40_000
_ONSETS = (*"bcdfglmnprstvz", "br", "cr", "dr", "fr", "gr", "pr", "st", "tr", "sp", "ch", "gl")
_VOWELS = ("a", "e", "i", "o", "u", "ai", "eo", "io")
_LITTLE = ("il", "la", "di", "che", "e", "un", "per", "con", "del", "nel", "dopo", "contro", "secondo", "ha", "è")


def _word(rng: random.Random, syllables: int) -> str:
    return "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) for _ in range(syllables))


def claims_of(count: int, seed: int = 1) -> list[Claim]:
    """`count` claims of some twenty words, in articles of fifteen."""
    rng = random.Random(seed)
    words = [_word(rng, rng.choice((2, 2, 3, 3, 4))) for _ in range(VOCABULARY)]
    weights = [1 / (rank + 10) for rank in range(VOCABULARY)]
    pool = rng.choices(words, weights, k=2_000_000)
    claims, at = list[Claim](), 0
    for number in range(count):
        if number % CLAIMS_PER_STORY == 0:
            names = [_word(rng, 3).title() + " " + _word(rng, 3).title() for _ in range(4)]
            places = [_word(rng, 3).title() for _ in range(2)]
            topic = rng.choices(words[200:], k=25)
            day = f"{rng.randint(1, 28)} marzo {rng.randint(2019, 2025)}"
        at = (at + 12) % (len(pool) - 12)
        said = [rng.choice(names), *rng.sample(topic, 4), *pool[at : at + 5], *rng.sample(_LITTLE, 5)]
        rng.shuffle(said)
        figure = f" {rng.randint(2, 900)}" if rng.random() < 0.35 else ""
        when = f" il {day}" if rng.random() < 0.4 else ""
        text = f"{' '.join(said)}{figure} a {rng.choice(places)}{when}."
        article = f"article{number // CLAIMS_PER_ARTICLE:07}"
        fields = {"type": "event", "id": f"claim{number:08}", "article_id": article, "text": text}
        claims.append(CLAIM.validate_python(fields | {"evidence": (), "passage": 1}))
    rng.shuffle(claims)
    return claims


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measure_story(count: int) -> None:
    """Block so many claims as one story and print time and memory, from claims to candidate pairs."""
    by_article: dict[str, list[Claim]] = {}
    for claim in claims_of(count):
        by_article.setdefault(claim.article_id, []).append(claim)
    articles = {id_: Article(id=id_, path=id_, text="", sentences=(), language="it") for id_ in by_article}
    extractions = [
        Extraction(article_id=id_, passages=(), claims=tuple(told), outside=(), uncovered=())
        for id_, told in by_article.items()
    ]
    with _told("one story", count) as say:
        prepared = prepare(extractions, articles, detail="full")
        found = pair(prepared, Plan(choice="nearest"), Known())
        say(f"{len(found.pairs) / count:.1f} candidates a claim; {found.rules}")


def write_stories(count: int, file: Path) -> None:
    """Write so many claims, a story after the other, a line each."""
    with file.open("w", encoding="utf-8") as lines:
        for claim in sorted(claims_of(count), key=lambda claim: claim.id):
            lines.write(claim.model_dump_json() + "\n")


def measure_stories(count: int, file: Path) -> None:
    """The net between stories over so many claims, which are read story by story, as a batch does."""
    with _told("between stories", count) as say, tempfile.TemporaryFile() as rows:
        net, stories = Net(rows), 0
        with file.open(encoding="utf-8") as lines:
            while told := [CLAIM.validate_json(line) for line in islice(lines, CLAIMS_PER_STORY)]:
                net.add(f"story{stories}", told, {claim.article_id: "it" for claim in told})
                stories += 1
        pairs = len(net.cast().pairs)
        say(f"{pairs:,} pairs of {stories:,} stories; {rows.seek(0, 2) / 1e6:,.0f} MB on the disk")


@contextmanager
def _told(name: str, count: int) -> Iterator[Callable[[str], None]]:
    words: list[str] = []
    before, start, cpu = _memory(), time.monotonic(), time.process_time()
    yield words.append
    seconds, cpu = time.monotonic() - start, time.process_time() - cpu
    print(
        f"{count:>9,} claims, {name}: {seconds:6.1f} s, CPU {cpu:.1f} s, {seconds / count * 1e3:.2f} ms a claim;"
        f" peak {_memory():,} MB, of which {before:,} MB the claims themselves,"
        f" {(_memory() - before) / count * 1024:.1f} kB a claim; {words[0]}",
        flush=True,
    )


def main() -> None:
    """One process per size, so that peaks do not mix."""
    if len(sys.argv) > 2 and sys.argv[1].startswith("--"):
        count = int(sys.argv[2])
        if sys.argv[1] == "--story":
            measure_story(count)
        elif sys.argv[1] == "--write":
            write_stories(count, Path(sys.argv[3]))
        else:
            measure_stories(count, Path(sys.argv[3]))
        return
    for count in [int(argument) for argument in sys.argv[1:]] or [1_000, 10_000, 100_000]:
        with tempfile.TemporaryDirectory() as folder:
            file = str(Path(folder) / "claims.jsonl")
            for work in (["--story"], ["--write", file], ["--stories", file]):
                command = [sys.executable, "-m", "tests.benchmarks.blocking", work[0], str(count), *work[1:]]
                subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
