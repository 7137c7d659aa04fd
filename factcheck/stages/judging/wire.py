"""What the model must answer when it judges pairs, and how the compact rows are read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Literal, get_args

from factcheck.llm.base import WireModel
from factcheck.models import ConflictKind, ConflictNature, Relation, Value

_CODES: dict[str, Relation] = {
    "E": "equivalent",
    ">": "a_entails_b",
    "<": "b_entails_a",
    "C": "contradicts",
    "U": "unrelated",
}
# NOTE: a code for a range, "8-20U", is not read, not even for its last number: every pair gets a code of its own
_CELL = re.compile(r"(?<![\w.–-])(\d+)\s*([E<>CU])(?:\.([a-z]+))?(?:\.([a-z]+))?(?![\w.])")


class WireJudgements(WireModel):
    """First pass: one string per row, such as `3: 7U 9E 14C.time.direct`."""

    rows: list[str]


class WireConfirmation(WireModel):
    """Second pass over one suspected contradiction, told from its sides A and B."""

    p: int
    r: Relation
    k: ConflictKind | None
    n: ConflictNature | None
    aw: str | None
    bw: str | None
    q: str | None
    why: str


class WireConfirmations(WireModel):
    """Second pass."""

    pairs: list[WireConfirmation]


class Cell(Value):
    """The code given to one pair of numbers: relation of the row's claim to the other."""

    row: int
    other: int
    relation: Relation
    kind: ConflictKind | None = None
    nature: ConflictNature | None = None


def read_rows(rows: Collection[str], asked: Collection[tuple[int, int]]) -> dict[tuple[int, int], Cell]:
    """The cells that answer a pair of numbers that was asked, by that pair; the cell's row is the pair's first.

    A pair answered from the other end counts, with its direction turned; a pair answered twice differently is left
    out, and pairs that were not asked are dropped.
    """
    found: dict[tuple[int, int], Cell | None] = {}
    for cell in (cell for row in rows for cell in _cells(row)):
        if (cell.row, cell.other) in asked:
            key, value = (cell.row, cell.other), cell
        elif (cell.other, cell.row) in asked:
            key, value = (cell.other, cell.row), turned(cell)
        else:
            continue
        found[key] = value if key not in found or found[key] == value else None
    return {key: cell for key, cell in found.items() if cell is not None}


def defects(rows: Collection[str], asked: Collection[tuple[int, int]]) -> Iterator[str]:
    """What rows lack, by kind, once per row or pair; none of it is guessed, and what is missing is asked again."""
    given: list[tuple[int, int]] = []
    for row in rows:
        cells = list(_cells(row))
        if not cells:
            yield "row_unreadable"
        given += [(cell.row, cell.other) for cell in cells]
    known = [pair if pair in asked else (pair[1], pair[0]) for pair in given]
    for pair, times in Counter(known).items():
        if pair not in asked:
            yield "pair_unknown"
        elif times > 1:
            yield "pair_twice"
    yield from ("pair_missing" for _ in set(asked) - set(known))


def _cells(row: str) -> Iterator[Cell]:
    head, colon, rest = row.partition(":")
    if not colon or not head.strip().isdecimal():
        return
    for other, code, kind, nature in _CELL.findall(rest):
        relation = _CODES[code]
        conflict = relation == "contradicts"
        yield Cell(
            row=int(head),
            other=int(other),
            relation=relation,
            kind=_known(kind, ConflictKind, "other") if conflict else None,
            nature=_known(nature, ConflictNature, "direct") if conflict else None,
        )


def _known(word: str, choices: object, otherwise: str) -> Literal["other"]:
    return word if word in get_args(choices) else otherwise  # type: ignore[return-value]


def turned(cell: Cell) -> Cell:
    """The same answer, told from the other claim of the pair."""
    mirrored: dict[Relation, Relation] = {"a_entails_b": "b_entails_a", "b_entails_a": "a_entails_b"}
    return cell.model_copy(
        update={
            "row": cell.other,
            "other": cell.row,
            "relation": mirrored.get(cell.relation, cell.relation),
        }
    )
