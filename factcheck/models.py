"""The values that flow down the house; nothing here does work."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

Modality = Literal["asserted", "reported", "alleged", "denied"]
Relation = Literal["equivalent", "a_entails_b", "b_entails_a", "contradicts", "unrelated"]
Label = Literal["supports", "contradicts", "unrelated"]
ConflictKind = Literal["number", "time", "place", "identity", "existence", "cause", "content", "other"]
ConflictNature = Literal["direct", "update", "scope", "precision"]
Comparator = Literal["exactly", "about", "at_least", "at_most", "more_than", "less_than", "range"]
Choice = Literal["accept", "reject", "relabel"]
Fate = Literal["honoured", "carried", "overruled", "gone"]
"""Of a decision: its claims are unchanged; they changed, but say the same words still; a later one counts; they are no
longer there, so that nothing was done."""
Stage = Literal["ingestion", "extraction", "blocking", "judging", "confirmation", "aggregation"]


def tagged_hash(value: object) -> str:
    """`sha256:` + the first 16 hex digits over canonical JSON of `value`; the tag names the algorithm."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Value(BaseModel):
    """Base of all values: frozen, closed, comparable by content."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# -- articles ------------------------------------------------------------------------------------


class Sentence(Value):
    """One sentence of an article: `text[start:end]`, numbered from 1."""

    number: int
    start: int
    end: int
    paragraph: int
    """Paragraph number from 1; parted by blank lines and by line breaks that are not mere wrapping."""
    headline: bool = False
    """True for the article's own title and for headings between paragraphs."""


class Article(Value):
    """One document; `text` is the exact string that every offset refers to, the title included when known."""

    id: str
    path: str
    title: str | None = None
    publisher: str | None = None
    author: str | None = None
    url: str | None = None
    published_at: dt.date | None = None
    language: str | None = None
    """BCP 47 primary subtag such as `it`, guessed when the file does not say."""
    partial: bool = False
    """True when the file holds only a part of the article, such as a feed summary."""
    text: str
    sentences: tuple[Sentence, ...]
    notes: tuple[str, ...] = ()
    """What was guessed or removed on the way in, in words for a person."""

    def quote(self, number: int) -> str:
        """The verbatim words of sentence `number`; KeyError when there is none."""
        if not 1 <= number <= len(self.sentences):
            raise KeyError(number)
        sentence = self.sentences[number - 1]
        return self.text[sentence.start : sentence.end]


class RefusedFile(Value):
    """A file that did not become an article, with the reason; skipped on purpose or failed."""

    path: str
    reason: str


class Passage(Value):
    """A run of sentences of an article that belongs to one publisher (an aggregator page has many)."""

    article_id: str
    number: int
    publisher: str | None
    first: int
    last: int


class Change(Value):
    """Words that differ between the text a group is measured by and one of its copies."""

    article: str
    """Id of the copy."""
    original: str
    """Words of the representative, empty when the copy adds some."""
    original_start: int
    """Offset in the representative's text at which they stand, or would."""
    copy_words: str
    """Words of the copy, empty when it leaves them out."""
    copy_start: int
    """Offset in the copy's text at which they stand, or would."""


class CopyGroup(Value):
    """Articles that share their text."""

    representative: str
    """Id of the earliest article, of those the longest."""
    articles: tuple[str, ...]
    """Ids of all members, the representative first, the others in the order given."""
    shared: dict[str, float]
    """Id of each other member -> share of the shorter text that it has in common with the representative."""
    changes: tuple[Change, ...]


class KnownSources(Value):
    """What the user says about outlets; it wins over what their names suggest."""

    aliases: dict[str, str] = {}
    """Another name of an outlet -> its name."""
    owners: dict[str, str] = {}
    """Name of an outlet -> whose it is; what outlets of one owner report themselves has one origin."""


# -- claims --------------------------------------------------------------------------------------


class TimeSpan(Value):
    """When something is said to have happened; both ends inclusive, None is an open or unknown end."""

    expression: str | None = None
    start: dt.date | None = None
    end: dt.date | None = None


class Evidence(Value):
    """A sentence of the article that states the claim; `quote == article.text[start:end]`."""

    sentence: int
    start: int
    end: int
    quote: str


class BaseClaim(Value):
    """What every claim has."""

    id: str
    article_id: str
    text: str
    """Self-contained, in the article's language; of a denial, the negated proposition."""
    evidence: tuple[Evidence, ...]
    passage: int
    """Number of the passage within the article; 1 when the article is all one publisher's."""
    publisher: str | None = None
    speaker: str | None = None
    """Who asserts it inside the text; of a denial, who denies."""
    origin: str | None = None
    """The published source that the publisher got it from, when that is not the publisher."""
    modality: Modality = "asserted"
    when: TimeSpan | None = None
    core: bool = True
    """Whether another report on the same events would state or contest it."""
    ungrounded: tuple[str, ...] = ()
    """Numbers, dates or quoted words of the text that its evidence does not hold; never used as evidence."""


class EventClaim(BaseClaim):
    """Something happened or was done."""

    type: Literal["event"] = "event"


class QuantityClaim(BaseClaim):
    """How many or how much of something."""

    type: Literal["quantity"] = "quantity"
    counted: str
    value: float
    upper: float | None = None
    unit: str | None = None
    comparator: Comparator = "exactly"


class StatementClaim(BaseClaim):
    """The act of saying is itself the news."""

    type: Literal["statement"] = "statement"
    stance: Literal["affirms", "denies", "declines"] = "affirms"


