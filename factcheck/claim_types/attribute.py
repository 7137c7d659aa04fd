"""Attributes: lasting properties such as office, role, ownership, relation."""

from __future__ import annotations

from factcheck.claim_types.base import common_keys
from factcheck.models import AttributeClaim, BaseClaim


class Attribute:
    """Comparable with everything: an event may end the state that an attribute describes."""

    name = "attribute"
    contradictable = True

    def keys(self, claim: BaseClaim) -> frozenset[str]:
        """Names, numbers and dates of the text, of the subject and of the value."""
        if not isinstance(claim, AttributeClaim):
            return common_keys(claim)
        return common_keys(claim, claim.subject, claim.value)

    def comparable(self, left: BaseClaim, right: BaseClaim) -> bool:  # noqa: ARG002
        """Always: subjects are often worded too differently to be told apart cheaply."""
        return True
