"""What the model must answer when it extracts claims; short keys, because every token is paid for per claim.

The prompt `extract_claims` explains each key; attribution stands once per group of claims that share it, and nothing
is asked for that code can derive (quotes, publishers, entities, ids).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, FiniteFloat

from factcheck.llm.base import WireModel
from factcheck.models import Comparator, Modality


class WirePassage(WireModel):
    """A run of sentences that belongs to one outlet of an aggregator page."""

    p: str
    """Publisher as the page writes it."""
    s: str
    """Sentence range such as `3-6`."""


class WireClaim(WireModel):
    """What every claim has."""

    x: str
    """The claim's text."""
    s: list[int]
    """Numbers of the sentences that state it."""
    k: bool
    """Core (true) or detail."""
    d: str | None
    """When it happened: an EDTF interval."""


class WireEvent(WireClaim):
    """An event."""

    t: Literal["event"]


class WireQuantity(WireClaim):
    """A number that is the point of the claim."""

    t: Literal["quantity"]
    of: str
    v: FiniteFloat
    hi: FiniteFloat | None
    u: str | None
    c: Comparator


class WireStatement(WireClaim):
    """An act of saying."""

    t: Literal["statement"]
    st: Literal["affirms", "denies", "declines"]


class WireAttribute(WireClaim):
    """A lasting property."""

    t: Literal["attribute"]
    sub: str
    att: str
    val: str


class WireCausal(WireClaim):
    """A cause and its effect."""

    t: Literal["causal"]
    cause: str
    eff: str


class WireRule(WireClaim):
    """What a body requires."""

    t: Literal["rule"]
    by: str
    req: str


class WirePrediction(WireClaim):
    """What is expected."""

    t: Literal["prediction"]
    hz: str | None


class WireOpinion(WireClaim):
    """A judgement of value."""

    t: Literal["opinion"]


AnyWireClaim = Annotated[
    WireEvent | WireQuantity | WireStatement | WireAttribute | WireCausal | WireRule | WirePrediction | WireOpinion,
    Field(discriminator="t"),
]


class WireGroup(WireModel):
    """Claims that share speaker, origin and modality."""

    sp: str | None
    or_: str | None = Field(alias="or")
    m: Modality
    claims: list[AnyWireClaim]


class WireExtraction(WireModel):
    """The whole answer for one article, or one window of it."""

    passages: list[WirePassage]
    outside: list[str]
    """Sentence ranges that are not part of the story."""
    groups: list[WireGroup]


def sentence_range(text: str) -> range | None:
    """`"3-6"` -> range(3, 7), `"4"` -> range(4, 5); None when it is neither, or runs backwards."""
    first, _, last = text.replace("–", "-").partition("-")
    if not first.strip().isdecimal() or not (last.strip() or first.strip()).isdecimal():
        return None
    low, high = int(first), int(last or first)
    return range(low, high + 1) if 0 < low <= high < 1_000_000 else None
