"""A flat folder in which one event is told in two groups of articles whose openings have little in common."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from factcheck.batch.planning import Story
from factcheck.batch.running import Running
from factcheck.index import BatchIndex, StoryRow
from factcheck.llm.base import ModelRequest
from factcheck.prompts import load
from factcheck.runs import read_report
from tests.batch.desk import Desk
from tests.support.newsroom import asked_rows

FACTS = (
    "12 people died in the Eastley blaze.",
    "The Eastley blaze sank 7 fishing boats.",
    "Eastley harbour stays closed for 9 days.",
)
"""What both groups tell, far behind their openings."""
WORDS = {
    "quay": "cranes sheds tugs warehouse foam hoses sirens embers smoke rafters",
    "families": "teacher choir pupils candles flowers chapel neighbours hymns smoke hoses",
    "vigil": "bishop incense psalm procession bells candles flowers veil altar organ",
    "tax": "levy cottages parliament coalition amendment ballot treasury revenue clause senate",
}
"""Of the openings; two that follow each other but the last one have two in common, so that they are nearly alike and no
more."""
THINGS = (
    "lamps",
    "chairs",
    "carts",
    "drums",
    "pails",
    "rugs",
    "pots",
    "keys",
    "hats",
    "boots",
    "globes",
    "clocks",
    "maps",
    "ferns",
)
"""That a fact each tells of."""
LONG = 170
"""Words of an opening and more."""


def teller(request: ModelRequest[Any]) -> Mapping[str, Any]:
    """A model that makes a claim of each sentence with a number, and knows a fact by its place and what it counts.

    Another number contradicts it.
    """
    if request.system == load("extract_claims").text:
        told = re.findall(r"^\[(\d+)\] (.*\d.*)$", request.user, re.MULTILINE)
        claims = [_claim(int(number), text) for number, text in told]
        groups = [{"sp": None, "or": None, "m": "asserted", "claims": claims}] if claims else []
        return {"passages": [], "outside": [], "groups": groups}
    if request.system == load("judge_pairs").text:
        lines = dict(re.findall(r"^(\d+) \|(.*)$", request.user, re.MULTILINE))
        rows = asked_rows(request.user)
        cells = [
            (row, " ".join(f"{n}{_relation(lines[str(row)], lines[str(n)])}" for n in asked)) for row, asked in rows
        ]
        return {"rows": [f"{row}: {found}" for row, found in cells]}
    said = dict(re.findall(r"^Claim (\d+) \|(.*)$", request.user, re.MULTILINE))
    pairs = re.findall(r"^(\d+): A = claim (\d+), B = claim (\d+)$", request.user, re.MULTILINE)
    same = {"r": "contradicts", "k": "number", "n": "direct", "why": "They differ."}
    return {
        "pairs": [
            {
                "p": int(p),
                "aw": _count(said[a]),
                "bw": _count(said[b]),
                "q": f"How many {_matter(said[a])[-1]}?",
                **same,
            }
            for p, a, b in pairs
        ]
    }


def _claim(number: int, text: str) -> dict[str, Any]:
    count = int(re.findall(r"\d+", text)[0])
    fields = {"of": "things", "v": count, "hi": None, "u": None, "c": "exactly"}
    return {"t": "quantity", "x": text, "s": [number], "k": True, "d": None, **fields}


def _relation(one: str, other: str) -> str:
    if _matter(one) != _matter(other):
        return "U"
    return "E" if _count(one) == _count(other) else "C.number.direct"


def _matter(text: str) -> tuple[str, ...]:
    return tuple(re.findall(rf"Eastley|Lesk|died|boats|days|lorries|{'|'.join(THINGS)}", text))


def _count(text: str) -> str:
    return str(re.findall(r"\d+", text)[0])


def put(desk: Desk, name: str, opening: str, *facts: str, day: str = "2026-03-02") -> Path:
    """Write an article that opens with the words of that name and tells these facts behind its opening."""
    words = WORDS[opening].split()
    start = " ".join(f"{words[n % len(words)]} {words[(n + 1 + n // 7) % len(words)]}" for n in range(LONG // 2))
    head = f"Title: {' '.join(words[:4]).capitalize()} {name}\nPublisher: {name.title()}\nDate: {day}"
    return desk.put(f"{name}.txt", f"{head}\n\n{start.capitalize()}. {' '.join(facts)}")


def moved(*numbers: int) -> list[str]:
    """A fact for each number, which nobody contests."""
    return [f"{number + 10} {THINGS[number]} were moved at Eastley." for number in numbers]


def parted(folder: Path, answer: Callable[[ModelRequest[Any]], Mapping[str, Any]] = teller) -> Desk:
    """Two groups of openings that tell of one blaze in two of three facts, and one story of something else."""
    desk = Desk(folder, answer)
    put(desk, "herald", "quay", FACTS[0], FACTS[1])
    put(desk, "gazette", "quay", FACTS[0])
    put(desk, "mercury", "families", FACTS[0], FACTS[1], FACTS[2])
    put(desk, "echo", "tax", "The Lesk road was closed to 40 lorries.")
    return desk


async def linked_and_killed(desk: Desk, patch: pytest.MonkeyPatch) -> None:
    """A pass that ends when it has found what is to be joined."""

    async def killed(_: Running, __: Sequence[Story]) -> None:
        raise asyncio.CancelledError

    with patch.context() as now:
        now.setattr(Running, "run_joined", killed)
        with pytest.raises(asyncio.CancelledError):
            await desk.run(across_stories=True)


def blaze(index: BatchIndex) -> StoryRow:
    """The row of the joined story."""
    (row,) = [row for row in index.stories if row.reason.facts]
    return row


def shape(desk: Desk, index: BatchIndex) -> list[object]:
    """What each story is and holds, whatever its key, its cost and its age."""
    told = []
    for row in index.stories:
        assert row.report is not None
        report = read_report(desk.out / row.report)
        members = sorted(Path(article.path).stem for article in report.articles)
        told.append((members, row.title, row.status, row.reason, row.facts, [line.title for line in row.disputes]))
    return sorted(told, key=str)
