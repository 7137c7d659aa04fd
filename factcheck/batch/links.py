"""The links that make stories one by their claims: what is compared for them, found, and remembered from run to run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import product
from pathlib import Path

from pydantic import ValidationError

from factcheck.batch import filing
from factcheck.batch.joining import FACTS, Link, Shared, Weighed, linked, parameters
from factcheck.batch.planning import Part, Story
from factcheck.batch.spool import Spool
from factcheck.findings import Report
from factcheck.index import AcrossFinding, StoryRow
from factcheck.ingestion.cleaning import printable
from factcheck.models import Value, tagged_hash
from factcheck.pipeline.aside import aside

CHIEF = 8
"""Facts of a part that are compared with those of one that is nearly alike: those that most of its articles tell."""
_LINKS, _PAIRS = "links", "pairs for links"

Parts = Mapping[str, Sequence[Part]]
"""Those of each story, by its key."""
Place = tuple[str, int]
"""Key of a story and number of one of its parts."""


class _Kept(Value):
    """The links, and a hash of what they were found with."""

    made_with: str
    links: tuple[Link, ...]


class _Chosen(Value):
    """The pairs of claims to be compared, and a hash of what they were chosen from."""

    inputs: str
    pairs: tuple[tuple[str, str], ...]


class Links:
    """The links of one batch. `made_with` is what the answers behind them depend on beside the articles."""

    def __init__(self, folder: Path, spool: Spool, made_with: str) -> None:
        self._folder = folder
        self._spool = spool
        self._made_with = tagged_hash([made_with, parameters(), CHIEF])

    def known(self) -> tuple[Link, ...]:
        """Those remembered; none when they were found with something else, for then all is compared anew."""
        try:
            kept = _Kept.model_validate_json(self._spool.fact(_LINKS))
        except ValidationError:
            return ()
        return kept.links if kept.made_with == self._made_with else ()

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
        inputs = tagged_hash([CHIEF, near, seen])
        try:
            kept = _Chosen.model_validate_json(self._spool.fact(_PAIRS))
        except ValidationError:
            kept = None
        if kept is None or kept.inputs != inputs:
            chief = await aside(lambda: _chief_claims(places, stories, rows, self._folder), stopping)
            pairs = (sorted(pair) for one, other in near for pair in product(chief[one], chief[other]))
            kept = _Chosen(inputs=inputs, pairs=tuple(sorted((left, right) for left, right in pairs)))
            self._spool.state(_PAIRS, kept.model_dump_json())
        return kept.pairs

    def find(self, findings: Sequence[AcrossFinding], stories: Parts, rows: Mapping[str, StoryRow]) -> bool:
        """Whether the findings between these stories make any of them one; the links are then remembered.

        Raises InputError for a damaged report.
        """
        met = Counter(frozenset(side.story for side in found.sides) for found in findings)
        near = {key for pair, facts in met.items() if facts >= FACTS for key in pair}
        found = linked(*evidence(findings, near, stories, rows, self._folder)) if near else ()
        if not found:
            return False
        there = {id_ for parts in stories.values() for part in parts for id_ in part.articles}
        standing = [link for link in self.known() if there.issuperset(id_ for side in link.sides for id_ in side)]
        links = tuple(sorted({*standing, *found}, key=lambda link: (link.sides, link.facts)))
        self._spool.state(_LINKS, _Kept(made_with=self._made_with, links=links).model_dump_json())
        return True


def _nearly(stories: Parts, there: Collection[str]) -> list[tuple[Place, Place]]:
    """The parts of different stories that are nearly alike, each two once and in order."""
    home = {id_: (key, at) for key in there for at, part in enumerate(stories[key]) for id_ in part.articles}
    found = set[tuple[Place, Place]]()
    for key in there:
        for number, part in enumerate(stories[key]):
            for other in (home[id_] for id_ in part.near if id_ in home):
                if other[0] != key:
                    found.add((min((key, number), other), max((key, number), other)))
    return sorted(found)


def _chief_claims(
    places: Iterable[Place], stories: Parts, rows: Mapping[str, StoryRow], folder: Path
) -> dict[Place, list[str]]:
    """A claim for each chief fact of these parts; the places in order, so that one report is held at a time."""
    chief, report, read = dict[Place, list[str]](), None, ""
    for key, number in places:
        if report is None or read != key:
            report, read = filing.report_of(folder, rows[key]), key
        facts = _facts(report, stories[key][number].articles)
        ranked = sorted(facts, key=lambda told: -len(told))  # of equal ones the report's first
        chief[key, number] = [next(iter(told.values())) for told in ranked[:CHIEF]]
    return chief


def _facts(report: Report, articles: Collection[str]) -> list[dict[str, str]]:
    """Of each fact that another report would state or contest, and any of these articles does, its claim by article.

    That which stands for the fact comes first, where it is one of them.
    """
    claims = report.claims()
    found = []
    for fact in report.facts:
        own = [claims[id_] for id_ in dict.fromkeys((fact.representative, *fact.claims)) if id_ in claims]
        told = dict[str, str]()
        for claim in own:
            if claim.core and not claim.ungrounded and claim.article_id in articles:
                told.setdefault(claim.article_id, claim.id)
        if told:
            found.append(told)
    return found


def evidence(
    findings: Iterable[AcrossFinding],
    near: Collection[str],
    stories: Parts,
    rows: Mapping[str, StoryRow],
    folder: Path,
) -> tuple[list[Weighed], list[Shared]]:
    """The parts of the stories whose keys are `near`, and the facts that two of them share, by their reports."""
    parts, part_of, article_of = list[Weighed](), dict[str, int](), dict[str, str]()
    for key in sorted(near):
        report = filing.report_of(folder, rows[key])
        article_of |= {id_: claim.article_id for id_, claim in report.claims().items()}
        for part in stories[key]:
            part_of |= dict.fromkeys(part.articles, len(parts))
            parts.append(_weighed(key, part, report))
    wanted = [found for found in findings if all(side.story in near for side in found.sides)]
    return parts, [each for found in wanted for each in _shared(found, parts, part_of, article_of)]


def _weighed(key: str, part: Part, report: Report) -> Weighed:
    days = [article.published_at for article in report.articles if article.id in part.articles and article.published_at]
    facts = min(CHIEF, len(_facts(report, part.articles)))
    return Weighed(key, frozenset(part.articles), facts, min(days, default=None), max(days, default=None))


def _shared(
    found: AcrossFinding, parts: Sequence[Weighed], part_of: Mapping[str, int], article_of: Mapping[str, str]
) -> list[Shared]:
    """The finding, once for each two parts whose claims are behind it, in the words of the larger one."""
    who: dict[tuple[int, int], tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for pair in found.pairs:
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
        f"joined {len(story.parts)} groups of articles into “{story.title}”, which report the same: {facts}"
    )
