"""What a batch ends with: one row per story, what was not read, and what it has cost so far."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import model_validator

from factcheck.findings import Usage
from factcheck.models import ConflictKind, ConflictNature, Decision, Judgement, RefusedFile, Review, Value

GroupBy = Literal["folder", "event", "date", "none"]
StoryStatus = Literal["done", "incomplete", "failed", "waiting"]
"""`incomplete`: there is a report, and some of its articles or pairs failed; `failed`: there is none; `waiting`: not
run yet."""
StoryChange = Literal["new", "changed", "again", "unchanged"]
"""`again`: checked again, or to be, with the articles and the disputes that it had: with another model, other settings
or decisions, in another place, because its report was taken away or because something had failed."""


class GroupReason(Value):
    """Why articles are one story."""

    shared: tuple[str, ...] = ()
    """Words, names and figures that most of them have in common, the weightiest first and figures last."""
    similarity: float | None = None
    """Mean similarity of the members' openings, from 0 to 1, as it grouped them; None when it did not."""
    weakest: float | None = None
    """Mean similarity of the member that fits least."""
    facts: tuple[str, ...] = ()
    """What groups of articles both tell of that are one story though less alike; a few, none of a single such group.

    In the words of one of them, or as a question where they contradict each other."""
    first: dt.date | None = None
    last: dt.date | None = None
    """First and last known day of publication."""


class DisputeLine(Value):
    """A dispute of a story, for the index."""

    id: str
    title: str
    nature: ConflictNature
    points: int
    new: bool
    """Whether neither the story's last report had it nor an earlier run found it between the stories that this was."""
    claims: tuple[str, ...] = ()
    """Ids of the claims that contradict each other in it, by which it is known again when its title is another."""
    sentences: tuple[str, ...] = ()
    """Of each sentence that states them the first 8 hex digits of a hash, by which it is known again when another model
    reads the same articles."""


class StoryRow(Value):
    """One story of a batch."""

    key: str
    """Names the story from run to run."""
    title: str
    group_by: GroupBy
    reason: GroupReason = GroupReason()
    status: StoryStatus = "waiting"
    change: StoryChange = "new"
    """Against the story's last report."""
    report: str | None = None
    """Folder of its report, relative to the index; None when there is none."""
    missing: str | None = None
    """File of its report that was taken away since, relative to the index; what the row tells was in that report."""
    headline: str | None = None
    articles: int
    new_articles: tuple[str, ...] = ()
    """Paths of articles that the last report did not have."""
    gone_articles: tuple[str, ...] = ()
    """Paths of articles that the last report had and this story has no more; by event, that no story has any more."""
    edited_articles: tuple[str, ...] = ()
    """Paths of articles in the place of which the last report had others: their files changed."""
    skipped: int = 0
    """Files of the story that a rule left out."""
    left_out: tuple[RefusedFile, ...] = ()
    """Some of them, and why."""
    claims: int = 0
    pairs: int = 0
    facts: int = 0
    corroborated: int = 0
    disputes: tuple[DisputeLine, ...] = ()
    possible: int = 0
    """Contradictions that one reading saw and another did not; not counted as disputes."""
    decided: tuple[str, ...] = ()
    """Ids of the pairs, disputes and facts about which a person's decision counts in its report."""
    settled: tuple[str, ...] = ()
    """Titles of disputes that the last report had and this one has no more; none of a story that was
    parted, for another one may have them."""
    unsettled: tuple[DisputeLine, ...] = ()
    """Disputes that were told before, of which it is not known whether they still are: what they could be in failed,
    cannot be read now or was not checked yet."""
    failed_articles: int = 0
    failed_pairs: int = 0
    unreadable: int = 0
    """Files of the story that could not be read."""
    reasons: tuple[str, ...] = ()
    """Why something failed, each reason once."""
    joins: tuple[str, ...] = ()
    """Titles of the stories with which it is to be one by what their claims say, while there is no report of all."""
    checked_at: dt.datetime | None = None
    usage: Usage = Usage()
    """What the last check of this story asked of the model, with what those of its parts did in the same pass."""


class AcrossSide(Value):
    """What one of two stories says, as its own report has it."""

    story: str
    """Key of the story."""
    title: str
    report: str
    """Folder of the story's report, relative to the index."""
    fact: str
    """Id of the fact in that report."""
    text: str
    """Text of the claim that was compared."""
    words: tuple[str, ...] = ()
    """Its clashing words, each once."""
    quotes: tuple[str, ...]
    """The sentences that state it."""
    publishers: tuple[str, ...]
    """Who reports the fact in that story."""
    origins: tuple[str, ...]
    """Names of the independent origins behind it there."""


