"""What speaks for two parts being of one story: their chief facts, and what the reports and the index say of these.

A part is weighed as it is by itself, by what its own articles come to, whatever story it is in: so that it makes no
difference whether it was joined before or is looked at for the first time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from factcheck.batch import filing
from factcheck.batch.joining import Link, Shared, Weighed, linked, ordered
from factcheck.batch.planning import Part
from factcheck.findings import Fact, Report
from factcheck.index import AcrossFinding, StoryRow
from factcheck.models import Value, tagged_hash
from factcheck.stages.aggregation.report import facts_among

CHIEF = 8
"""Facts of a part that are compared with those of one that is nearly alike: those that most of its articles tell."""
FIRST = 4
"""Of them those that are compared first, for of many parts the bound lets not all be compared."""

Parts = Mapping[str, Sequence[Part]]
"""Those of each story, by its key."""
Place = tuple[str, int]
"""Key of a story and number of one of its parts."""


class Meeting(Value):
    """Two parts that are compared, and by how many chief facts of each."""

    places: tuple[Place, Place]
    facts: int
    claims: str
    """A hash of the claims that they had."""
    reports: str
    """Of what their stories' reports were."""


class Chief(Value):
    """What of a part is compared."""

    seen: str
    """A hash of the part and of which report it was read from."""
    claims: tuple[str, ...]
    """One for each chief fact."""
    all_claims: str
    """A hash of all that could have been."""


class Chosen(Value):
    """What is compared, and a hash of what it was chosen from."""

    inputs: str
    meetings: tuple[Meeting, ...]
    pairs: tuple[tuple[str, str], ...]
    """Of claims of different stories; those of one are in its report."""
    chief: tuple[Chief, ...] = ()
    """Of all parts that are nearly alike to another one, so that a report is read once."""


def nearly(stories: Parts, there: Collection[str]) -> list[tuple[Place, Place]]:
    """The parts that are nearly alike, each two once, the most alike first; of stories that are `there`."""
    home = {id_: (key, at) for key in there for at, part in enumerate(stories[key]) for id_ in part.articles}
    found = dict[tuple[Place, Place], float]()
    for key in there:
        for number, part in enumerate(stories[key]):
            for id_, alike in zip(part.near, part.alike, strict=True):
                other = home.get(id_)
                if other is not None and other != (key, number):
                    found[min((key, number), other), max((key, number), other)] = alike
    first = {place: min(stories[place[0]][place[1]].articles) for pair in found for place in pair}
    return sorted(found, key=lambda pair: (-found[pair], sorted(first[place] for place in pair)))


def chosen(inputs: str, near: Sequence[tuple[Place, Place]], chief: Mapping[Place, Chief], most: int) -> Chosen:
    """What is compared of parts that are nearly alike: the first facts of all that the bound lets in, then the rest.

    Parts of one story take their room too, so that what is compared does not depend on what was joined before.
    """
    left, depth = most, dict[tuple[Place, Place], int]()
    for facts, before in ((FIRST, 0), (CHIEF, FIRST)):
        for one, other in near:
            sizes = len(chief[one].claims), len(chief[other].claims)
            many = [min(sizes[0], number) * min(sizes[1], number) for number in (facts, before)]
            if depth.get((one, other), 0) == before and many[0] - many[1] <= left:
                left -= many[0] - many[1]
                depth[one, other] = facts
    pairs = {
        (min(pair), max(pair))
        for (one, other), facts in depth.items()
        if one[0] != other[0]
        for pair in product(chief[one].claims[:facts], chief[other].claims[:facts])
    }
    meetings = (
        Meeting(
            places=(one, other),
            facts=facts,
            claims=tagged_hash(sorted((chief[one].all_claims, chief[other].all_claims))),
            reports=tagged_hash([chief[one].seen, chief[other].seen]),
        )
        for (one, other), facts in sorted(depth.items())
    )
    return Chosen(
        inputs=inputs,
        meetings=tuple(meetings),
        pairs=tuple(sorted(pairs)),
        chief=tuple(chief[p] for p in sorted(chief)),
    )


def chief_of(
    places: Mapping[Place, str], stories: Parts, rows: Mapping[str, StoryRow], folder: Path
) -> dict[Place, Chief]:
    """What of these parts is compared; the places are in order. Raises InputError for a damaged report."""
    chief = dict[Place, Chief]()
    for place, part, report in _reports(places, stories, rows, folder):
        claims = [next(iter(told.values())) for told in chief_facts(report, part.articles).values()]
        own = sorted(id_ for id_, claim in report.claims().items() if claim.article_id in part.articles)
        chief[place] = Chief(seen=places[place], claims=tuple(claims), all_claims=tagged_hash(own))
    return chief


def _reports(
    places: Iterable[Place], stories: Parts, rows: Mapping[str, StoryRow], folder: Path
) -> Iterator[tuple[Place, Part, Report]]:
    """Each place with its part and the report of its story, one of which is held at a time."""
    report, read = None, ""
    for key, number in places:
        if report is None or read != key:
            report, read = filing.report_of(folder, rows[key]), key
        yield (key, number), stories[key][number], report


