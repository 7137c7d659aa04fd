"""Claims of different stories of a batch, compared once the stories have their reports."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import TypedDict

from pydantic import ValidationError

from factcheck.batch import filing
from factcheck.batch.articles import Articles, Library
from factcheck.batch.deciding import Deciding, named_before
from factcheck.batch.meetings import found_between, rank, told_in_reports
from factcheck.batch.rows import UNFINISHED
from factcheck.batch.spool import Spool
from factcheck.batch.told_between import ToldBetween, goes_on, is_edited, told_between, was_within
from factcheck.errors import AnswerDeferred, InputError, Interrupted, SettingsError
from factcheck.findings import INTERRUPTED
from factcheck.index import AcrossFinding, AcrossStories, StoryRow
from factcheck.models import CandidatePair, Claim, Decision, Failure, Judgement, Value, tagged_hash
from factcheck.pipeline import Means, Progress
from factcheck.pipeline.across import JudgedAcross, Told, judge_across, near_across
from factcheck.settings import CheckSettings
from factcheck.stages.blocking.columns import PairColumns
from factcheck.stages.blocking.rules import NEAREST_ACROSS_STORIES

SHARE = 0.25
"""Pairs between stories for each pair within one, at most; the most alike are taken.

Stories that have little to do with each other have hardly a claim in common: only where many tell of one kind of event
is this met.
"""
FEWEST = 250
"""The same for a small batch: what one request of the first pass holds."""
AT_ONCE = 5_000
"""Pairs whose claims and answers are in memory at a time."""
REASONS_SHOWN = 5
_STATE = "across"


class _Kept(Value):
    """The comparison as the last run left it."""

    inputs: str
    pass_id: str
    result: AcrossStories
    before: tuple[tuple[str, str], ...]
    """The pairs behind what the pass before that one had found."""
    apart: tuple[tuple[str, str], ...] = ()
    """Those behind what was found before and could not be now: pairs or stories failed, or wait."""
    told: tuple[ToldBetween, ...] = ()
    """The contradictions that the pass before that one had found."""


def _kept(state: str) -> _Kept | None:
    """What was remembered; nothing when another version wrote it, for then everything is compared anew."""
    try:
        return _Kept.model_validate_json(state)
    except ValidationError:
        return None


def _pairs(findings: Iterable[AcrossFinding]) -> Iterator[tuple[str, str]]:
    return (pair for finding in findings for pair in finding.pairs)


@dataclass(frozen=True)
class Comparing:
    """What is to be compared, beside the rows of the stories."""

    folder: Path
    """Of the batch, with the stories' reports."""
    library: Library
    made_with: str
    """What the answers depend on beside the reports."""
    decisions: tuple[Decision, ...] = ()
    whole: bool = True
    """Whether all stories of the batch are among the rows."""
    seen: Collection[tuple[str, str]] = ()
    """Pairs of claims behind what is known to be no news."""
    also: Collection[tuple[str, str]] = ()
    """Pairs of claims to be compared whatever else is near, as those that shards found related."""


