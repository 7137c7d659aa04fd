"""The claim types, their keys and what they hold to be comparable; quantities as intervals."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.claim_types.quantities import figures_overlap, interval, intervals_overlap, same_unit
from factcheck.claim_types.registry import CLAIM_TYPES, comparable, get
from factcheck.models import CLAIM, Claim, ClaimType, Comparator, QuantityClaim

EXTRA: dict[str, dict[str, Any]] = {
    "quantity": {"counted": "people", "value": 38.0},
    "attribute": {"subject": "Musk", "attribute": "office", "value": "head of Tesla"},
    "causal": {"cause": "rain", "effect": "flood"},
    "rule": {"body": "the European Commission", "requirement": "no plastic"},
}


def claim(kind: str, **fields: Any) -> Claim:
    """A claim of the kind with the least it needs."""
    base = {"id": "c", "article_id": "a", "text": "Musk met Putin.", "evidence": (), "passage": 1, "type": kind}
    return CLAIM.validate_python(base | EXTRA.get(kind, {}) | fields)


def quantity(
    value: float, comparator: Comparator = "exactly", upper: float | None = None, unit: str | None = None
) -> QuantityClaim:
    """A quantity claim with that figure."""
    made = claim("quantity", value=value, comparator=comparator, upper=upper, unit=unit)
    assert isinstance(made, QuantityClaim)
    return made


def test_every_claim_type_has_a_plug() -> None:
    """The registry holds exactly the types that the model of a claim knows."""
    assert set(CLAIM_TYPES) == set(get_args(ClaimType))
    assert all(get(name).name == name for name in CLAIM_TYPES)


def test_an_unknown_type_is_a_key_error() -> None:
    """`get` does not guess."""
    with pytest.raises(KeyError):
        get("rumour")


@pytest.mark.parametrize("kind", sorted(CLAIM_TYPES))
def test_keys_hold_names_numbers_and_dates(kind: str) -> None:
    """Whatever the type, the text, the speaker and the time give blocking keys."""
    when = {"expression": "in 2022", "start": dt.date(2022, 1, 1), "end": dt.date(2022, 12, 31)}
    made = claim(kind, text="Musk met 12 envoys in Geneva on 2024-10-25", speaker="Kremlin", when=when)
    keys = get(kind).keys(made)
    assert {"name:musk", "name:geneva", "number:12", "date:2024-10", "date:2022", "speaker:kremlin"} <= keys


def test_fields_of_a_type_give_keys_too() -> None:
    """The figure of a quantity and the parts of a cause are keys even when the text words them otherwise."""
    assert "number:38" in get("quantity").keys(claim("quantity", text="Thirty-eight died"))
    assert "name:vesuvius" in get("causal").keys(claim("causal", cause="the eruption of Vesuvius"))


def test_predictions_and_opinions_are_never_contradicted() -> None:
    """A pair with one of them cannot be a contradiction by default; other pairs can."""
    assert {name for name, plug in CLAIM_TYPES.items() if not plug.contradictable} == {"opinion", "prediction"}


@pytest.mark.parametrize("left", sorted(CLAIM_TYPES))
@pytest.mark.parametrize("right", sorted(CLAIM_TYPES))
def test_comparability_is_symmetric(left: str, right: str) -> None:
    """The order of a pair does not matter, and no type is incomparable with itself."""
    assert comparable(claim(left), claim(right)) == comparable(claim(right), claim(left))
    assert comparable(claim(left), claim(left))


def test_a_statement_meets_what_its_speaker_says() -> None:
    """Statements meet statements, their speaker's claims, claims that name the speaker, and what they deny."""
    said = claim("statement", speaker="Dmitry Peskov")
    assert comparable(said, claim("statement", speaker="Reuters"))
    assert comparable(said, claim("event", speaker="Peskov"))
    assert comparable(said, claim("event", text="There was no word from Peskov on Friday"))
    assert not comparable(said, claim("event", speaker="Joe Biden"))
    assert comparable(claim("statement", speaker="Dmitry Peskov", stance="denies"), claim("event", speaker="Joe Biden"))


def test_figures_in_other_dimensions_are_not_compared() -> None:
    """Kilometres and kilograms have nothing to say to each other; unknown units do."""
    assert not comparable(quantity(5, unit="km"), quantity(5, unit="kg"))
    assert comparable(quantity(5, unit="km"), quantity(5, unit="miles"))
    assert comparable(quantity(5, unit="people"), quantity(5, unit="km"))


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (quantity(38), (38, 38)), (quantity(100, "about"), (90, 110)), (quantity(38, "at_least"), (38, math.inf)),
        (quantity(38, "more_than"), (38, math.inf)), (quantity(38, "at_most"), (0, 38)), (quantity(-3, "less_than"),
        (-math.inf, -3)),
        (quantity(10, "range", 12), (10, 12)), (quantity(12, "range", 10), (10, 12)), (quantity(math.nan),
        (-math.inf, math.inf)),
        (quantity(-100, "about"), (-110, -90)),
    ],
)  # fmt: skip
def test_a_quantity_is_an_interval(made: QuantityClaim, expected: tuple[float, float]) -> None:
    """Comparator and upper value give the interval that the claim allows."""
    assert interval(made) == pytest.approx(expected)


_ENDS = st.tuples(st.floats(allow_nan=False), st.floats(allow_nan=False)).map(lambda e: (min(e), max(e)))


@given(_ENDS, _ENDS)
def test_overlap_is_symmetric(a: tuple[float, float], b: tuple[float, float]) -> None:
    """The order of two intervals does not matter."""
    assert intervals_overlap(a, b) == intervals_overlap(b, a)
    assert intervals_overlap(a, a)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("km", "miles", True), ("kg", "tonnes", True), ("%", "percent", True), ("km", "kg", False), ("km", "%", False),
        ("€", "euro", True), ("EUR", "USD", None), ("people", "soldiers", None), ("people", "People", True),
        (None, "km", None),
        (None, None, None), ("morti", "km", None), ("chilometri", "Kilometer", True),
    ],
)  # fmt: skip
def test_units_are_compared_by_dimension(a: str | None, b: str | None, expected: bool | None) -> None:
    """One dimension compares, two do not, and what is not known cannot be told."""
    assert same_unit(a, b, "en") is expected
    assert same_unit(b, a, "en") is expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (quantity(12), quantity(14), False), (quantity(12), quantity(10, "at_least"), True),
        (quantity(10, unit="miles"), quantity(16.1, unit="km"), True),
        (quantity(10, unit="miles"), quantity(10, unit="km"), False),
        (quantity(10, unit="EUR"), quantity(10, unit="USD"), None),
        (quantity(2, unit="t"), quantity(2000, unit="kg"), True),
        (quantity(95), quantity(100, "about"), True),
    ],
)  # fmt: skip
def test_figures_overlap_after_conversion(left: QuantityClaim, right: QuantityClaim, expected: bool | None) -> None:
    """Figures are compared in one unit; currencies are never converted."""
    assert figures_overlap(left, right) is expected
    assert figures_overlap(right, left) is expected
