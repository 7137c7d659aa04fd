"""Facts against origins: who states a fact, who states what contradicts it, and who is silent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from factcheck.findings import Fact, Report
from factcheck.reporting.html.addresses import anchor

ROWS = 40
COLUMNS = 14
Stand = Literal["states", "contradicts", "silent", "both"]


@dataclass(frozen=True)
class MatrixRow:
    """One fact."""

    fact: Fact
    anchor: str
    cells: tuple[Stand, ...]
    """One for each origin of the matrix."""


@dataclass(frozen=True)
class Matrix:
    """The facts that more than one origin speaks to, by the origins that speak to most of them."""

    origins: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    origins_left_out: int
    rows_left_out: int


def matrix(report: Report) -> Matrix:
    """Facts in the report's order; one that a single origin speaks to would be a row with one mark, and is left out."""
    against = _against(report)
    spoken: list[tuple[Fact, set[str], set[str]]] = []
    for fact in report.facts:
        states = {origin.name for origin in fact.origins}
        contradicts = against.get(fact.id, set())
        if len(states | contradicts) > 1:
            spoken.append((fact, states, contradicts))
    order = {origin.name: place for place, origin in enumerate(report.origins)}
    weight: dict[str, int] = {}
    for _, states, contradicts in spoken[:ROWS]:
        for name in states | contradicts:
            weight[name] = weight.get(name, 0) + 1
    names = sorted(weight, key=lambda name: (-weight[name], order.get(name, len(order)), name))
    shown = tuple(names[:COLUMNS])
    rows = tuple(
        MatrixRow(fact, anchor("fact", fact.id), tuple(_stand(name, states, contradicts) for name in shown))
        for fact, states, contradicts in spoken[:ROWS]
    )
    return Matrix(shown, rows, max(0, len(names) - COLUMNS), max(0, len(spoken) - ROWS))


def _stand(name: str, states: set[str], contradicts: set[str]) -> Stand:
    if name in states:
        return "both" if name in contradicts else "states"
    return "contradicts" if name in contradicts else "silent"


def _against(report: Report) -> dict[str, set[str]]:
    """Fact id -> names of the origins on the other sides of the direct points that its claims take part in."""
    facts = {id_: fact.id for fact in report.facts for id_ in fact.claims}
    found: dict[str, set[str]] = {}
    for dispute in report.disputes:
        for point in dispute.points:
            if point.nature != "direct":
                continue
            for index, side in enumerate(point.sides):
                others = {o.name for n, other in enumerate(point.sides) if n != index for o in other.origins}
                for fact_id in {facts[id_] for id_ in side.claims if id_ in facts}:
                    found.setdefault(fact_id, set()).update(others)
    return found
