"""A small, consistent reader of death tolls: the model that pipeline and fault tests talk to.

It tells events apart by the places that their first sentences name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from factcheck.prompts import load
from factcheck.stages.judging.lines import from_ranges


def newsroom(system: str, user: str) -> Mapping[str, Any]:
    """One claim per article, the number in its first sentence; different numbers of one event contradict."""
    if system == load("extract_claims").text:
        return _extraction(user)
    return _judgements(user) if system == load("judge_pairs").text else _confirmations(user)


def _extraction(user: str) -> Mapping[str, Any]:
    (sentence,) = re.findall(r"^\[1\] (.*)$", user, re.MULTILINE)
    count = int(re.findall(r"\d+", sentence)[0])
    quantity = {"t": "quantity", "x": sentence, "s": [1], "k": True, "d": None}
    fields = {"of": "deaths", "v": count, "hi": None, "u": None, "c": "exactly"}
    group = {"sp": None, "or": None, "m": "asserted", "claims": [quantity | fields]}
    return {"passages": [], "outside": [], "groups": [group]}


def _judgements(user: str) -> Mapping[str, Any]:
    lines = dict(re.findall(r"^(\d+) \|(.*1[26].*)$", user, re.MULTILINE))
    cells = {
        row: [f"{n}{_relation(lines[str(row)], lines[str(n)])}" for n in others] for row, others in asked_rows(user)
    }
    return {"rows": [f"{row}: {' '.join(found)}" for row, found in cells.items()]}


def _relation(one: str, other: str) -> str:
    """The judge's code: unrelated when both name places and no common one."""
    places, tolls = zip(*((_places(line), re.findall(r"1[26]", line)[0]) for line in (one, other)), strict=True)
    if all(places) and not places[0] & places[1]:
        return "U"
    return "E" if tolls[0] == tolls[1] else "C.number.direct"


def _places(line: str) -> frozenset[str]:
    """Of the English patterns that the desks of these tests are written in."""
    return frozenset(re.findall(r"\b(?:in the|In|The) ([A-Z][\w-]+)", line))


def asked_rows(user: str) -> list[tuple[int, tuple[int, ...]]]:
    """The rows of pairs that a first-pass request names, ranges written out."""
    rows = re.findall(r"^(\d+): ([\d -]+)$", user.split("Pairs:\n")[1], re.MULTILINE)
    return [(int(row), from_ranges(others)) for row, others in rows]


def _confirmations(user: str) -> Mapping[str, Any]:
    counts = dict(re.findall(r"^Claim (\d+) \|.*?(1[26])", user, re.MULTILINE))
    pairs = re.findall(r"^(\d+): A = claim (\d+), B = claim (\d+)$", user, re.MULTILINE)
    same = {"r": "contradicts", "k": "number", "n": "direct", "q": "How many?", "why": "They differ."}
    return {"pairs": [{"p": int(p), "aw": counts[a], "bw": counts[b], **same} for p, a, b in pairs]}
