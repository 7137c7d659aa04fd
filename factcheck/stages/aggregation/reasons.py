"""Why claims of several outlets count as one origin, in a sentence that names few outlets and counts many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from factcheck.findings import OriginBasis
from factcheck.stages.aggregation.sources import Source

Way = tuple[set[str], str, str]
"""Outlets, and how they come to the origin: of one, of many."""
_NAMED = 3
"""Publishers that a reason names one by one; more are counted."""


def reason_for(name: str, basis: OriginBasis, members: Sequence[Source]) -> str:
    """Why the claims of `members` count as the one origin `name`."""
    publishers = {source.publisher for source in members}
    if basis == "shared_text":
        return f"{listed(publishers)} share their wording, so that they count as one"
    if basis == "own_report" and publishers == {name}:
        if all(source.unnamed for source in members):
            return f"{name} rests on sources it does not name"
        return f"{name} gives no source beyond itself"
    ways: tuple[Way, ...] = (
        (_publishers(members, name, "stated"), f"names {name} as its source", f"name {name} as their source"),
        (_publishers(members, name, "credit"), f"carries the credit of {name}", f"carry the credit of {name}"),
        *_quoting(name, members),
        (
            {s.publisher for s in members if draws_on(s, name)},
            f"draws on {name} elsewhere on its page",
            _DRAW.format(name),
        ),
        ({s.publisher for s in members if s.unnamed}, _UNNAMED.format("rests", "it does"), _UNNAMED_ALL),
        (publishers & {name}, "reports it itself", ""),
        (_publishers(members, name, "own_report"), f"belongs to {name}{_LIST}", f"belong to {name}{_LIST}"),
        ({s.publisher for s in members if s.basis == "own_report"}, "repeats the wording", "repeat the wording"),
        (publishers, "has it from the same source", "have it from the same source"),
    )
    parts, told = [], set[str]()
    for outlets, one, many in ways:
        if new := outlets - told:
            parts.append(f"{listed(new)} {one if len(new) == 1 else many}")
            told |= new
    voices = {_voice(name, source) for source in members if name in source.speakers} | {name}
    if len(voices) > 1:
        parts.append(f"{listed(voices, 'names')} count as one voice")
    return "; ".join(parts)


def _quoting(name: str, members: Sequence[Source]) -> list[Way]:
    """Who quotes whom, by the names that their own texts have for the voice `name`, the name itself first."""
    quoting: dict[str, set[str]] = defaultdict(set)
    for source in members:
        if source.speakers:
            quoting[_voice(name, source)].add(source.publisher)
    voices = sorted(quoting, key=lambda voice: (voice != name, voice))
    return [(quoting[voice], f"quotes {voice}", f"quote {voice}") for voice in voices]


def _voice(name: str, source: Source) -> str:
    """The voice `name` as this text calls it."""
    return name if name in source.heard else listed(source.heard, "names")


_DRAW = "draw on {} elsewhere on their pages"
_UNNAMED = "{} on sources {} not name, which may be the same"
_UNNAMED_ALL = _UNNAMED.format("rest", "they do")
_LIST = ", by your list of sources"


def draws_on(source: Source, name: str) -> bool:
    """Whether a publisher's own report stands in a text that names `name` as its source for something else."""
    return source.basis == "own_report" and name not in source.names and name in source.drawn_on


def listed(names: Iterable[str], plural: str = "outlets") -> str:
    """`A`, `A and B`, `A, B and C`, `4 outlets`."""
    ordered = sorted(names)
    if len(ordered) > _NAMED:
        return f"{len(ordered)} {plural}"
    return " and ".join([", ".join(ordered[:-1]), ordered[-1]] if len(ordered) > 1 else ordered)


def _publishers(members: Sequence[Source], name: str, basis: OriginBasis) -> set[str]:
    return {s.publisher for s in members if s.basis == basis and name in s.names and s.publisher != name}