class Neighbours:
    """The comparison of the stories of one batch; what it found is remembered in `spool`."""

    def __init__(self, comparing: Comparing, spool: Spool, pass_id: str, note: Callable[[str], None]) -> None:
        self._comparing = comparing
        self._folder = comparing.folder
        self._library = comparing.library
        self._spool = spool
        self._pass_id = pass_id
        self._note = note
        self._kept = _kept(spool.fact(_STATE))
        self.named = named_before(spool, self._kept.result.findings if self._kept else ())
        """Id of each contradiction that was told of -> its pairs."""
        self._before = self._found_before() | frozenset(comparing.seen)
        self._told_before = self._contradictions_before()
        self.lacking: Failure | None = None
        """What the comparison lacks that the next run may have, such as a budget."""

    @property
    def old_news(self) -> frozenset[tuple[str, str]]:
        """The pairs of claims behind what earlier passes found."""
        return self._before

    def known(self, reports: Mapping[str, str | None]) -> AcrossStories | None:
        """What earlier runs found between the reports that still stand; None where there is no second story.

        `reports` holds the folder of each story's report by its key.
        """
        if len(reports) < 2:
            return self._alone(len(reports))
        if self._kept is None:
            return AcrossStories(status="waiting", whole=self._comparing.whole)
        told = seen(self._kept.result)
        standing = [f for f in told.findings if all(reports.get(side.story) == side.report for side in f.sides)]
        return told.model_copy(update={"status": "waiting", "findings": tuple(standing)})

    async def compare(
        self,
        rows: Sequence[StoryRow],
        means: Means,
        settings: CheckSettings,
        watch: Progress,
        *,
        again: bool,
        unread: bool = False,
    ) -> AcrossStories | None:
        """What the stories of `rows` say about each other, beside files that are `unread` and in none of them; asks
        only about pairs that no run asked about.

        When no report changed it is what it was, unless something failed that nobody can have failed for good, or
        `again` is wanted. A damaged report is left out, which is said. Raises AnswerDeferred, and CassetteError when a
        recording lacks the answers.
        """
        told = [row for row in rows if row.missing or (row.status in ("done", "incomplete") and row.report is not None)]
        if len(told) < 2:
            return self._alone(len(told))
        there = with_reports(self._folder, told)
        reports = sorted((row.key, row.report, str(row.checked_at)) for row in there)
        decisions = [decision.model_dump() for decision in self._comparing.decisions]
        also = sorted(self._comparing.also)
        inputs = tagged_hash([self._comparing.made_with, SHARE, FEWEST, reports, decisions, also])
        kept = self._kept
        if kept is not None and kept.inputs == inputs and not (again and kept.result.status != "done"):
            return kept.result if kept.pass_id == self._pass_id else seen(kept.result)
        damaged = dict[str, str]()
        try:
            try:
                result, failures = await self._compared(there, means, settings, watch)
            except InputError:
                damaged = {row.key: said for row in there if (said := filing.damage(self._folder, row)) is not None}
                if not damaged:
                    raise
                there = [row for row in there if row.key not in damaged]
                result, failures = await self._compared(there, means, settings, watch)
        except Interrupted as error:
            self.lacking = Failure(stage="judging", subject="", kind=INTERRUPTED, message=str(error), attempts=0)
            return self.known({row.key: row.report for row in rows})
        self.lacking = next((failure for failure in failures if failure.kind in UNFINISHED), None)
        if self.lacking is not None and self.lacking.kind == INTERRUPTED:
            return self.known({row.key: row.report for row in rows})
        result = _without(result, [row for row in told if row not in there], damaged)
        before, apart = tuple(sorted(self._before)), self._apart(rows, there, whole=not failures and not unread)
        inputs += "?" if self.lacking is not None or damaged else ""
        now = {"inputs": inputs, "pass_id": self._pass_id, "before": before, "apart": apart, "told": self._told_before}
        self._kept = _Kept.model_validate({**now, "result": result})
        self._spool.state(_STATE, self._kept.model_dump_json())
        return result

    def _alone(self, stories: int) -> AcrossStories | None:
        """Of a single story, that those of other shards were not met; else there is nothing to say."""
        return None if self._comparing.whole else AcrossStories(status="done", stories=stories, whole=False)

    def _found_before(self) -> frozenset[tuple[str, str]]:
        if self._kept is not None and self._kept.pass_id == self._pass_id:
            return frozenset(self._kept.before)
        return self._told()

    def _contradictions_before(self) -> tuple[ToldBetween, ...]:
        if self._kept is None or self._kept.pass_id == self._pass_id:
            return self._kept.told if self._kept is not None else ()
        return told_between(self._kept.result.findings)

    def _apart(
        self, rows: Sequence[StoryRow], there: Sequence[StoryRow], *, whole: bool
    ) -> tuple[tuple[str, str], ...]:
        """The pairs found earlier that may be missing only because something is: they are no news when they are found.

        That is a story that is left out, waits under another name or has not all its claims, a file that cannot be
        read, or a pair that failed; once the `whole` was judged and nothing is missing, nothing is held over.
        """
        whole = whole and len(there) == len(rows) and all(row.status == "done" for row in rows)
        return () if whole else tuple(sorted(self._told()))

    def _told(self) -> frozenset[tuple[str, str]]:
        """The pairs behind all that was found or held over by the last comparison, or that a person decided upon."""
        if self._kept is None:
            return frozenset()
        result = self._kept.result
        decided = (judgement.key for judgement in result.reviewed)
        return frozenset((*self._kept.apart, *_pairs(result.findings), *decided))

    async def _compared(
        self, rows: Sequence[StoryRow], means: Means, settings: CheckSettings, watch: Progress
    ) -> tuple[AcrossStories, list[Failure]]:
        """The comparison, and what failed in it."""
        chosen, homes, left_out = await self._net(rows, means, settings)
        if len(chosen):
            many = "pair" if len(chosen) == 1 else "pairs"
            self._note(f"comparing {len(chosen):,} {many} of claims between {len(rows):,} stories")
        deciding = Deciding(self._comparing.decisions, chosen, self.named)
        judged = _Judged()
        later: AnswerDeferred | None = None
        for part in chosen.parts(homes, AT_ONCE):
            claims = self._claims(part, rows, homes)
            languages = {claim.article_id: self._library.language(claim.article_id) for claim in claims.values()}
            articles = Articles(self._library, {claim.article_id for claim in claims.values()})
            try:
                found = await judge_across(part, claims, articles, languages, means, settings, watch)
            except AnswerDeferred as error:  # what the other parts ask for goes with the same mailing
                later = error
            except SettingsError as error:
                judged.failures += [_refused(pair, error) for pair in part]
                break
            else:
                judged.add(found, claims, deciding)
        if later is not None:
            raise later
        reasons = dict.fromkeys(f"{failure.kind}: {failure.message}" for failure in judged.failures)
        result = AcrossStories(
            status="incomplete" if judged.failures else "done",
            stories=len(rows),
            pairs=len(chosen),
            left_out=left_out,
            failed_pairs=len(chosen) - judged.answered,
            reasons=tuple(reasons)[:REASONS_SHOWN],
            whole=self._comparing.whole,
            **self._findings(judged, deciding, homes, rows),
        )
        return result, judged.failures

    def _findings(
        self, judged: _Judged, deciding: Deciding, homes: Mapping[str, str], rows: Sequence[StoryRow]
    ) -> _Findings:
        """What the judgements come to once the decisions of people are honoured."""
        by_key = {row.key: row for row in rows}
        told = told_in_reports(judged.judgements, homes, by_key, self._folder)

        def find(judgements: Sequence[Judgement]) -> tuple[AcrossFinding, ...]:
            return found_between(judgements, judged.claims, told, by_key, self._before)

        decided = deciding.decided(judged.judgements, judged.claims, find)
        findings = [self._as_told(found, judged.claims, by_key) for found in find(decided.judgements)]
        return {
            "findings": tuple(sorted(findings, key=rank)),
            "possible": judged.possible + sum(_is_possible(judgement) for judgement in decided.judgements),
            "decisions": decided.decisions,
            "reviewed": tuple(judgement for judgement in decided.judgements if judgement.review),
        }

    def _as_told(
        self, found: AcrossFinding, claims: Mapping[str, Claim], rows: Mapping[str, StoryRow]
    ) -> AcrossFinding:
        """No news where it goes on from what was told before an article was edited or moved."""
        if not found.new or found.relation != "contradicts":
            return found
        home = {c.id: side.story for side in found.sides for c in filing.claims_of(self._folder, rows[side.story])}

        def edited(id_: str) -> bool:
            return is_edited(home[id_], claims[id_].article_id, self._spool, self._pass_id)

        told = goes_on(found, self._told_before, home.keys(), edited) or was_within(found, self._spool, self._pass_id)
        return found.model_copy(update={"new": False}) if told else found

    async def _net(
        self, rows: Sequence[StoryRow], means: Means, settings: CheckSettings
    ) -> tuple[PairColumns, dict[str, str], int]:
        """The pairs, the story of each claim that is in one, and how many pairs the bound left out.

        Only of claims that another report would state or contest. Raises SettingsError when the disk is full.
        """
        told, mixed = comparable(self._folder, rows, self._library), self._library.mixed()
        try:
            with TemporaryFile(dir=self._folder) as file:
                also = self._comparing.also
                caught = await near_across(told, file, means, settings, mixed=mixed, also=also)
        except OSError as error:
            raise filing.unwritten(error, self._folder) from error
        chosen, left_out = within_bounds(caught.pairs, sum(row.pairs for row in rows))
        if caught.also:
            also = set(caught.also)
            left_out -= caught.pairs.common(also) - chosen.common(also)
            chosen = chosen.with_also(caught.also, NEAREST_ACROSS_STORIES)
        return chosen, caught.homes(chosen.ids), left_out

    def _claims(
        self, pairs: Sequence[CandidatePair], rows: Sequence[StoryRow], homes: Mapping[str, str]
    ) -> dict[str, Claim]:
        """The claims of some pairs, in the order of their articles."""
        wanted = {id_ for pair in pairs for id_ in pair.key}
        where = {homes[id_] for id_ in wanted}
        there = [row for row in rows if row.key in where]
        found = [claim for row in there for claim in filing.claims_of(self._folder, row) if claim.id in wanted]
        return {claim.id: claim for claim in sorted(found, key=lambda claim: claim.article_id)}