class AttributeClaim(BaseClaim):
    """A lasting property: office, role, ownership, relation."""

    type: Literal["attribute"] = "attribute"
    subject: str
    attribute: str
    value: str


class CausalClaim(BaseClaim):
    """One thing is said to have brought about another."""

    type: Literal["causal"] = "causal"
    cause: str
    effect: str


class RuleClaim(BaseClaim):
    """What a law, ruling or body requires, permits or forbids."""

    type: Literal["rule"] = "rule"
    body: str
    requirement: str


class PredictionClaim(BaseClaim):
    """What is expected or planned to happen; never contradicted by default."""

    type: Literal["prediction"] = "prediction"
    horizon: str | None = None


class OpinionClaim(BaseClaim):
    """A judgement of value; never contradicted by default."""

    type: Literal["opinion"] = "opinion"


Claim = Annotated[
    EventClaim
    | QuantityClaim
    | StatementClaim
    | AttributeClaim
    | CausalClaim
    | RuleClaim
    | PredictionClaim
    | OpinionClaim,
    Field(discriminator="type"),
]
ClaimType = Literal["event", "quantity", "statement", "attribute", "causal", "rule", "prediction", "opinion"]
CLAIM = TypeAdapter[Claim](Claim)


class Extraction(Value):
    """What one article gave: claims, passages, and what became of its other sentences."""

    article_id: str
    passages: tuple[Passage, ...]
    claims: tuple[Claim, ...]
    outside: tuple[int, ...]
    """Sentences that are not part of the story: teasers, navigation, adverts."""
    uncovered: tuple[int, ...]
    """Sentences that gave no claim and were not marked as outside."""
    taken_over: tuple[int, ...] = ()
    """Sentences that the article shares word for word with one it is a copy of: asked there, and what they gave taken
    over from it."""
    notes: tuple[str, ...] = ()


# -- pairs and judgements ------------------------------------------------------------------------


class CandidatePair(Value):
    """Two claims worth judging, in canonical order (`left < right`), and the blocking rules that chose them."""

    left: str
    right: str
    rule: str
    """The first rule that chose the pair."""
    also: tuple[str, ...] = ()
    """Further rules that chose it."""
    score: float | None = None
    """How alike the claims are, 0 to 1.1; None when all pairs are judged and none was ranked."""

    @model_validator(mode="after")
    def _canonical(self) -> CandidatePair:
        if self.left >= self.right:
            raise ValueError("a candidate pair holds two different claims, the lower id left")
        return self

    @property
    def key(self) -> tuple[str, str]:
        """The pair without its rules."""
        return self.left, self.right

    @property
    def rules(self) -> tuple[str, ...]:
        """All rules that chose the pair."""
        return self.rule, *self.also


class Conflict(Value):
    """What a contradiction is about, in which words, and why."""

    kind: ConflictKind
    nature: ConflictNature = "direct"
    question: str | None = None
    """The question that both sides answer differently, in the language of the articles."""
    left_words: str | None = None
    right_words: str | None = None
    reason: str | None = None


class Decision(Value):
    """What a person decided about a finding of a report: a row of review.csv."""

    target: Literal["pair", "dispute", "fact"]
    id: str
    """Of a pair `left|right`, the lower claim id left."""
    decision: Choice
    label: Label | None = None
    """Of a relabelled pair or dispute, what its pairs count as."""
    note: str | None = None
    reviewer: str | None = None
    decided_at: dt.datetime | None = None
    left_text: str | None = None
    """The texts decided upon: of a pair both claims, of a dispute its title, of a fact its text."""
    right_text: str | None = None
    line: int = 0
    """Line of the file it was read from."""
    fate: Fate | None = None
    """What became of it in this report; None before it met one."""
    found: tuple[str, ...] = ()
    """What it was applied to in this report: the pair, the dispute's or the fact's id as it stood before."""


class Review(Value):
    """A person's decision about a pair, and what the judge had found before it."""

    decision: Choice
    reviewer: str | None
    note: str | None
    decided_at: dt.datetime | None
    relation: Relation
    """What was found."""
    certainty: Literal["firm", "possible"]
    conflict: Conflict | None


class Judgement(Value):
    """The relation between two claims; `a` is the left claim and `b` the right one."""

    left: str
    right: str
    rule: str
    """The first blocking rule that chose the pair."""
    also: tuple[str, ...] = ()
    """Further blocking rules that chose it."""
    relation: Relation
    conflict: Conflict | None = None
    how: Literal["identical", "model", "confirmed", "inferred"] = "model"
    certainty: Literal["firm", "possible"] = "firm"
    """`possible`: the passes over a contradiction disagreed; shown apart and not counted."""
    note: str | None = None
    """Why code changed or doubted what the model said."""
    chain: tuple[tuple[str, str], ...] = ()
    """Of an inferred judgement, the pairs it follows from: on the way from its left claim to its right one; of a claim
    that is identical to a judged one, the judged pair first, then the identical ones."""
    review: Review | None = None
    """Who decided otherwise or confirmed it, and what the judge had found; `relation` is what counts."""

    @property
    def key(self) -> tuple[str, str]:
        """The pair without its rule."""
        return self.left, self.right

    @property
    def label(self) -> Label:
        """What the user sees."""
        if self.relation == "contradicts" or self.relation == "unrelated":
            return self.relation
        return "supports"


class Failure(Value):
    """A unit of work that gave no result: an article without claims, a pair without a relation."""

    stage: Stage
    subject: str
    """Article id or path; for a pair `left|right`."""
    kind: str
    """Name of the error class."""
    message: str
    attempts: int = 1
