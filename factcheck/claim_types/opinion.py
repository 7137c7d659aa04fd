"""Opinions: judgements of value."""

from __future__ import annotations

from factcheck.claim_types.base import common_keys
from factcheck.models import BaseClaim, OpinionClaim, StatementClaim


class Opinion:
    """Never contradicted by default, and only opinions and statements can say the same."""

    name = "opinion"
    contradictable = False

    def keys(self, claim: BaseClaim) -> frozenset[str]:
        """Names, numbers and dates of the text."""
        return common_keys(claim)

    def comparable(self, left: BaseClaim, right: BaseClaim) -> bool:  # noqa: ARG002
        """With opinions and statements."""
        return isinstance(right, OpinionClaim | StatementClaim)