class _Findings(TypedDict):
    """Fields of AcrossStories."""

    findings: tuple[AcrossFinding, ...]
    possible: int
    decisions: tuple[Decision, ...]
    reviewed: tuple[Judgement, ...]


class _Judged:
    """What is kept of all judgements: the related pairs and those that a decision may be about."""

    def __init__(self) -> None:
        self.judgements: list[Judgement] = []
        self.claims: dict[str, Claim] = {}
        """Those of the judgements."""
        self.failures: list[Failure] = []
        self.answered = 0
        self.possible = 0
        """Contradictions that the two readings disagreed about and nobody decided on."""

    def add(self, judged: JudgedAcross, claims: Mapping[str, Claim], deciding: Deciding) -> None:
        """Keep what counts of one part."""
        self.failures += judged.failures
        self.answered += len(judged.judgements)
        for judgement in judged.judgements:
            firm = judgement.certainty == "firm" and judgement.relation != "unrelated"
            if firm or deciding.concerns(judgement, claims):
                self.judgements.append(judgement)
                self.claims |= {id_: claims[id_] for id_ in judgement.key}
            else:
                self.possible += _is_possible(judgement)


def seen(result: AcrossStories) -> AcrossStories:
    """A result of an earlier pass, nothing in it new any more."""
    findings = tuple(finding.model_copy(update={"new": False}) for finding in result.findings)
    return result.model_copy(update={"findings": findings})


