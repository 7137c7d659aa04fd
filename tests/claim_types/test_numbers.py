"""Numbers in running text, in seven languages."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.claim_types.numbers import NumberMention, find_numbers, parse_digits

INF = math.inf
LANGUAGES = st.sampled_from(["en", "it", "de", "fr", "es", "pt", "nl", "zh", "ja", "pl", "xx", "it-IT", "", None])


def one(text: str, language: str | None) -> NumberMention:
    """The only number of a text."""
    (mention,) = find_numbers(text, language)
    return mention


@pytest.mark.parametrize(
    ("written", "language", "value"),
    [
        ("1.200", "it", 1200), ("1.200", "de", 1200), ("1.200", "es", 1200), ("1.200", "pt", 1200),
        ("1.200", "en", 1.2),
        ("1,200", "en", 1200), ("1,200", "it", 1.2), ("1.234.567", "it", 1234567), ("1,234,567.5", "en", 1234567.5),
        ("1.234.567,5", "de", 1234567.5), ("12 300", "fr", 12300), ("1’200", "de", 1200), ("0.125", "it", 0.125),
        ("3,5", "nl", 3.5), ("1.200", None, 1200), ("1,200", None, 1200), ("3.5", None, 3.5), ("٣٨", "ar", 38),
    ],
)  # fmt: skip
def test_separators_follow_the_language(written: str, language: str | None, value: float) -> None:
    """The same digits mean what the language's own separators make of them."""
    assert parse_digits(written, language) == value


@pytest.mark.parametrize("written", ["1.2.3", "1,2,3", "12.34.56", "1.2,3,4"])
def test_what_is_no_number_has_no_value(written: str) -> None:
    """Versions and lists of digits are not read as one number."""
    assert parse_digits(written, "en") is None


@pytest.mark.parametrize(
    ("text", "language", "low", "high"),
    [
        ("una quarantina di morti", "it", 36, 44), ("almeno 38 morti", "it", 38, INF),
        ("oltre due ponti", "it", 2, INF),
        ("decine di feriti", "it", 20, 99), ("qualche centinaio di case", "it", 200, 999),
        ("qualche centinaia di case", "it", 200, 999), ("migliaia di case", "it", 2000, 9999),
        ("decine di migliaia di case", "it", 20000, 99999), ("fra 10 e 12 case", "it", 10, 12),
        ("trentotto case", "it", 38, 38), ("12mila case", "it", 12000, 12000),
        ("1,2 milioni di case", "it", 1.2e6, 1.2e6),
        ("mezzo milione di case", "it", 5e5, 5e5), ("fino a 40 case", "it", 0, 40), ("una sola casa", "it", -1, -1),
        ("more than 12 houses", "en", 12, INF), ("about 200 houses", "en", 180, 220),
        ("dozens of houses", "en", 20, 99),
        ("hundreds of houses", "en", 200, 999), ("tens of thousands of houses", "en", 20000, 99999),
        ("hundreds of thousands", "en", 200000, 999999), ("half a million", "en", 5e5, 5e5),
        ("two dozen eggs", "en", 24, 24),
        ("a couple of eggs", "en", 2, 3), ("10-12 eggs", "en", 10, 12), ("between ten and twelve eggs", "en", 10, 12),
        ("3 to 4 million eggs", "en", 3e6, 4e6), ("40 or more eggs", "en", 40, INF),
        ("thirty-eight eggs", "en", 38, 38),
        ("rund 1.200 Häuser", "de", 1080, 1320), ("ein Dutzend Häuser", "de", 10.8, 13.2),
        ("Dutzende Häuser", "de", 20, 99),
        ("3,5 Mio. Häuser", "de", 3.5e6, 3.5e6), ("mindestens achtunddreißig Häuser", "de", 38, INF),
        ("Zehntausende Häuser", "de", 20000, 99999), ("12 300 maisons", "fr", 12300, 12300),
        ("plus de 40 maisons", "fr", 40, INF), ("une quarantaine de maisons", "fr", 36, 44),
        ("des centaines de milliers de maisons", "fr", 200000, 999999), ("quatre-vingt-dix-sept maisons", "fr", 97, 97),
        ("más de 1.200 casas", "es", 1200, INF), ("unas cuarenta casas", "es", 36, 44),
        ("miles de casas", "es", 2000, 9999),
        ("cerca de 1.200 casas", "pt", 1080, 1320), ("dezenas de casas", "pt", 20, 99),
        ("trinta e oito casas", "pt", 38, 38),
        ("ruim 1.200 huizen", "nl", 1200, INF), ("tientallen huizen", "nl", 20, 99),
        ("twee miljoen huizen", "nl", 2e6, 2e6),
        ("several hundred people", "en", 200, 999), ("a few thousand people", "en", 2000, 9999),
        ("a couple of hundred people", "en", 200, 399), ("a couple hundred people", "en", 200, 399),
        ("several hundred thousand people", "en", 200000, 999999),
        ("alcune centinaia di persone", "it", 200, 999), ("un paio di centinaia di persone", "it", 200, 399),
        ("alcuni milioni di persone", "it", 2e6, 9999999),
        ("mehrere hundert Menschen", "de", 200, 999), ("ein paar Tausend Menschen", "de", 2000, 9999),
        ("mehrere hunderttausend Menschen", "de", 200000, 999999), ("plusieurs millions", "fr", 2e6, 9999999),
        ("plusieurs centaines de milliers de gens", "fr", 200000, 999999),
        ("varios cientos de personas", "es", 200, 999), ("un par de cientos de personas", "es", 200, 399),
        ("vários milhões de pessoas", "pt", 2e6, 9999999), ("um par de centenas de casas", "pt", 200, 399),
        ("enkele honderd mensen", "nl", 200, 999), ("een paar honderd mensen", "nl", 200, 999),
        ("enkele miljoenen mensen", "nl", 2e6, 9999999),
        ("约3亿", "zh", 2.7e8, 3.3e8), ("12万", "zh", 12e4, 12e4), ("3 500 domów", "pl", 3500, 3500),
    ],
)  # fmt: skip
def test_bounds_and_approximations_become_intervals(text: str, language: str, low: float, high: float) -> None:
    """Each expression gives the interval that its words allow; articles are no numbers (-1 stands for none)."""
    found = find_numbers(text, language)
    if low < 0:
        assert found == ()
    else:
        assert [m.low for m in found] == pytest.approx([low])
        assert [m.high for m in found] == pytest.approx([high])


