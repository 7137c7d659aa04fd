"""Rules: what a law, ruling or body requires, permits or forbids."""

from __future__ import annotations

from factcheck.claim_types.base import common_keys
from factcheck.models import BaseClaim, RuleClaim


class Rule:
    """Comparable with everything: that a rule was passed or broken is told as an event."""

    name = "rule"
    contradictable = True

    def keys(self, claim: BaseClaim) -> frozenset[str]:
        """Names, numbers and dates of the text, and the body that makes the rule."""
        return common_keys(claim, claim.body) if isinstance(claim, RuleClaim) else common_keys(claim)

    def comparable(self, left: BaseClaim, right: BaseClaim) -> bool:  # noqa: ARG002
        """Always."""
        return True
