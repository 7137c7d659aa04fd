"""The links that make stories one by their claims: what is compared for them, found, and remembered from run to run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import product
from pathlib import Path

from pydantic import ValidationError

from factcheck.batch import filing
from factcheck.batch.joining import FACTS, Link, Shared, Weighed, holding, linked, parameters
from factcheck.batch.planning import Part, Story
from factcheck.batch.spool import Spool
from factcheck.findings import Report
from factcheck.index import AcrossFinding, StoryRow
from factcheck.ingestion.cleaning import printable
from factcheck.models import Decision, Value, tagged_hash
from factcheck.pipeline.aside import aside

CHIEF = 8
"""Facts of a part that are compared with those of one that is nearly alike: those that most of its articles tell."""
FIRST = 4
"""Of them those that are compared first, for of many parts the bound lets not all be compared."""
SHARE, FEWEST = 0.25, 1_000
"""Pairs of claims that are compared to join stories, for each pair within one and at least, so that what joining costs
stays a part of what checking does. What a folder of a hundred articles asks for is about half of the latter."""
_LINKS, _PAIRS = "links", "pairs for links"

Parts = Mapping[str, Sequence[Part]]
"""Those of each story, by its key."""
Place = tuple[str, int]
"""Key of a story and number of one of its parts."""


class _Kept(Value):
    """The links, and a hash of what they were found with."""

    made_with: str
    links: tuple[Link, ...]


class _Meeting(Value):
    """Two parts that are compared, and by how many chief facts of each."""

    places: tuple[Place, Place]
    facts: int


class _Chosen(Value):
    """What is compared, and a hash of what it was chosen from."""

    inputs: str
    meetings: tuple[_Meeting, ...]
    pairs: tuple[tuple[str, str], ...]
    """Of claims."""


class Links:
    """The links of one batch.

    `made_with` is what the answers behind them depend on beside the articles and the decisions of people.
    """

    def __init__(self, folder: Path, spool: Spool, made_with: str, decisions: Sequence[Decision] = ()) -> None:
        self._folder = folder
        self._spool = spool
        self._made_with = tagged_hash([made_with, parameters(), CHIEF, FIRST])
        self._decisions = decisions
        self._meetings: tuple[_Meeting, ...] = ()

    def known(self) -> tuple[Link, ...]:
        """Those remembered that still count: not those found with something else, or of which people decided otherwise.

        What they were about is then compared anew.
        """
        try:
            kept = _Kept.model_validate_json(self._spool.fact(_LINKS))
        except ValidationError:
            return ()
        there = kept.links if kept.made_with == self._made_with else ()
        return tuple(link for link in there if link.decided == about(link.about, self._decisions))

    async def wanted(
        self, stories: Parts, rows: Mapping[str, StoryRow], stopping: Callable[[], bool]
    ) -> tuple[tuple[str, str], ...]:
        """The pairs of claims by which it is known whether stories that are nearly alike are one.

        Raises InputError for a damaged report, and Interrupted when the run is to end while reports are read.
        """
        told = (row for row in rows.values() if row.status in ("done", "incomplete"))
        there = {row.key for row in told if row.report and filing.has_report(self._folder, row.report)}
        near = _nearly(stories, there & stories.keys())
        places = sorted({place for pair in near for place in pair})
        seen = [
            (key, number, stories[key][number].articles, rows[key].report, str(rows[key].checked_at))
            for key, number in places
        ]
        most = max(FEWEST, int(SHARE * sum(row.pairs for row in rows.values())))
        inputs = tagged_hash([CHIEF, FIRST, near, seen, most])
        try:
            kept = _Chosen.model_validate_json(self._spool.fact(_PAIRS))
        except ValidationError:
            kept = None
        if kept is None or kept.inputs != inputs:
            chief = await aside(lambda: _chief_claims(places, stories, rows, self._folder), stopping)
            kept = _chosen(inputs, near, chief, most)
            self._spool.state(_PAIRS, kept.model_dump_json())
        self._meetings = kept.meetings
        return kept.pairs

    def find(self, findings: Sequence[AcrossFinding], stories: Parts, rows: Mapping[str, StoryRow]) -> bool:
        """Whether the findings between these stories say anything that was not known of them; it is then remembered.

        Only of parts that were compared because `wanted` asked for it. What is known of two parts as they are stays, if
        nothing stronger is found, so that it comes to an end. Raises InputError for a damaged report.
        """
        met = Counter(frozenset(side.story for side in found.sides) for found in findings)
        telling = [m for m in self._meetings if met[frozenset(key for key, _ in m.places)] >= FACTS]
        links = evidence(findings, telling, stories, rows, self._folder) if telling else ()
        groups = [part.articles for parts in stories.values() for part in parts]
        known, held = self.known(), {_parts(link.whole): link for link in self.known()}
        found = [
            link.model_copy(update={"decided": about(link.about, self._decisions)})
            for link in links
            if _parts(link.whole) not in held or held[_parts(link.whole)].strength < link.strength
        ]
        compared = {_parts(stories[key][number].articles for key, number in m.places) for m in self._meetings}
        anew = {_parts(link.whole) for link in found}
        anew |= {
            _parts(link.whole)
            for (left, right), link in holding(groups, known).items()
            if (now := _parts((groups[left], groups[right]))) in compared and now != _parts(link.whole)
        }
        if not anew:
            return False
        there = {id_ for group in groups for id_ in group}
        standing = [
            link
            for link in known
            if _parts(link.whole) not in anew and there.issuperset(id_ for side in link.sides for id_ in side)
        ]
        kept = tuple(sorted((*standing, *found), key=lambda link: (link.sides, link.whole)))
        self._spool.state(_LINKS, _Kept(made_with=self._made_with, links=kept).model_dump_json())
        return True


def _parts(articles: Iterable[Iterable[str]]) -> frozenset[frozenset[str]]:
    return frozenset(map(frozenset, articles))


def about(names: Collection[str], decisions: Iterable[Decision]) -> str:
    """A hash of the decisions on a pair, a dispute or a fact that these ids and folded texts name; of none, nothing."""
    known = frozenset(names)
    met = [decision.model_dump_json() for decision in decisions if known and _names(decision, known)]
    return tagged_hash(met) if met else ""


def _names(decision: Decision, known: Collection[str]) -> bool:
    """Whether the decision is about what goes by these names: both claims of a pair, or anything of what is larger."""
    texts = [folded(text) for told in (decision.left_text, decision.right_text) if told for text in told.split(" / ")]
    if decision.target == "pair":
        return any(len(pair) == 2 and all(id_ in known for id_ in pair) for pair in (decision.id.split("|"), texts))
    return decision.id in known or any(text in known for text in texts)


def folded(text: str) -> str:
    """A text as decisions are held against it."""
    return " ".join(text.casefold().split())


def _nearly(stories: Parts, there: Collection[str]) -> list[tuple[Place, Place]]:
    """The parts of different stories that are nearly alike, each two once, the most alike first."""
    home = {id_: (key, at) for key in there for at, part in enumerate(stories[key]) for id_ in part.articles}
    found = dict[tuple[Place, Place], float]()
    for key in there:
        for number, part in enumerate(stories[key]):
            for id_, alike in zip(part.near, part.alike, strict=True):
                other = home.get(id_)
                if other is not None and other[0] != key:
                    found[min((key, number), other), max((key, number), other)] = alike
    return sorted(found, key=lambda pair: (-found[pair], pair))


def _chosen(
    inputs: str, near: Sequence[tuple[Place, Place]], chief: Mapping[Place, Sequence[str]], most: int
) -> _Chosen:
    """What is compared of parts that are nearly alike: the first facts of all that the bound lets in, then the rest."""
    left, depth = most, dict[tuple[Place, Place], int]()
    for facts, before in ((FIRST, 0), (CHIEF, FIRST)):
        for one, other in near:
            many = [min(len(chief[one]), number) * min(len(chief[other]), number) for number in (facts, before)]
            if depth.get((one, other), 0) == before and many[0] - many[1] <= left:
                left -= many[0] - many[1]
                depth[one, other] = facts
    pairs = (
        sorted(pair)
        for (one, other), facts in depth.items()
        for pair in product(chief[one][:facts], chief[other][:facts])
    )
    return _Chosen(
        inputs=inputs,
        meetings=tuple(_Meeting(places=pair, facts=facts) for pair, facts in sorted(depth.items())),
        pairs=tuple(sorted((left_id, right_id) for left_id, right_id in pairs)),
    )


def _chief_claims(
    places: Iterable[Place], stories: Parts, rows: Mapping[str, StoryRow], folder: Path
) -> dict[Place, list[str]]:
    """A claim for each chief fact of these parts; the places in order, so that one report is held at a time."""
    chief, report, read = dict[Place, list[str]](), None, ""
    for key, number in places:
        if report is None or read != key:
            report, read = filing.report_of(folder, rows[key]), key
        facts = chief_facts(report, stories[key][number].articles)
        chief[key, number] = [next(iter(told.values())) for told in facts.values()]
    return chief


def chief_facts(report: Report, articles: Collection[str]) -> dict[str, dict[str, str]]:
    """Id of each chief fact of these articles -> their claims of it by article; the best told first.

    They are among those that another report would state or contest. The claim that stands for the fact comes first
    where it is one of them; of facts that equally many tell the report's first.
    """
    claims = report.claims()
    found = list[tuple[str, dict[str, str]]]()
    for fact in report.facts:
        own = [claims[id_] for id_ in dict.fromkeys((fact.representative, *fact.claims)) if id_ in claims]
        told = dict[str, str]()
        for claim in own:
            if claim.core and not claim.ungrounded and claim.article_id in articles:
                told.setdefault(claim.article_id, claim.id)
        if told:
            found.append((fact.id, told))
    return dict(sorted(found, key=lambda fact: -len(fact[1]))[:CHIEF])


def evidence(
    findings: Iterable[AcrossFinding],
    meetings: Sequence[_Meeting],
    stories: Parts,
    rows: Mapping[str, StoryRow],
    folder: Path,
) -> tuple[Link, ...]:
    """What speaks for the parts that were compared being of one story, by the findings and the reports."""
    number_of, parts = dict[Place, int](), list[Weighed]()
    part_of, article_of, names = dict[str, int](), dict[str, str](), list[set[str]]()
    report, read = None, ""
    for key, number in sorted({place for meeting in meetings for place in meeting.places}):
        if report is None or read != key:
            report, read = filing.report_of(folder, rows[key]), key
        claims, part = report.claims(), stories[key][number]
        own = [claim for claim in claims.values() if claim.article_id in part.articles]
        facts = chief_facts(report, part.articles)
        chief = {id_ for fact in report.facts if fact.id in facts for id_ in fact.claims}
        number_of[key, number] = len(parts)
        part_of |= dict.fromkeys(part.articles, len(parts))
        article_of |= {claim.id: claim.article_id for claim in own}
        texts = {folded(claim.text) for claim in own if claim.id in chief}
        names.append({*facts, *texts, *(claim.id for claim in own if claim.id in chief)})
        parts.append(_weighed(key, part, report, tuple(facts)))
    compared = {
        (min(pair), max(pair)): meeting.facts
        for meeting in meetings
        if (pair := [number_of[place] for place in meeting.places])
    }
    shared = [each for found in findings for each in _shared(found, parts, part_of, article_of)]
    found = linked(parts, shared, compared)
    ids: dict[frozenset[str], set[str]] = defaultdict(set)
    for finding in findings:
        ids[frozenset(side.story for side in finding.sides)].add(finding.id)
    return tuple(
        link.model_copy(
            update={"about": tuple(sorted(names[a] | names[b] | ids[frozenset((parts[a].story, parts[b].story))]))}
        )
        for (a, b), link in found.items()
    )


def _weighed(key: str, part: Part, report: Report, chief: tuple[str, ...]) -> Weighed:
    days = [article.published_at for article in report.articles if article.id in part.articles and article.published_at]
    return Weighed(key, frozenset(part.articles), chief, min(days, default=None), max(days, default=None))


def _shared(
    found: AcrossFinding, parts: Sequence[Weighed], part_of: Mapping[str, int], article_of: Mapping[str, str]
) -> list[Shared]:
    """The finding, once for each two parts whose claims are behind it, in the words of the larger one."""
    who: dict[tuple[int, int], tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for pair in found.pairs:
        if all(id_ in article_of for id_ in pair):
            (low, left), (high, right) = sorted((part_of[article_of[id_]], article_of[id_]) for id_ in pair)
            who[low, high][0].add(left)
            who[low, high][1].add(right)
    side_of = {side.story: side for side in found.sides}
    agreed = found.relation == "supports"
    shared = []
    for (low, high), (these, those) in who.items():
        larger = max(low, high, key=lambda number: (len(parts[number].articles), -number))
        shared.append(
            Shared(
                parts=(low, high),
                facts=(side_of[parts[low].story].fact, side_of[parts[high].story].fact),
                articles=(frozenset(these), frozenset(those)),
                text=(None if agreed else found.question) or side_of[parts[larger].story].text,
                agreed=agreed,
            )
        )
    return shared


def told(story: Story) -> str:
    """What is told of a story that claims made of several."""
    facts = "; ".join(f"“{fact}”" for fact in story.reason.facts)
    return printable(
        f"joined {len(story.parts)} groups of articles into “{story.title}”, which tell of the same: {facts}"
    )
