"""The claim types by name; the one line to add for a new one."""

from __future__ import annotations

from factcheck.claim_types.attribute import Attribute
from factcheck.claim_types.base import ClaimType
from factcheck.claim_types.causal import Causal
from factcheck.claim_types.event import Event
from factcheck.claim_types.opinion import Opinion
from factcheck.claim_types.prediction import Prediction
from factcheck.claim_types.quantity import Quantity
from factcheck.claim_types.rule import Rule
from factcheck.claim_types.statement import Statement
from factcheck.models import Claim

CLAIM_TYPES: dict[str, ClaimType] = {
    plug.name: plug
    for plug in (Event(), Quantity(), Statement(), Attribute(), Causal(), Rule(), Prediction(), Opinion())
}


def get(name: str) -> ClaimType:
    """The claim type called `name`; KeyError when there is none."""
    return CLAIM_TYPES[name]


def comparable(left: Claim, right: Claim) -> bool:
    """Whether the types of both claims hold the pair to be worth judging; symmetric."""
    return get(left.type).comparable(left, right) and get(right.type).comparable(right, left)
