"""Predictions: what is expected or planned to happen."""

from __future__ import annotations

from factcheck.claim_types.base import common_keys
from factcheck.models import BaseClaim, OpinionClaim, PredictionClaim


class Prediction:
    """Never contradicted by default: two forecasts may differ, and what happened later refutes nobody's report."""

    name = "prediction"
    contradictable = False

    def keys(self, claim: BaseClaim) -> frozenset[str]:
        """Names, numbers and dates of the text and of the horizon."""
        return common_keys(claim, claim.horizon) if isinstance(claim, PredictionClaim) else common_keys(claim)

    def comparable(self, left: BaseClaim, right: BaseClaim) -> bool:  # noqa: ARG002
        """With everything but opinions; another article may tell the same plan as an event."""
        return not isinstance(right, OpinionClaim)