@pytest.mark.parametrize(
    ("text", "language", "role"),
    [
        ("45 % of voters", "en", "percent"), ("trentotto per cento", "it", "percent"), ("€40m", "en", "money"),
        ("2 Mrd. Dollar", "de", "money"), ("the 3rd attack", "en", "ordinal"), ("il terzo attacco", "it", "ordinal"),
        ("in 2022", "en", "year"), ("nel 2022", "it", "year"), ("2000 soldiers", "en", "cardinal"),
        ("20:30", "en", "time"),
        ("2000 Soldaten", "de", "cardinal"), ("ore 20", "it", "time"), ("20 Uhr", "de", "time"),
        ("at 8 pm", "en", "time"),
        ("il 5 novembre", "it", "date"), ("half of the voters", "en", "percent"),
        ("la metà degli elettori", "it", "percent"),
    ],
)  # fmt: skip
def test_roles_are_told_apart(text: str, language: str, role: str) -> None:
    """A number is marked as what it is, so that a year is never taken for a count."""
    assert one(text, language).role == role


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("$4bn", 4e9, "USD"),
        ("3.5 million euros", 3.5e6, "EUR"),
        ("6 km", 6, "km"),
        ("12 miles", 12, "mi"),
        ("12 men", 12, None),
    ],
)
def test_units_and_currencies_are_named(text: str, value: float, unit: str | None) -> None:
    """The unit next to a number is reduced to its symbol."""
    assert (one(text, "en").low, one(text, "en").unit) == (value, unit)


@pytest.mark.parametrize("text", ["G7", "Covid-19", "an F-16", "call +39 06 1234567", "no one came", "version 1.2.3"])
def test_names_and_telephones_are_no_numbers(text: str) -> None:
    """Digits inside names, telephone numbers and versions count nothing."""
    assert find_numbers(text, "en") == ()


def well_formed(text: str, language: str | None) -> None:
    """Spans are in order and inside the text, intervals not reversed."""
    end = 0
    for mention in find_numbers(text, language):
        assert end <= mention.start < mention.end <= len(text)
        assert mention.text == text[mention.start : mention.end]
        assert mention.low <= mention.high
        end = mention.end


@settings(deadline=None)  # the first text of a language compiles its patterns
@given(st.text(), LANGUAGES)
def test_any_text_is_read_without_error(text: str, language: str | None) -> None:
    """Whatever the text, mentions are well formed."""
    well_formed(text, language)


_PIECES = st.sampled_from(
    ["12", "1.200", "3,5", "%", " ", "-", "e", "to", "fra", "between", "and", "million", "mila", "due", "about",
    "oltre", "one",
     "km", "€", "2022", "dozens", "of", "thousands", "une", "centaine", "5", "novembre", ":", "30", "half", "a", ".",
     "(", "+39"]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(_PIECES, max_size=12), st.sampled_from(["", " "]), LANGUAGES)
def test_any_mixture_of_number_words_is_read_without_error(pieces: list[str], glue: str, language: str | None) -> None:
    """Mixtures of what the patterns look for are well formed too."""
    well_formed(glue.join(pieces), language)


def test_a_sign_between_two_numbers_belongs_to_one() -> None:
    """ "12€12" is two mentions that do not overlap."""
    first, second = find_numbers("12€12", "en")
    assert (first.text, second.text) == ("12€", "12")
    assert first.end <= second.start


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("several people", "en"),
        ("a few houses", "en"),
        ("alcune case", "it"),
        ("mehrere Menschen", "de"),
        ("plusieurs maisons", "fr"),
        ("varias casas", "es"),
        ("várias casas", "pt"),
        ("enkele huizen", "nl"),
    ],
)
def test_several_of_nothing_is_no_number(text: str, language: str) -> None:
    """Only in front of a magnitude do such words say how many."""
    assert find_numbers(text, language) == ()
