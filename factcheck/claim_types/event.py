"""Events: something happened or was done."""

from __future__ import annotations

from factcheck.claim_types.base import common_keys
from factcheck.models import BaseClaim


class Event:
    """Comparable with everything: any other kind of claim may presuppose or deny that it happened."""

    name = "event"
    contradictable = True

    def keys(self, claim: BaseClaim) -> frozenset[str]:
        """Names, numbers and dates of the text."""
        return common_keys(claim)

    def comparable(self, left: BaseClaim, right: BaseClaim) -> bool:  # noqa: ARG002
        """Always: whether two texts mean the same event is for the judge."""
        return True
