"""How many independent origins stand behind claims that say the same, and why some count as one."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from factcheck.claim_types.text import normalised
from factcheck.findings import Origin, OriginBasis
from factcheck.stages.aggregation.facts import components
from factcheck.stages.aggregation.reasons import reason_of, ways_to
from factcheck.stages.aggregation.shared_text import sharing
from factcheck.stages.aggregation.sources import Source

UNNAMED = "unnamed sources"
"""What an origin goes by whose speakers the outlets describe in different words."""
_RANK: tuple[OriginBasis, ...] = ("stated", "credit", "speaker", "shared_text", "own_report")


def origins_of(claims: Iterable[str], sources: Mapping[str, Source]) -> tuple[Origin, ...]:
    """The independent origins of claims that say the same thing, those with most publishers first.

    Two claims have one origin when any of these holds; in doubt we count one, because a copy counted as a second
    origin is a false confirmation:

    - their effective origins have the same name (see `sources`);
    - the same named speaker says it;
    - both rest on speakers whom they do not name, who may be the same;
    - one is its publisher's own report, and its passage or headline elsewhere names the origin that the other claim has
      or draws on;
    - one is its publisher's own report, and its passage or its evidence shares its text with that of the other.
    """
    given = [sources[id_] for id_ in sorted(set(claims))]
    copies = _copies(given)
    named, drawing = _drawn(given, {id_ for pair in copies for id_ in pair})
    nodes = {name for names in named.values() for name in names}
    by_voice, by_text = _voice_links(given, named), _text_links(given, named, copies)
    shown = by_voice | by_text
    found = []
    for cluster in components(sorted(nodes), sorted(shown | _unnamed_links(given, named))):
        members = [source for source in given if not set(cluster).isdisjoint(named[source.claim])]
        inside = {link for link in shown if set(link) <= set(cluster)}
        if len(components(cluster, sorted(inside))) > 1:
            found.append(_in_doubt(cluster, members, drawing))
        else:
            found.append(_origin(cluster, members, inside & by_voice, drawing))
    return tuple(sorted(found, key=lambda origin: (-len(origin.publishers), origin.name)))


def all_origins(per_fact: Iterable[Sequence[Origin]], sources: Mapping[str, Source]) -> tuple[Origin, ...]:
    """The origins of a story: those of its facts under their names, those with most publishers first."""
    by_name: dict[str, list[Origin]] = defaultdict(list)
    for origins in per_fact:
        for origin in origins:
            by_name[origin.name].append(origin)
    merged = []
    for name, same in by_name.items():
        basis = min((origin.basis for origin in same), key=_RANK.index)
        members = [sources[id_] for id_ in sorted({claim for origin in same for claim in origin.claims})]
        merged.append(_described(name, basis, members))
    return tuple(sorted(merged, key=lambda origin: (-len(origin.publishers), origin.name)))


def _drawn(given: Sequence[Source], copied: set[str]) -> tuple[dict[str, tuple[str, ...]], set[str]]:
    """Claim id -> its origins, own reports moved to the origin they draw on where another claim has it too; and the
    claims so moved. A report that could be moved to several goes to the most common one, so that it joins no two.
    A report that shares its text with another claim's is a copy of that, and is not moved elsewhere."""
    users = {(name, source.publisher) for source in given for name in {*source.names, *source.drawn_on}}
    weight = Counter(name for name, _ in users)
    had = {name for source in given for name in source.names}
    named: dict[str, tuple[str, ...]] = {}
    drawing = set()
    for source in given:
        shared = [name for name in source.drawn_on if name not in source.names and (name in had or weight[name] > 1)]
        if source.basis == "own_report" and shared and source.claim not in copied:
            named[source.claim] = (min(shared, key=lambda name: (-weight[name], name)),)
            drawing.add(source.claim)
        else:
            named[source.claim] = source.names
    return named, drawing


