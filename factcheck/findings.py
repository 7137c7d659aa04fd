"""The values that a run ends with: facts, disputes, origins, and the report that holds them."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import Field, model_validator

from factcheck.models import (
    Article,
    ConflictKind,
    ConflictNature,
    CopyGroup,
    Decision,
    Extraction,
    Failure,
    Judgement,
    KnownSources,
    RefusedFile,
    Value,
)

Verdict = Literal["corroborated", "single_origin", "single_report", "disputed", "superseded"]
OriginBasis = Literal["stated", "credit", "speaker", "shared_text", "own_report"]


OriginHow = Literal[
    "share_wording",
    "no_source",
    "unnamed_alone",
    "names",
    "credit",
    "quotes",
    "draws_on",
    "unnamed",
    "itself",
    "list",
    "repeats",
    "same_source",
    "one_voice",
]
"""How outlets come to an origin; of `one_voice`, which names count as one speaker."""


class OriginWay(Value):
    """One reason why claims count as one origin, as data."""

    how: OriginHow
    names: tuple[str, ...]
    """The outlets that come to the origin this way; of `one_voice`, the names of the speaker."""
    whom: str | None = None
    """Whom they name, quote or draw on."""


class Origin(Value):
    """One independent origin behind claims, and why its members count as one."""

    name: str
    basis: OriginBasis
    reason: str
    """In English; the same as `ways`."""
    publishers: tuple[str, ...]
    """Who repeats it, by name; an article without a publisher goes by its path."""
    claims: tuple[str, ...]
    ways: tuple[OriginWay, ...] = ()
    """The reason as data, from which a report says it in the reader's language."""


class Fact(Value):
    """A group of equivalent claims with the origins that stand behind it."""

    id: str
    text: str
    """Text of the representative claim."""
    representative: str
    claims: tuple[str, ...]
    entailed_by: tuple[str, ...] = ()
    """Ids of facts that say this and more."""
    publishers: tuple[str, ...]
    origins: tuple[Origin, ...]
    """Origins of this fact and of the facts that entail it."""
    verdict: Verdict
    core: bool = True


class Side(Value):
    """One side of a dispute about one point."""

    claims: tuple[str, ...]
    text: str
    """Text of the claim that stands for the side."""
    words: tuple[str, ...]
    """The clashing words, each once."""
    publishers: tuple[str, ...]
    speakers: tuple[str, ...]
    origins: tuple[Origin, ...]


class DisputePoint(Value):
    """One question of a dispute (whether, how many, when, about what) and its sides."""

    kind: ConflictKind
    nature: ConflictNature
    question: str | None
    sides: tuple[Side, ...]
    reasons: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    """The contradicting claim pairs behind it."""


class Dispute(Value):
    """Facts that contradict each other about one matter, shown once."""

    id: str
    title: str
    facts: tuple[str, ...]
    points: tuple[DisputePoint, ...]
    nature: ConflictNature
    """`direct` when any point is."""


class ArticleSummary(Value):
    """How one article's claims came out."""

    article_id: str
    claims: int
    verdicts: dict[Verdict, int]
    outside: int
    """Sentences marked as another story."""
    uncovered: int


Unchecked = Literal[
    "unreadable",
    "skipped",
    "articles",
    "interrupted",
    "ungrounded",
    "uncovered",
    "outside",
    "unpaired",
    "not_comparable",
    "not_similar",
    "not_nearest",
    "own_words",
    "pairs",
    "possible",
    "set_aside",
    "views",
    "rejected",
    "undecided",
]
"""What may have gone unchecked, in the order in which it is told."""


class Opening(Value):
    """The counts that the headline is made of."""

    outlets: int
    files: int
    """Of the outlets, articles whose publisher nobody knows; they are not called outlets."""
    shared_facts: int
    """Core facts that more than one outlet reports."""
    shared_origins: int
    """Origins behind these."""
    disputes: int
    """Direct ones."""
    points: int
    """Direct points in them."""
    explained: int
    """Disputes that time, scope or rounding explains."""
    facts: int
    corroborated: int
    failed_articles: int
    failed_pairs: int
    settled_pairs: int
    """Pairs that were judged or inferred."""
    interrupted: bool = False
    """Whether the user ended the run before it was through."""


class StorySummary(Value):
    """The counts that the report opens with; they add up, and the report asserts it."""

    headline: str
    """In English; the same as `opening`."""
    articles: int
    publishers: int
    claims: int
    facts: int
    disputes: int
    origins: int
    pairs: int
    judged: int
    inferred: int
    failed_pairs: int
    possible: int
    verdicts: dict[Verdict, int]
    not_checked: tuple[str, ...]
    """What nobody checked, in English sentences; the same as `unchecked`."""
    opening: Opening | None = None
    """The headline as data; None in a report of an earlier version."""
    unchecked: dict[Unchecked, int] = Field(default_factory=dict)
    """What nobody checked and how often, as data."""


class Usage(Value):
    """What a run asked of the model."""

    requests: int = 0
    """HTTP requests sent, retries included."""
    retries: int = 0
    reasks: int = 0
    cache_hits: int = 0
    """Articles and pairs whose answer was already paid for."""
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = None
    """None when the price of the model is not known."""
    faults: dict[str, int] = Field(default_factory=dict)
    """What went wrong, by kind, whether it was mended or became a failure: attempts (`http_503`, `timeout`,
    `connection_broken`, `unreadable` ...), answers (`schema`, `refusal`, `length`, `content_filter`, `check` ...) and
    single items of answers (`pair_missing`, `other_language` ...).
    """


