"""Causes: one thing is said to have brought about another."""

from __future__ import annotations

from factcheck.claim_types.base import common_keys
from factcheck.models import BaseClaim, CausalClaim


class Causal:
    """Comparable with everything: cause and effect are themselves events that others may deny."""

    name = "causal"
    contradictable = True

    def keys(self, claim: BaseClaim) -> frozenset[str]:
        """Names, numbers and dates of the text, of the cause and of the effect."""
        return common_keys(claim, claim.cause, claim.effect) if isinstance(claim, CausalClaim) else common_keys(claim)

    def comparable(self, left: BaseClaim, right: BaseClaim) -> bool:  # noqa: ARG002
        """Always."""
        return True
