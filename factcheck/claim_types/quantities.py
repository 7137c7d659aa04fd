"""Quantities as intervals, in code: what a claim's figure allows, and whether two figures can both be true."""

from __future__ import annotations

import math

from factcheck.claim_types.numbers import bounds
from factcheck.claim_types.text import folded
from factcheck.claim_types.units import unit_of
from factcheck.models import QuantityClaim

Interval = tuple[float, float]


def interval(claim: QuantityClaim) -> Interval:
    """The closed interval that the claim allows, in its own unit: "about" 10 % either side, open bounds infinite.

    A value that is no number allows everything.
    """
    value, upper = claim.value, claim.upper
    if math.isnan(value) or (upper is not None and math.isnan(upper)):
        return -math.inf, math.inf
    low, high = (value, value) if upper is None else (min(value, upper), max(value, upper))
    return bounds(low, high, claim.comparator)


def intervals_overlap(a: Interval, b: Interval) -> bool:
    """Whether two closed intervals share a value."""
    return a[0] <= b[1] and b[0] <= a[1]


def same_unit(a: str | None, b: str | None, language: str | None) -> bool | None:
    """Whether figures in the units `a` and `b` can be compared; None when that cannot be told.

    Units of one dimension are comparable (`km` and miles, kg and t), of two dimensions not. One currency is comparable
    with itself; two currencies cannot be told, for nothing is converted. Names of units are known in en, it, de, fr,
    es, pt, nl whatever `language` says; other words are comparable only when they are equal.
    """
    del language  # the names of units do not clash between the languages that are covered
    if not a or not b:
        return None
    if folded(a).strip() == folded(b).strip():
        return True
    left, right = unit_of(a), unit_of(b)
    if left is None or right is None:
        return None
    if left[0] != right[0]:
        return False
    return None if left[0] == "money" and left[1] != right[1] else True


def in_base_unit(values: Interval, unit: str | None) -> Interval:
    """`values` in metres, kilograms, square metres or seconds when `unit` is known, else as they are."""
    known = unit_of(unit)
    return (values[0] * known[2], values[1] * known[2]) if known else values


def figures_overlap(left: QuantityClaim, right: QuantityClaim) -> bool | None:
    """Whether the two figures can both hold, units converted; None when their units do not allow to tell.

    Two claims without a unit count as comparable: what they count is for the judge. Converted figures are allowed one
    per cent, because converting rounds.
    """
    same = same_unit(left.unit, right.unit, None)
    if same is not True and (left.unit or right.unit):
        return None
    a, b = in_base_unit(interval(left), left.unit), in_base_unit(interval(right), right.unit)
    if left.unit and right.unit and folded(left.unit) != folded(right.unit):
        a = (a[0] - abs(a[0]) * 0.01, a[1] + abs(a[1]) * 0.01)
    return intervals_overlap(a, b)
