"""What a claim says that its sources do not."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.claim_types.dates import parse_interval
from factcheck.claim_types.grounding import ungrounded

PUBLISHED = dt.date(2024, 10, 25)

GROUNDED = [
    ("it", "Sono morte 38 persone", "Trentotto persone sono morte"),
    ("it", "Morti 1.200 soldati", "Sono 1200 i soldati morti"),
    ("it", "Costa 1.200.000 euro", "Il costo è di 1,2 milioni di euro"),
    ("it", "Costa 1,2 milioni di euro", "Il costo è di 1.200.000 euro"),
    ("it", "Sono morte circa 40 persone", "Una quarantina di morti"),
    ("it", "Il 5 novembre 2024 si vota", "In vista delle elezioni del 5 novembre"),
    ("it", "Il 24 ottobre 2024 hanno parlato", "Ieri hanno parlato"),
    ("it", "Martedì 22 ottobre 2024 hanno parlato", "Martedì scorso hanno parlato"),
    ("it", "Parlano dal 2022", "Parlano da due anni"),
    ("it", "Nell'ottobre 2022", "dall'ottobre del 2022"),
    ("it", "Lo definisce «una notizia falsa»", "l'ha definita “una notizia  falsa”"),
    ("it", "Per lui è «una … falsa»", 'per lui è "una notizia del tutto falsa"'),
    ("it", "Per lui è «un’idea sbagliata»", "per lui è un'idea sbagliata"),
    ("it", "Il 45% vota", "Vota il 45 per cento"),
    ("en", "45% of voters", "forty-five percent of voters"),
    ("en", "1,200 people fled", "1200 people fled"),
    ("en", "$3.5 million", "3,500,000 dollars"),
    ("en", "2022", "since October 2022"),
    ("en", "at 8:30 pm", "at 20.30"),
    ("en", "From 12 to 15 million", "between 12 and 15 million"),
    ("en", "2 ministers resigned", "both ministers resigned"),
    ("en", "The G7 met on 24 October 2024", "the G7 met on Thursday"),
    ("en", "He called it 'a lie'", "He called it “a lie”."),
    ("en", "the workers' 2 unions' pay", "two unions"),
    ("en", "In 2024 she won", "She won"),
    ("en", "The vote is on November 5, 2024", "the vote on 5 November"),
    ("de", "Am 5. November 2024 starben 38 Menschen", "Am 5. November starben achtunddreißig Menschen"),
    ("en", "They met in October", "They met on October 3"),
    ("en", "They met", "They did"),
    ("de", "3.500.000 Euro", "3,5 Mio. Euro"),
    ("de", "Er sprach von „Lüge“", "Er nannte es »Lüge«"),
    ("de", "In der Woche ab 14. Oktober 2024", "letzte Woche"),
    ("fr", "97 morts", "quatre-vingt-dix-sept morts"),
    ("fr", "Le 22 octobre 2024", "mardi dernier"),
    ("fr", "12 300 manifestants", "12.300 manifestants"),
    ("fr", "Il parle d'« erreur »", "il parle d'une “erreur”"),
    ("es", "38.000 personas", "treinta y ocho mil personas"),
    ("es", "El 23 de octubre de 2024", "hace dos días"),
    ("es", "3 millones de euros", "tres millones de euros"),
    ("pt", "38 mortos", "trinta e oito mortos"),
    ("nl", "38 doden op 24 oktober 2024", "gisteren vielen achtendertig doden"),
    ("pl", "3500 osób", "3 500 osób"),
]  # fmt: skip
INVENTED = [
    ("it", "Sono morte 39 persone", "Trentotto persone sono morte", "39"),
    ("it", "Costa 1,2 miliardi", "Costa 1,2 milioni", "1,2 miliardi"),
    ("it", "Il 23 ottobre 2024 hanno parlato", "Ieri hanno parlato", "23 ottobre 2024"),
    ("it", "Nel 2019 parlavano", "Nel 2022 parlavano", "2019"),
    ("it", "Per lui è «una notizia vera»", 'per lui è "una notizia falsa"', "«una notizia vera»"),
    ("it", "Nel novembre 2022", "nell'ottobre 2022", "novembre 2022"),
    ("en", "45% of voters", "45 voters", "45%"),
    ("en", "25 October 2022", "in October 2022", "25 October 2022"),
    ("en", "The G20 met", "the G7 met", "G20"),
    ("en", "40 people died", "dozens of people died", "40"),
    ("en", "about 50 people", "about 40 people", "about 50"),
    ("en", "She said “never”", "She said “maybe”", "“never”"),
    ("en", "at 9:30", "at 8:30", "9:30"),
    ("en", "12 people in 2021", "12 people", "2021"),
    ("en", "They met in November", "They met in October", "November"),
    ("de", "rund 1.300 Menschen", "rund 1.200 Menschen", "rund 1.300"),
    ("de", "am 6. November 2024", "am 5. November", "6. November 2024"),
    ("fr", "98 morts", "quatre-vingt-dix-sept morts", "98"),
    ("fr", "Il parle d'« horreur »", "il parle d'une “erreur”", "« horreur »"),
    ("es", "38.000 personas", "treinta y ocho personas", "38.000"),
    ("es", "hace dos días, el 20 de octubre de 2024", "hace dos días", "20 de octubre de 2024"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "source"), GROUNDED)
def test_what_the_source_says_in_other_words_is_grounded(language: str, text: str, source: str) -> None:
    """Another way of writing the same number, date or quotation is no invention."""
    assert ungrounded(text, [source], language, PUBLISHED, None) == ()


@pytest.mark.parametrize(("language", "text", "source", "invented"), INVENTED)
def test_what_the_source_does_not_say_is_named(language: str, text: str, source: str, invented: str) -> None:
    """An invented number, date or quotation is given back as the claim wrote it."""
    assert ungrounded(text, [source], language, PUBLISHED, None) == (invented,)


def test_a_date_within_when_needs_a_source_that_meets_it() -> None:
    """`when` widens a relative date of the source, and alone is no evidence."""
    when = parse_interval("2024-10-07/2024-10-20")
    text = "On 8 October 2024 they met"
    assert ungrounded(text, ["They met last week"], "en", PUBLISHED, when) == ()
    assert ungrounded(text, ["They met"], "en", PUBLISHED, when) == ("8 October 2024",)


def test_several_sources_count_together() -> None:
    """Title and evidence sentences are searched alike."""
    assert ungrounded("38 dead in 2022", ["Flood of 2022", "Thirty-eight died"], "en", None, None) == ()


@settings(deadline=None)
@given(
    st.text(), st.lists(st.text(), max_size=3), st.sampled_from(["en", "it", "de", "xx", None]), st.none() | st.dates()
)
def test_any_text_is_checked_without_error(
    text: str, sources: list[str], language: str | None, day: dt.date | None
) -> None:
    """What is missing comes as it stands in the text."""
    assert all(item in text for item in ungrounded(text, sources, language, day, None))


_WORDS = st.sampled_from(
    ["38", "1.200", "12 %", "2022", "5 May 2024", "“yes”", "«no»", "G7", "in", "e", "8:30", "$4bn", "3rd", "and"]
)


@settings(deadline=None)
@given(st.lists(_WORDS, max_size=8), st.sampled_from(["en", "it", "de", "fr", "es", None]))
def test_a_text_grounds_itself(pieces: list[str], language: str | None) -> None:
    """Nothing is missing from a source that is the text."""
    text = " ".join(pieces)
    assert ungrounded(text, [text], language, None, None) == ()
