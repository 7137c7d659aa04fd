"""The links that make stories one by their claims: what is compared for them, found, and remembered from run to run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path

from pydantic import ValidationError

from factcheck.batch import filing
from factcheck.batch.joining import FACTS, Link, between, ordered, parameters
from factcheck.batch.planning import Story
from factcheck.batch.spool import Spool
from factcheck.batch.weighing import (
    CHIEF,
    FIRST,
    Chosen,
    Meeting,
    Parts,
    chief_of,
    chosen,
    evidence,
    folded,
    nearly,
)
from factcheck.errors import InputError
from factcheck.index import AcrossFinding, StoryRow
from factcheck.ingestion.cleaning import printable
from factcheck.models import Decision, Value, tagged_hash
from factcheck.pipeline.aside import aside

SHARE, FEWEST = 0.25, 1_000
"""Pairs of claims that are compared to join stories, for each pair within one and at least, so that what joining costs
stays a part of what checking does. What a folder of a hundred articles asks for is about half of the latter."""
_LINKS, _PAIRS = "links", "pairs for links"
_NONE = Chosen(inputs="", meetings=(), pairs=())


class _Kept(Value):
    """The links, and a hash of what they were found with."""

    made_with: str
    links: tuple[Link, ...]
    weighed: frozenset[str] = frozenset()
    """Hashes of all that was last looked at for them, one for each two parts."""


class Links:
    """The links of one batch.

    `made_with` is what the answers behind them depend on beside the articles and the decisions of people.
    """

    def __init__(
        self,
        folder: Path,
        spool: Spool,
        made_with: str,
        decisions: Sequence[Decision] = (),
        note: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._folder = folder
        self._spool = spool
        self._made_with = tagged_hash([made_with, parameters(), CHIEF, FIRST])
        self._decisions = decisions
        self._note = note
        self._chosen = _NONE

    def known(self) -> tuple[Link, ...]:
        """Those remembered that still count: not those found with something else, or of which people decided otherwise.

        What they were about is then compared anew.
        """
        return tuple(link for link in self._kept().links if link.decided == about(link.about, self._decisions))

    def _kept(self) -> _Kept:
        nothing = _Kept(made_with=self._made_with, links=())
        try:
            kept = _Kept.model_validate_json(self._spool.fact(_LINKS))
        except ValidationError:
            return nothing
        return kept if kept.made_with == self._made_with else nothing

    async def wanted(
        self, stories: Parts, rows: Mapping[str, StoryRow], stopping: Callable[[], bool]
    ) -> tuple[tuple[str, str], ...]:
        """The pairs of claims by which it is known whether stories that are nearly alike are one.

        Parts that are one story already are weighed too, by what its report says. None at all when a report is damaged
        since this pass looked at it. Raises Interrupted when the run is to end while reports are read.
        """
        try:
            self._chosen = await self._choose(stories, rows, stopping)
        except InputError as error:
            self._note(f"nothing is joined by claims in this run: {error}")
            self._chosen = _NONE
        return self._chosen.pairs

    async def _choose(self, stories: Parts, rows: Mapping[str, StoryRow], stopping: Callable[[], bool]) -> Chosen:
        told = [row for row in rows.values() if row.status in ("done", "incomplete") and row.report]
        there = {row.key: row for row in told if filing.has_report(self._folder, str(row.report))}
        near = nearly(stories, there.keys() & stories.keys())
        places = sorted({place for pair in near for place in pair})
        seen = {
            (key, number): tagged_hash(
                [CHIEF, stories[key][number].articles, there[key].report, str(there[key].checked_at)]
            )
            for key, number in places
        }
        most = max(FEWEST, int(SHARE * sum(row.pairs for row in rows.values())))
        inputs = tagged_hash([CHIEF, FIRST, near, list(seen.items()), most])
        try:
            kept = Chosen.model_validate_json(self._spool.fact(_PAIRS))
        except ValidationError:
            kept = _NONE
        if kept.inputs != inputs:
            known = {chief.seen: chief for chief in kept.chief}
            unread = {place: what for place, what in seen.items() if what not in known}
            read = await aside(lambda: chief_of(unread, stories, there, self._folder), stopping)
            chief = {place: read[place] if place in read else known[what] for place, what in seen.items()}
            kept = chosen(inputs, near, chief, most)
            self._spool.state(_PAIRS, kept.model_dump_json())
        return kept

    def find(self, findings: Sequence[AcrossFinding], stories: Parts, rows: Mapping[str, StoryRow]) -> bool:
        """Whether the findings between these stories, and their reports, say anything that was not known of them.

        It is then remembered. Only of parts that were compared because `wanted` asked for it, each as it is now. What
        was known of two parts with the same claims stays, if nothing stronger is found, so that it comes to an end.
        It says nothing when a report is damaged since this pass looked at it.
        """
        try:
            return self._find(findings, stories, rows)
        except InputError as error:
            self._note(f"nothing is joined by claims in this run: {error}")
            return False

    def _find(self, findings: Sequence[AcrossFinding], stories: Parts, rows: Mapping[str, StoryRow]) -> bool:
        groups = [part.articles for parts in stories.values() for part in parts]
        places = [(key, number) for key, parts in stories.items() for number in range(len(parts))]
        number_of = {place: number for number, place in enumerate(places)}
        claims = {ordered(number_of[place] for place in m.places): m.claims for m in self._chosen.meetings}
        known = self.known()
        held = {pair: links for pair, links in between(groups, known).items() if pair in claims}
        counted = {
            pair: link
            for pair, links in held.items()
            for link in links
            if link.claims == claims[pair] and link.joins(groups[pair[0]], groups[pair[1]])
        }
        before, telling = self._kept().weighed, self._telling(findings)
        anew = [meeting for what, meeting in telling.items() if what not in before]
        for link in evidence(findings, anew, stories, rows, self._folder) if anew else ():
            (pair,) = between(groups, [link])
            if pair not in counted or counted[pair].strength < link.strength:
                now = {"decided": about(link.about, self._decisions), "claims": claims[pair]}
                counted[pair] = link.model_copy(update=now)
        there = {id_ for group in groups for id_ in group}
        weighed = {link for links in held.values() for link in links}
        others = [link for link in known if link not in weighed and there.issuperset(chain(*link.sides))]
        found = tuple(sorted((*others, *counted.values()), key=lambda link: (link.sides, link.whole)))
        kept = _Kept(made_with=self._made_with, links=found, weighed=frozenset(telling))
        self._spool.state(_LINKS, kept.model_dump_json())
        return found != known

    def _telling(self, findings: Iterable[AcrossFinding]) -> dict[str, Meeting]:
        """Of what was compared that which may have enough in common, by a hash of all that is looked at for it."""
        met: dict[frozenset[str], list[tuple[str, object]]] = defaultdict(list)
        for found in findings:
            met[frozenset(side.story for side in found.sides)].append((found.id, found.pairs))
        decided = tagged_hash([decision.model_dump(mode="json") for decision in self._decisions])
        telling = dict[str, Meeting]()
        for meeting in self._chosen.meetings:
            keys = frozenset(key for key, _ in meeting.places)
            if len(keys) == 1 or len(met[keys]) >= FACTS:
                seen = [meeting.facts, meeting.claims, meeting.reports, sorted(keys), met[keys], decided]
                telling[tagged_hash(seen)] = meeting
        return telling


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


def told(story: Story) -> str:
    """What is told of a story that claims made of several, or made one of its own again."""
    if len(story.parts) < 2:
        return printable(f"“{story.title}” is a story of its own again: it has too little in common with another now")
    facts = "; ".join(f"“{fact}”" for fact in story.reason.facts)
    return printable(
        f"joined {len(story.parts)} groups of articles into “{story.title}”, which tell of the same: {facts}"
    )