class AcrossFinding(Value):
    """Two facts of different stories that contradict or support each other; all their claims that do, once."""

    id: str
    """Of a contradiction, what a reviewer's decision on a dispute names; the same while both facts hold the same
    claims."""
    relation: Literal["contradicts", "supports"]
    kind: ConflictKind | None = None
    nature: ConflictNature | None = None
    """What a contradiction is about, and whether time, scope or rounding explains it."""
    question: str | None = None
    reason: str | None = None
    sides: tuple[AcrossSide, AcrossSide]
    pairs: tuple[tuple[str, str], ...]
    """The pairs of claims behind it."""
    new: bool
    """Whether the last complete run had none of the pairs."""
    reviews: tuple[Review, ...] = ()
    """What people decided about its pairs, each decision once; `relation` is what counts."""

    @property
    def title(self) -> str:
        """The texts of both sides: what a decision on it is carried over by when its facts have changed."""
        return " / ".join(side.text for side in self.sides)


class Apart(Value):
    """Claims that are much alike and were not compared, because their stories lie in different shards."""

    pairs: int
    """Pairs of claims; without gists, so that across languages there may be more."""
    stories: int
    """Pairs of stories that these are of."""


class AcrossStories(Value):
    """What claims of neighbouring stories say to each other."""

    status: Literal["done", "incomplete", "waiting"]
    """`waiting`: the stories were not compared in this run, or not to the end; what an earlier run found is shown."""
    stories: int = 0
    """Stories with a report, of which claims were compared."""
    pairs: int = 0
    """Pairs of claims that were much alike, or tell whether two stories are one, and that were judged or failed."""
    left_out: int = 0
    """Further such pairs, less alike, which the bound on the cost left out."""
    failed_pairs: int = 0
    possible: int = 0
    """Contradictions about which two readings disagreed; not counted."""
    reasons: tuple[str, ...] = ()
    """Why something failed or was not compared, each reason once."""
    findings: tuple[AcrossFinding, ...] = ()
    """Contradictions first, new and direct ones before others."""
    decisions: tuple[Decision, ...] = ()
    """What people decided about pairs and contradictions between stories, and what became of each."""
    reviewed: tuple[Judgement, ...] = ()
    """The judgements that such a decision changed or confirmed, with what the judge had found."""
    whole: bool = True
    """Whether every story could meet every other one; not in a shard, nor in shards that were only put together."""
    apart: Apart | None = None
    """Of shards that were only put together, what was not compared; None when nobody counted."""


class BatchTotals(Value):
    """The counts over all rows."""

    stories: int
    done: int
    incomplete: int
    failed: int
    waiting: int
    new: int
    changed: int
    again: int = 0
    """Stories that were checked again and have the articles that they had."""
    articles: int
    failed_articles: int
    claims: int
    pairs: int
    failed_pairs: int
    disputes: int
    new_disputes: int
    disputed_stories: int


class Shard(Value):
    """This part of a batch that is divided by story."""

    number: int
    of: int

    @model_validator(mode="after")
    def _within(self) -> Shard:
        if not 1 <= self.number <= self.of:
            raise ValueError(f"shard {self.number}/{self.of}: the first number goes from 1 to the second")
        return self


class BatchHead(Value):
    """What an index says of all stories together."""

    schema_version: Literal[1] = 1
    root: str
    group_by: GroupBy
    version: str
    model: str
    shard: Shard | None = None
    shards: tuple[int, ...] = ()
    """Of a merged index, the shards that are in it."""
    grouping: str
    """Hash of which articles are which story; equal in all shards of one batch."""
    totals: BatchTotals
    unreached: int = 0
    """Folders of which nothing is known yet, for the run ended before it came to them."""
    removed: tuple[str, ...] = ()
    """Titles of stories that the last run had and that have no article left."""
    across: AcrossStories | None = None
    """What stories say about each other; None when that was not wanted, or there is no second story."""
    unmet: tuple[Decision, ...] = ()
    """Decisions that are about nothing here, in no story and between none; of a shard, perhaps about another one."""
    unreadable: tuple[RefusedFile, ...] = ()
    """Files that could not be read and belong to no story."""
    skipped: int = 0
    """Files left out by rule that belong to no story."""
    left_out: tuple[RefusedFile, ...] = ()
    """Some of them, and why."""
    stopped: str | None = None
    """Why the run ended before all stories were run; None when it did not."""
    earlier: bool = False
    """Whether all this is what an earlier run found, because this one waits for answers by mail: it looked at no file,
    and nothing here is new in it. Never so in a folder of a batch, whose index stays as that run wrote it."""
    usage: Usage = Usage()
    """What this run asked of the model; of a merged index, what the merging asked."""
    spent: Usage = Usage()
    """What all runs of this batch have asked of the model."""


class BatchIndex(BatchHead):
    """All stories of a batch, those with new disputes first."""

    stories: tuple[StoryRow, ...]

    @model_validator(mode="after")
    def _sums_add_up(self) -> BatchIndex:
        t = self.totals
        if len(self.stories) != t.stories or t.stories != t.done + t.incomplete + t.failed + t.waiting:
            raise ValueError("every story of an index is done, incomplete, failed or waiting")
        return self
