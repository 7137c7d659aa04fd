"""Claims of different stories of a batch, compared once the stories have their reports."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from sys import intern

from pydantic import ValidationError

from factcheck.batch.meetings import found_between
from factcheck.batch.rows import UNFINISHED
from factcheck.batch.spool import Spool
from factcheck.errors import AnswerDeferred, SettingsError
from factcheck.findings import INTERRUPTED
from factcheck.index import AcrossStories, StoryRow
from factcheck.models import CLAIM, Article, CandidatePair, Claim, Failure, Judgement, Value, tagged_hash
from factcheck.pipeline import Means, Progress
from factcheck.pipeline.across import judge_across, near_across
from factcheck.settings import CheckSettings

SHARE = 0.25
"""Pairs between stories for each pair within one, at most; the most alike are taken.

Stories that have little to do with each other have hardly a claim in common: only where many tell of one kind of event
is this met.
"""
FEWEST = 250
"""The same for a small batch: what one request of the first pass holds."""
AT_ONCE = 5_000
"""Pairs whose claims and answers are in memory at a time."""
ARTICLES_HELD = 256
REASONS_SHOWN = 5
CLAIMS = "claims.jsonl"
"""File of a run folder."""
_STATE = "across"
_UNSET = set[str]()


class _Kept(Value):
    """The comparison as the last run left it."""

    inputs: str
    pass_id: str
    result: AcrossStories
    before: tuple[tuple[str, str], ...]
    """The pairs behind what the pass before that one had found."""


def _kept(state: str) -> _Kept | None:
    """What was remembered; nothing when another version wrote it, for then everything is compared anew."""
    try:
        return _Kept.model_validate_json(state)
    except ValidationError:
        return None


class Neighbours:
    """The comparison of the stories of one batch; `made_with` is what it depends on beside their reports."""

    def __init__(self, folder: Path, spool: Spool, pass_id: str, made_with: str, note: Callable[[str], None]) -> None:
        self._folder = folder
        self._spool = spool
        self._pass_id = pass_id
        self._made_with = made_with
        self._note = note
        self._kept = _kept(spool.fact(_STATE))
        self._before = self._old_news()
        self.lacking: Failure | None = None
        """What the comparison lacks that the next run may have, such as a budget."""

    def known(self, rows: Sequence[StoryRow]) -> AcrossStories | None:
        """What earlier runs found between the reports that still stand; None without a second story."""
        if len(rows) < 2:
            return None
        if self._kept is None:
            return AcrossStories(status="waiting")
        reports = {row.key: row.report for row in rows}
        seen = self._seen(self._kept.result)
        standing = [f for f in seen.findings if all(reports.get(side.story) == side.report for side in f.sides)]
        return seen.model_copy(update={"status": "waiting", "findings": tuple(standing)})

    async def compare(
        self, rows: Sequence[StoryRow], means: Means, settings: CheckSettings, watch: Progress, *, again: bool
    ) -> AcrossStories | None:
        """What the stories of `rows` say about each other; asks only about pairs that no run asked about.

        When no report changed it is what it was, unless something failed that nobody can have failed for good, or
        `again` is wanted. Raises AnswerDeferred, and CassetteError when a recording lacks the answers.
        """
        told = [row for row in rows if row.status in ("done", "incomplete") and row.report is not None]
        if len(told) < 2:
            return None
        reports = sorted((row.key, row.report, str(row.checked_at)) for row in told)
        inputs = tagged_hash([self._made_with, SHARE, FEWEST, reports])
        kept = self._kept
        if kept is not None and kept.inputs == inputs and not (again and kept.result.status != "done"):
            return kept.result if kept.pass_id == self._pass_id else self._seen(kept.result)
        result, failures = await self._compared(told, means, settings, watch)
        self.lacking = next((failure for failure in failures if failure.kind in UNFINISHED), None)
        if self.lacking is not None and self.lacking.kind == INTERRUPTED:
            return self.known(rows)
        before = tuple(sorted(self._before))
        inputs += "?" if self.lacking is not None else ""
        self._kept = _Kept(inputs=inputs, pass_id=self._pass_id, result=result, before=before)
        self._spool.state(_STATE, self._kept.model_dump_json())
        return result

    def _old_news(self) -> frozenset[tuple[str, str]]:
        if self._kept is None:
            return frozenset()
        if self._kept.pass_id == self._pass_id:
            return frozenset(self._kept.before)
        return frozenset(pair for finding in self._kept.result.findings for pair in finding.pairs)

    @staticmethod
    def _seen(result: AcrossStories) -> AcrossStories:
        """A result of an earlier pass, nothing in it new any more."""
        findings = tuple(finding.model_copy(update={"new": False}) for finding in result.findings)
        return result.model_copy(update={"findings": findings})

    async def _compared(
        self, rows: Sequence[StoryRow], means: Means, settings: CheckSettings, watch: Progress
    ) -> tuple[AcrossStories, list[Failure]]:
        """The comparison, and what failed in it."""
        languages = self._spool.languages()
        homes, pairs = await self._net(rows, languages, means, settings)
        chosen, left_out = _within_bounds(pairs, sum(row.pairs for row in rows))
        del pairs
        if chosen:
            many = "pair" if len(chosen) == 1 else "pairs"
            self._note(f"comparing {len(chosen):,} {many} of claims between {len(rows):,} stories")
        found, failures, possible, answered = list[Judgement](), list[Failure](), 0, 0
        texts, later = dict[str, Claim](), None
        for part in _parts(chosen, homes):
            claims = self._claims(part, rows, homes)
            articles = Articles(self._spool, {claim.article_id for claim in claims.values()})
            try:
                judged = await judge_across(part, claims, articles, languages, means, settings, watch)
            except AnswerDeferred as error:  # what the other parts ask for goes with the same mailing
                later = error
                continue
            except SettingsError as error:
                failures += [_refused(pair, error) for pair in part]
                break
            failures += judged.failures
            answered += len(judged.judgements)
            related = [j for j in judged.judgements if j.relation != "unrelated"]
            possible += sum(j.certainty != "firm" for j in related)
            firm = [j for j in related if j.certainty == "firm"]
            found += firm
            texts |= {id_: claims[id_] for j in firm for id_ in j.key}
        if later is not None:
            raise later
        findings = found_between(found, texts, homes, {row.key: row for row in rows}, self._folder, self._before)
        reasons = dict.fromkeys(f"{failure.kind}: {failure.message}" for failure in failures)
        result = AcrossStories(
            status="incomplete" if failures else "done",
            stories=len(rows),
            pairs=len(chosen),
            left_out=left_out,
            failed_pairs=len(chosen) - answered,
            possible=possible,
            reasons=tuple(reasons)[:REASONS_SHOWN],
            findings=findings,
        )
        return result, failures

    async def _net(
        self, rows: Sequence[StoryRow], languages: Mapping[str, str | None], means: Means, settings: CheckSettings
    ) -> tuple[dict[str, str], Sequence[CandidatePair]]:
        """The story of each claim that is in a pair, and the pairs.

        Only of claims that another report would state or contest, and without their evidence: what is held of all
        claims at once must be little.
        """
        stories = dict[str, list[Claim]]()
        for row in rows:
            told = (claim for claim in self._told(row) if claim.core and not claim.ungrounded)
            stories[row.key] = [_bare(claim) for claim in told]
        pairs = await near_across(stories, languages, means, settings)
        paired = {id_ for pair in pairs for id_ in pair.key}
        homes = dict[str, str]()
        for key in sorted(stories):
            for claim in stories[key]:
                if claim.id in paired:
                    homes.setdefault(claim.id, key)
        return homes, pairs

    def _claims(
        self, pairs: Sequence[CandidatePair], rows: Sequence[StoryRow], homes: Mapping[str, str]
    ) -> dict[str, Claim]:
        """The claims of some pairs, in the order of their articles."""
        wanted = {id_ for pair in pairs for id_ in pair.key}
        where = {homes[id_] for id_ in wanted}
        found = [claim for row in rows if row.key in where for claim in self._told(row) if claim.id in wanted]
        return {claim.id: claim for claim in sorted(found, key=lambda claim: claim.article_id)}

    def _told(self, row: StoryRow) -> Iterator[Claim]:
        """The claims of a story's report, one at a time; none when somebody took its file away."""
        try:
            with (self._folder / str(row.report) / CLAIMS).open("rb") as lines:
                for line in lines:
                    yield CLAIM.validate_json(line)
        except FileNotFoundError:
            return