def _voice_links(given: Sequence[Source], named: Mapping[str, tuple[str, ...]]) -> set[tuple[str, str]]:
    """Origins that quote the same named speaker; of one joint statement, all its speakers."""
    heard: dict[str, set[str]] = defaultdict(set)
    for source in given:
        for speaker in source.speakers:
            heard[speaker].update(named[source.claim])
    links = {(first, other) for names in heard.values() for first, *others in [sorted(names)] for other in others}
    for source in given:
        if source.basis == "speaker":
            links |= {(source.names[0], other) for other in source.names[1:]}
    return links


def _unnamed_links(given: Sequence[Source], named: Mapping[str, tuple[str, ...]]) -> set[tuple[str, str]]:
    """Origins of claims whose speakers nobody names: nothing shows that these are different people."""
    names = sorted({name for source in given if source.unnamed for name in named[source.claim]})
    return {(names[0], other) for other in names[1:]}


def _copies(given: Sequence[Source]) -> set[tuple[str, str]]:
    """The pairs of claims whose passages or evidence share their text."""
    pairs = set(sharing({source.claim: source.shingles for source in given}))
    by_passage: dict[str, list[str]] = defaultdict(list)
    for source in given:
        by_passage[source.passage_text].append(source.claim)
    for alike in by_passage.values():
        pairs.update(combinations(alike, 2))
    return pairs


def _text_links(
    given: Sequence[Source], named: Mapping[str, tuple[str, ...]], copies: set[tuple[str, str]]
) -> set[tuple[str, str]]:
    """Origins joined because an own report repeats the other's text; two different named origins never are."""
    own = {source.claim for source in given if source.basis == "own_report"}
    return {
        (min(named[left]), min(named[right]))
        for left, right in copies
        if named[left] != named[right] and (left in own or right in own)
    }


def _origin(
    cluster: Sequence[str], members: Sequence[Source], by_voice: set[tuple[str, str]], drawing: set[str]
) -> Origin:
    bases = {name: _basis_of(name, members, drawing) for name in cluster}
    name = min(cluster, key=lambda n: (_RANK.index(bases[n]), _first_published(n, members), n))
    basis = bases[name]
    voices = Counter(speaker for source in members for speaker in source.speakers)
    if by_voice and voices:
        name, basis = min(voices, key=lambda n: (-voices[n], n)), "speaker"
    elif len(cluster) > 1 and basis == "own_report":
        basis = "shared_text"
    return _described(name, basis, members)


def _in_doubt(cluster: Sequence[str], members: Sequence[Source], drawing: set[str]) -> Origin:
    """The origin of claims that only their unnamed speakers join: by the one origin they disclose, if there is one,
    else in the words for these speakers where all agree."""
    bases = {name: _basis_of(name, members, drawing) for name in cluster}
    disclosed = [name for name in cluster if bases[name] != "own_report"]
    if len(disclosed) == 1:
        return _described(disclosed[0], bases[disclosed[0]], members)
    words = sorted({normalised(source.unnamed): source.unnamed for source in members if source.unnamed}.values())
    return _described(words[0] if len(words) == 1 else UNNAMED, "speaker", members)


def _described(name: str, basis: OriginBasis, members: Sequence[Source]) -> Origin:
    ways = ways_to(name, basis, members)
    return Origin(
        name=name,
        basis=basis,
        reason=reason_of(ways),
        ways=ways,
        publishers=tuple(sorted({source.publisher for source in members})),
        claims=tuple(source.claim for source in members),
    )


def _basis_of(name: str, members: Sequence[Source], drawing: set[str]) -> OriginBasis:
    bases = [source.basis for source in members if name in source.names]
    if any(source.claim in drawing and name in source.drawn_on for source in members):
        bases.append("stated")
    return min(bases, key=_RANK.index)


def _first_published(name: str, members: Sequence[Source]) -> dt.date:
    dates = (source.published for source in members if name in source.names)
    return min((date for date in dates if date is not None), default=dt.date.max)