def chief_facts(report: Report, articles: Collection[str]) -> dict[str, dict[str, str]]:
    """Id of each chief fact of these articles -> their claims of it by article; the best told first.

    They are among those that another report would state or contest. The claim that stands for the fact comes first
    where it is one of them; of facts that equally many tell the report's first.
    """
    claims, found = report.claims(), list[tuple[str, dict[str, str]]]()
    for fact in _facts(report, articles):
        told = dict[str, str]()
        for claim in (claims[id_] for id_ in dict.fromkeys((fact.representative, *fact.claims))):
            if claim.core and not claim.ungrounded:
                told.setdefault(claim.article_id, claim.id)
        if told:
            found.append((fact.id, told))
    return dict(sorted(found, key=lambda fact: -len(fact[1]))[:CHIEF])


def _facts(report: Report, articles: Collection[str]) -> Sequence[Fact]:
    alone = {article.id for article in report.articles}.issubset(articles)
    return report.facts if alone else facts_among(report, articles)


@dataclass(frozen=True)
class _Related:
    """Two claims that are about the same."""

    claims: tuple[str, str]
    agreed: bool
    question: str | None
    """What they contradict each other about, where that is known."""


def evidence(
    findings: Iterable[AcrossFinding],
    meetings: Sequence[Meeting],
    stories: Parts,
    rows: Mapping[str, StoryRow],
    folder: Path,
) -> tuple[Link, ...]:
    """What speaks for the parts that were compared being of one story, by the findings and the reports."""
    beside = _Beside()
    places = sorted({place for meeting in meetings for place in meeting.places})
    within = {m.places[0][0] for m in meetings if m.places[0][0] == m.places[1][0]}
    related = [
        _Related(pair, found.relation == "supports", found.question) for found in findings for pair in found.pairs
    ]
    for (key, number), part, report in _reports(places, stories, rows, folder):
        beside.add((key, number), part, report)
        if key in within:
            within.remove(key)
            related += _inside(report)
    compared = {ordered(beside.number_of[place] for place in m.places): m.facts for m in meetings}
    found = linked(beside.parts, beside.shared(related), compared)
    ids: dict[frozenset[str], set[str]] = defaultdict(set)
    for finding in findings:
        ids[frozenset(side.story for side in finding.sides)].add(finding.id)
    return tuple(
        link.model_copy(update={"about": tuple(sorted(beside.names[a] | beside.names[b] | ids[stories_of]))})
        for (a, b), link in found.items()
        if (stories_of := frozenset((beside.parts[a].story, beside.parts[b].story)))
    )


def _inside(report: Report) -> Iterator[_Related]:
    """The claims of a story that are about the same."""
    for judgement in report.judgements:
        if judgement.certainty == "firm" and judgement.relation != "unrelated":
            conflict = judgement.conflict if judgement.relation == "contradicts" else None
            yield _Related(judgement.key, conflict is None, conflict.question if conflict else None)


class _Beside:
    """Parts that are put beside each other, by their numbers, and what their claims are about."""

    def __init__(self) -> None:
        self.number_of = dict[Place, int]()
        self.parts = list[Weighed]()
        self.names = list[set[str]]()
        """By which a decision may name what is compared of each part."""
        self._fact_of = dict[str, tuple[int, str]]()
        """Claim of a chief fact -> its part and that fact."""
        self._article_of = dict[str, str]()
        self._text_of = dict[tuple[int, str], str]()
        """What a part says of a fact."""

    def add(self, place: Place, part: Part, report: Report) -> None:
        """One more part, with the report of its story."""
        claims, facts = report.claims(), chief_facts(report, part.articles)
        own = {id_: fact.id for fact in _facts(report, part.articles) if fact.id in facts for id_ in fact.claims}
        number = self.number_of[place] = len(self.parts)
        self._text_of |= {(number, id_): claims[next(iter(told.values()))].text for id_, told in facts.items()}
        self._fact_of |= {id_: (number, fact) for id_, fact in own.items()}
        self._article_of |= {id_: claims[id_].article_id for id_ in own}
        self.names.append({*facts, *own, *(folded(claims[id_].text) for id_ in own)})
        days = [a.published_at for a in report.articles if a.id in part.articles and a.published_at]
        self.parts.append(
            Weighed(
                place[0],
                frozenset(part.articles),
                tuple(facts),
                min(days, default=None),
                max(days, default=None),
            )
        )

    def shared(self, related: Iterable[_Related]) -> list[Shared]:
        """The facts of two parts that these claims are about, each two once for what agrees and for what does not."""
        met: dict[tuple[tuple[int, str], tuple[int, str], bool], list[_Related]] = defaultdict(list)
        for each in related:
            if all(id_ in self._fact_of for id_ in each.claims):
                low, high = sorted(self._fact_of[id_] for id_ in each.claims)
                if low[0] != high[0]:
                    met[low, high, each.agreed].append(each)
        return [self._shared(low, high, agreed, found) for (low, high, agreed), found in sorted(met.items())]

    def _shared(self, low: tuple[int, str], high: tuple[int, str], agreed: bool, found: Sequence[_Related]) -> Shared:
        """One of them, in the words of the larger part, or as the question they are about."""
        claims = {id_ for each in found for id_ in each.claims}
        these, those = (
            frozenset(self._article_of[id_] for id_ in claims if self._fact_of[id_] == side) for side in (low, high)
        )
        larger = max(low, high, key=lambda side: (len(self.parts[side[0]].articles), -side[0]))
        asked = sorted((each.claims, each.question) for each in found if each.question)
        return Shared(
            parts=(low[0], high[0]),
            facts=(low[1], high[1]),
            articles=(these, those),
            text=self._text_of[larger] if agreed or not asked else asked[0][1],
            agreed=agreed,
        )


def folded(text: str) -> str:
    """A text as decisions are held against it."""
    return " ".join(text.casefold().split())