def _bare(claim: Claim) -> Claim:
    """The claim without its evidence and with one set of field names for all: a half of its memory."""
    fields = dict(claim) | {"evidence": (), "article_id": intern(claim.article_id)}
    return type(claim).model_construct(_UNSET, **fields)


def _within_bounds(pairs: Sequence[CandidatePair], inside: int) -> tuple[list[CandidatePair], int]:
    """The most alike of the pairs, for so many pairs within the stories, and how many are left out."""
    most = max(FEWEST, int(SHARE * inside))
    ranked = sorted(pairs, key=lambda pair: (-(pair.score or 0), pair.key))
    return ranked[:most], max(0, len(ranked) - most)


def _parts(pairs: Sequence[CandidatePair], homes: Mapping[str, str]) -> Iterator[list[CandidatePair]]:
    """The pairs of the same stories together, so many at a time."""
    ordered = sorted(pairs, key=lambda pair: (sorted((homes[pair.left], homes[pair.right])), pair.key))
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]


def _refused(pair: CandidatePair, error: Exception) -> Failure:
    return Failure(
        stage="judging", subject=f"{pair.left}|{pair.right}", kind="SettingsError", message=str(error), attempts=0
    )


class Articles(Mapping[str, Article]):
    """Some articles of a batch by id, read when they are asked for and a few of them kept.

    Most pairs need none. To another process they go as what they are, all of them.
    """

    def __init__(self, spool: Spool, ids: Collection[str]) -> None:
        self._read = lru_cache(maxsize=ARTICLES_HELD)(spool.article)
        self._ids = frozenset(ids)

    def __getitem__(self, id_: str) -> Article:
        if id_ not in self._ids:
            raise KeyError(id_)
        return self._read(id_)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._ids))

    def __len__(self) -> int:
        return len(self._ids)

    def __reduce__(self) -> tuple[type[dict[str, Article]], tuple[dict[str, Article]]]:
        return dict, (dict(self),)
