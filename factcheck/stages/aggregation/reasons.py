"""Why claims of several outlets count as one origin, in a sentence that names few outlets and counts many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from factcheck.findings import OriginBasis, OriginHow, OriginWay
from factcheck.stages.aggregation.sources import Source

_NAMED = 3
"""Publishers that a reason names one by one; more are counted."""
_LIST = ", by your list of sources"
_TOLD: dict[OriginHow, tuple[str, str]] = {
    "share_wording": (
        "shares its wording",
        "share their wording, so that they count as one",
    ),
    "no_source": ("gives no source beyond itself", "give no source beyond themselves"),
    "unnamed_alone": ("rests on sources it does not name", "rest on sources they do not name"),
    "names": ("names {whom} as its source", "name {whom} as their source"),
    "credit": ("carries the credit of {whom}", "carry the credit of {whom}"),
    "quotes": ("quotes {whom}", "quote {whom}"),
    "draws_on": ("draws on {whom} elsewhere on its page", "draw on {whom} elsewhere on their pages"),
    "unnamed": (
        "rests on sources it does not name, which may be the same",
        "rest on sources they do not name, which may be the same",
    ),
    "itself": ("reports it itself", "report it themselves"),
    "list": (f"belongs to {{whom}}{_LIST}", f"belong to {{whom}}{_LIST}"),
    "repeats": ("repeats the wording", "repeat the wording"),
    "same_source": ("has it from the same source", "have it from the same source"),
    "one_voice": ("counts as one voice", "count as one voice"),
}
"""Of one outlet, of several."""


def ways_to(name: str, basis: OriginBasis, members: Sequence[Source]) -> tuple[OriginWay, ...]:
    """Why the claims of `members` count as the one origin `name`, as data; each outlet is told once."""
    publishers = {source.publisher for source in members}
    if basis == "shared_text":
        return (_way("share_wording", publishers),)
    if basis == "own_report" and publishers == {name}:
        return (_way("unnamed_alone" if all(source.unnamed for source in members) else "no_source", publishers),)
    found: tuple[tuple[OriginHow, set[str], str | None], ...] = (
        ("names", _publishers(members, name, "stated"), name),
        ("credit", _publishers(members, name, "credit"), name),
        *_quoting(name, members),
        ("draws_on", {s.publisher for s in members if draws_on(s, name)}, name),
        ("unnamed", {s.publisher for s in members if s.unnamed}, None),
        ("itself", publishers & {name}, None),
        ("list", _publishers(members, name, "own_report"), name),
        ("repeats", {s.publisher for s in members if s.basis == "own_report"}, None),
        ("same_source", publishers, None),
    )
    ways, told = [], set[str]()
    for how, outlets, whom in found:
        if new := outlets - told:
            ways.append(_way(how, new, whom))
            told |= new
    voices = {_voice(name, source) for source in members if name in source.speakers} | {name}
    if len(voices) > 1:
        ways.append(_way("one_voice", voices))
    return tuple(ways)


def reason_of(ways: Sequence[OriginWay]) -> str:
    """The reason in English; `factcheck/reporting/sentences.py` says the same in the reader's language."""
    parts = []
    for way in ways:
        who = listed(way.names, "names" if way.how == "one_voice" else "outlets")
        parts.append(f"{who} {_TOLD[way.how][len(way.names) > 1].format(whom=way.whom)}")
    return "; ".join(parts)


def _way(how: OriginHow, names: Iterable[str], whom: str | None = None) -> OriginWay:
    return OriginWay(how=how, names=tuple(sorted(names)), whom=whom)


def _quoting(name: str, members: Sequence[Source]) -> list[tuple[OriginHow, set[str], str | None]]:
    """Who quotes whom, by the names that their own texts have for the voice `name`, the name itself first."""
    quoting: dict[str, set[str]] = defaultdict(set)
    for source in members:
        if source.speakers:
            quoting[_voice(name, source)].add(source.publisher)
    voices = sorted(quoting, key=lambda voice: (voice != name, voice))
    return [("quotes", quoting[voice], voice) for voice in voices]


def _voice(name: str, source: Source) -> str:
    """The voice `name` as this text calls it."""
    return name if name in source.heard else listed(source.heard, "names")


def draws_on(source: Source, name: str) -> bool:
    """Whether a publisher's own report stands in a text that names `name` as its source for something else."""
    return source.basis == "own_report" and name not in source.names and name in source.drawn_on


def listed(names: Iterable[str], plural: str = "outlets") -> str:
    """`A`, `A and B`, `A, B and C`, `4 outlets`."""
    ordered = sorted(names)
    if len(ordered) > _NAMED:
        return f"{len(ordered):,} {plural}"
    return " and ".join([", ".join(ordered[:-1]), ordered[-1]] if len(ordered) > 1 else ordered)


def _publishers(members: Sequence[Source], name: str, basis: OriginBasis) -> set[str]:
    return {s.publisher for s in members if s.basis == basis and name in s.names and s.publisher != name}
