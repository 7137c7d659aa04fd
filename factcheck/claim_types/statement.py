"""Statements: the act of saying is itself the news."""

from __future__ import annotations

from factcheck.claim_types.base import common_keys
from factcheck.claim_types.names import find_names, same_name
from factcheck.models import BaseClaim, StatementClaim


class Statement:
    """Compared with other statements, with what it denies, and with whatever its speaker asserts or is named in."""

    name = "statement"
    contradictable = True

    def keys(self, claim: BaseClaim) -> frozenset[str]:
        """Names, numbers and dates of the text; the speaker counts as a name too."""
        return common_keys(claim, claim.speaker)

    def comparable(self, left: BaseClaim, right: BaseClaim) -> bool:
        """With statements always; with others that share the speaker or name them, or that the statement may deny."""
        if isinstance(right, StatementClaim) or (isinstance(left, StatementClaim) and left.stance == "denies"):
            return True
        if not left.speaker or (right.speaker and same_name(left.speaker, right.speaker)):
            return True
        return not find_names(left.speaker, None).isdisjoint(find_names(right.text, None))
