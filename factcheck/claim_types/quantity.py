"""Quantities: how many or how much of something."""

from __future__ import annotations

import math

from factcheck.claim_types.base import common_keys, number_key
from factcheck.claim_types.quantities import same_unit
from factcheck.models import BaseClaim, QuantityClaim


class Quantity:
    """Two figures in units of different dimensions have nothing to say to each other; all else is compared."""

    name = "quantity"
    contradictable = True

    def keys(self, claim: BaseClaim) -> frozenset[str]:
        """Names, numbers and dates of the text, what is counted, and the figure itself."""
        if not isinstance(claim, QuantityClaim):
            return common_keys(claim)
        figures = {number_key(v) for v in (claim.value, claim.upper) if v is not None and math.isfinite(v)}
        return common_keys(claim, claim.counted) | figures

    def comparable(self, left: BaseClaim, right: BaseClaim) -> bool:
        """False only for two quantities whose units are known and of different dimensions."""
        if isinstance(left, QuantityClaim) and isinstance(right, QuantityClaim):
            return same_unit(left.unit, right.unit, None) is not False
        return True