def _is_possible(judgement: Judgement) -> bool:
    return judgement.certainty == "possible" and judgement.relation != "unrelated"


def with_reports(folder: Path, rows: Iterable[StoryRow]) -> list[StoryRow]:
    """The rows whose report is there; somebody may have taken another away."""
    named = [row for row in rows if row.report is not None and row.missing is None]
    return [row for row in named if filing.has_report(folder, str(row.report))]


def _without(result: AcrossStories, rows: Sequence[StoryRow], damaged: Mapping[str, str]) -> AcrossStories:
    """The result, which says that these stories were not compared because their reports are gone or `damaged`."""
    if not rows:
        return result
    told = [
        damaged.get(row.key) or f"not compared with other stories, because its report is not there: {row.title}"
        for row in rows
    ]
    reasons = (*result.reasons, *told[:REASONS_SHOWN])
    return result.model_copy(update={"status": "incomplete", "reasons": reasons})


def comparable(folder: Path, rows: Iterable[StoryRow], library: Library) -> Iterator[Told]:
    """The claims of each story that meet those of other stories, read when its turn comes."""
    for row in rows:
        claims = [claim for claim in filing.claims_of(folder, row) if claim.core and not claim.ungrounded]
        yield Told(row.key, claims, {claim.article_id: library.language(claim.article_id) for claim in claims})


def within_bounds(pairs: PairColumns, inside: int) -> tuple[PairColumns, int]:
    """The most alike of the pairs, for so many pairs within the stories, and how many are left out."""
    most = max(FEWEST, int(SHARE * inside))
    return pairs.most_alike(most), max(0, len(pairs) - most)


def _refused(pair: CandidatePair, error: Exception) -> Failure:
    return Failure(
        stage="judging", subject=f"{pair.left}|{pair.right}", kind="SettingsError", message=str(error), attempts=0
    )
