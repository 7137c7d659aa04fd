"""Statements: the act of saying is itself the news."""

from __future__ import annotations

from factcheck.claim_types.base import common_keys
from factcheck.claim_types.names import same_name
from factcheck.models import BaseClaim, StatementClaim


class Statement:
    """Compared with other statements, with denials' targets, and with whatever the same speaker asserts."""

    name = "statement"
    contradictable = True

    def keys(self, claim: BaseClaim) -> frozenset[str]:
        """Names, numbers and dates of the text; the speaker counts as a name too."""
        return common_keys(claim, claim.speaker)

    def comparable(self, left: BaseClaim, right: BaseClaim) -> bool:
        """With statements always; with others when the speaker is the same or unknown, or when the statement denies."""
        if isinstance(right, StatementClaim) or (isinstance(left, StatementClaim) and left.stance == "denies"):
            return True
        if not left.speaker or not right.speaker:
            return not left.speaker
        return same_name(left.speaker, right.speaker)
