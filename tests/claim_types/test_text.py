"""Folded text, negations, near-duplicates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.claim_types.duplicates import near_identical
from factcheck.claim_types.text import content_tokens, normalised, polarity_words


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    """The normal form is its own normal form."""
    assert normalised(normalised(text)) == normalised(text)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("“Musk” – called  Putin.", '"musk" - Called Putin'),
        ("L’Ucraina!", "l'ucraina"),
        ("ﬁve", "FIVE"),
        ("45 %", "45 % "),
    ],
)
def test_punctuation_case_and_space_do_not_count(a: str, b: str) -> None:
    """Texts that differ in typography alone have one form."""
    assert normalised(a) == normalised(b)


@pytest.mark.parametrize(
    ("a", "b"), [("1.200 men", "1200 men"), ("1.2 men", "12 men"), ("-5", "5"), ("5%", "5"), ("10:30", "1030")]
)
def test_what_changes_a_number_counts(a: str, b: str) -> None:
    """Separators, signs and percent signs stay, for they may change the claim."""
    assert normalised(a) != normalised(b)


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [
        ("He did not call", "en", 1), ("He didn’t call and never wrote", "en", 2), ("Non ha mai chiamato", "it", 2),
        ("Er hat nicht angerufen", "de", 1), ("Il n'a pas appelé", "fr", 2), ("No llamó", "es", 1),
        ("Não ligou", "pt", 1),
        ("Hij belde niet", "nl", 1), ("He called", "en", 0), ("Nie zadzwonił", "pl", 0), ("not", "en-GB", 1),
        ("not", None, 0),
    ],
)  # fmt: skip
def test_negations_are_counted(text: str, language: str | None, count: int) -> None:
    """Each language's own words count, and only in the languages that are covered."""
    assert polarity_words(text, language) == count


def test_function_words_are_no_content() -> None:
    """Content words stay in order, folded."""
    assert content_tokens("Il Presidente ha parlato con la Russia", "it") == ("presidente", "parlato", "russia")


BASE = (
    "The ministry said on Monday that the bridge over the river was closed to all heavy traffic for urgent repairs "
    "until further notice"
)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (BASE + ".", True), (BASE.replace("was closed", "is closed"), True),
        (BASE.replace("on Monday", "Monday"), True), (BASE.replace("Monday", "Tuesday"), False),
        (BASE.replace("was closed", "was not closed"), False), ("On Monday it rained", False),
    ],
)  # fmt: skip
def test_near_identical_keeps_names_and_negations(other: str, expected: bool) -> None:
    """One changed function word merges; a changed name, day or negation does not."""
    assert near_identical(BASE, other, "en") is expected


def test_near_identical_keeps_numbers_and_order() -> None:
    """Another figure is another claim, and so are exchanged roles."""
    long = (
        "In the night the army of the north shelled the town of the south for 12 hours with its heavy guns and drones"
    )
    assert not near_identical(long, long.replace("12", "13"), "en")
    assert not near_identical(long, long.replace("north", "@").replace("south", "north").replace("@", "south"), "en")


def test_without_known_negations_only_equal_texts_are_near() -> None:
    """In a language without a list a negation could hide in any word."""
    text = "Ministerstwo podało w poniedziałek że most nad rzeką został zamknięty dla całego ruchu z powodu remontu"
    assert near_identical(text, text.upper(), "pl")
    assert not near_identical(text, text.replace("całego ", ""), "pl")


@given(st.text(), st.text(), st.sampled_from(["en", "it", "xx", None]))
def test_near_identity_is_reflexive_and_symmetric(a: str, b: str, language: str | None) -> None:
    """A text is near itself, and the order of two texts does not matter."""
    assert near_identical(a, a, language)
    assert near_identical(a, b, language) == near_identical(b, a, language)