class Inference(Value):
    """How many labels were inferred instead of asked for, beside those of identical claims, and whether that is right.

    The audit is the last part: a random sample of the inferred pairs that the model was asked about all the same.
    """

    spared: int = 0
    """Pairs that blocking chose and nobody asked about, because their label follows from others."""
    filled: int = 0
    """Pairs that failed and whose label follows from others; they stay among the failures."""
    closed: int = 0
    """Pairs that blocking did not choose and whose label follows from others."""
    audited: int = 0
    """Sampled pairs that the model answered."""
    unanswered: int = 0
    """Sampled pairs that it did not."""
    disagreed: int = 0
    """Of the answered ones, those with another label than the inferred one."""
    low: float = 0.0
    high: float = 1.0
    """95 % interval of the share of inferred labels that the model would not give (Wilson's score)."""

    @model_validator(mode="after")
    def _a_part_of_what_was_asked(self) -> Inference:
        if self.disagreed > self.audited:
            raise ValueError(f"{self.disagreed} of {self.audited} audited pairs disagree")
        return self


class RunInfo(Value):
    """What made this report."""

    version: str
    model: str
    confirm_model: str
    base_url: str | None
    prompts: dict[str, str]
    """Prompt id -> fingerprint."""
    settings: dict[str, str | int | float | bool | None]
    """Only the settings that affect results."""
    cassette: str | None = None
    cassette_note: str | None = None
    """What the recording says of where its answers come from."""
    usage: Usage = Usage()
    rules: dict[str, int] = Field(default_factory=dict)
    """Candidate pairs by the first blocking rule that chose them, and the pairs left out by their reason."""
    inference: Inference = Inference()


LEFT_OUT: Final = "not_comparable"
"""Entry of `RunInfo.rules` for pairs left out because claims of such types cannot bear on each other."""
NOT_SIMILAR: Final = "not_similar"
"""Entry for pairs left out because the claims have hardly a word in common."""
NOT_NEAREST: Final = "not_nearest"
"""Entry for pairs left out because other claims are closer to both."""
UNCHOSEN = frozenset({LEFT_OUT, NOT_SIMILAR, NOT_NEAREST})
"""The entries of `RunInfo.rules` that count pairs left out instead of chosen."""


INTERRUPTED = "Interrupted"
"""Kind of the failures that stand for what an interrupted run did not come to."""


class Report(Value):
    """The verdict report of one story."""

    schema_version: Literal[1] = 1
    partial: bool = False
    """True when the run was interrupted: failures of kind `INTERRUPTED` say what it did not come to."""
    run: RunInfo
    summary: StorySummary
    disputes: tuple[Dispute, ...]
    facts: tuple[Fact, ...]
    origins: tuple[Origin, ...]
    articles: tuple[Article, ...]
    article_summaries: tuple[ArticleSummary, ...]
    extractions: tuple[Extraction, ...]
    judgements: tuple[Judgement, ...]
    failures: tuple[Failure, ...]
    skipped: tuple[RefusedFile, ...]
    unreadable: tuple[RefusedFile, ...]
    copies: tuple[CopyGroup, ...] = ()
    """Articles that share their text; all of them are checked all the same."""
    decisions: tuple[Decision, ...] = ()
    """What people decided about findings, and what became of each; none is hidden."""
    known_sources: KnownSources = KnownSources()
    """What the user said about outlets: their other names, and whose they are."""

    def claims(self) -> dict[str, Any]:
        """Claim id -> claim, over all extractions."""
        return {claim.id: claim for extraction in self.extractions for claim in extraction.claims}

    @model_validator(mode="after")
    def _sums_add_up(self) -> Report:
        s = self.summary
        if s.pairs != s.judged + s.inferred + s.failed_pairs:
            raise ValueError(
                f"{s.pairs} candidate pairs, but {s.judged} judged + {s.inferred} inferred + {s.failed_pairs} failed"
            )
        if len(self.judgements) != s.judged + s.inferred:
            raise ValueError(f"{len(self.judgements)} judgements, but {s.judged} judged + {s.inferred} inferred")
        chosen = sum(count for rule, count in self.run.rules.items() if rule not in UNCHOSEN)
        failed = [failure for failure in self.failures if failure.stage == "judging"]
        settled = sum(judgement.how != "inferred" for judgement in self.judgements)
        settled += len(failed) + self.run.inference.spared
        if self.run.rules and chosen != settled:
            raise ValueError(f"blocking chose {chosen} pairs, but {settled} were judged, identical, spared or failed")
        if len(failed) - self.run.inference.filled != s.failed_pairs:
            raise ValueError(
                f"{len(failed)} failures, {self.run.inference.filled} filled, {s.failed_pairs} failed pairs"
            )
        if s.facts != sum(s.verdicts.values()):
            raise ValueError("every fact has exactly one verdict")
        given = {e.article_id for e in self.extractions} | {f.subject for f in self.failures if f.stage == "extraction"}
        missing = [a.id for a in self.articles if a.id not in given]
        if missing:
            raise ValueError(f"articles neither extracted nor failed: {missing}")
        return self


class ExtractionReport(Value):
    """What `extract` gives: the claims of every article, before anything is compared."""

    schema_version: Literal[1] = 1
    partial: bool = False
    """True when the run was interrupted."""
    articles: tuple[Article, ...]
    extractions: tuple[Extraction, ...]
    failures: tuple[Failure, ...]
    skipped: tuple[RefusedFile, ...]
    unreadable: tuple[RefusedFile, ...]
    copies: tuple[CopyGroup, ...] = ()
    """Articles that share their text."""
    usage: Usage = Usage()
