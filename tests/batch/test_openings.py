"""What grouping looks at of an article, and how alike that is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from factcheck.batch.openings import Gathered, Terms, figures_of, latin, names_of, opening_of
from tests.batch.test_grouping import opening
from tests.support.scripted import article


def test_the_opening_is_the_title_and_the_first_words() -> None:
    """An article without a title opens with its first sentence; what comes after the first words does not count."""
    long = article(["# A fire in Eastley"], ["On Monday 12 died. " + "word " * 400 + "tail in Tarnmouth"])
    found = opening_of(long)
    assert found.title == "A fire in Eastley"
    assert found.text.split()[:3] == ["A", "fire", "in"]
    assert "tail" not in found.text
    assert found.names == ("eastley", "monday")
    assert found.figures == ("12",)


def test_an_opening_in_a_script_without_spaces_is_as_long_as_others() -> None:
    """Two characters count as a word, so that a Chinese article is not compared as a whole with leads."""
    assert len(opening_of(article(["# 港北"], ["彗星" * 400], language="zh")).text) == len("港北\n") + 300
    assert len(opening_of(article(["x" * 5_000_000])).text) < 5_000


@pytest.mark.parametrize("title", ["Fire Halts Lumen Arc Plant in Eskerby", "FIRE HALTS LUMEN ARC PLANT IN ESKERBY"])
def test_a_title_all_in_capitals_tells_no_names(title: str) -> None:
    """Else every verb of an American headline would be a name; what is one stands in the text too."""
    body = ["Production at the Lumen Arc plant in Eskerby stopped after a fire."]
    found = opening_of(article([f"# {title}"], body, title=title))
    assert found.names == ("arc", "eskerby", "lumen", "production")
    assert found.text.startswith(title)
    assert "halts" in opening_of(article([f"# {title}"], title=title)).names


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("4.2 billion euros", "en"),
        ("4,2 Milliarden Euro", "de"),
        ("4,2 miliardi di euro", "it"),
        ("4 200 000 000 €", "fr"),
        ("about 4.2 billion", "en"),
        ("more than 4.2 billion", "en"),
        ("at most 4.2 billion", "en"),
    ],
)
def test_a_figure_is_one_figure_however_it_is_written(text: str, language: str) -> None:
    """In digits, in words, in the format of the language, with a bound or roughly."""
    assert figures_of(text, language) == ("4200000000",)


def test_a_range_tells_both_ends_and_a_date_nothing() -> None:
    """Days, years, hours and ordinals are no figures that events are told apart by."""
    assert figures_of("between 10 and 12.5 tonnes on 14 May 2026 at 7:30, the third time", "en") == ("10", "12.5")


def test_a_joined_name_is_told_as_a_whole_and_in_parts() -> None:
    """So that a compound meets the bare name, and SUD-Alpes is more than the Alps."""
    assert {"transalp-streik", "transalp", "streik"} <= set(names_of("Der Transalp-Streik dauert an.", "de"))


def test_endings_of_japanese_words_are_no_names() -> None:
    """Pairs of characters stand for words there; those with hiragana stand for grammar."""
    assert names_of("大野は勝った。", "ja") == ("大野",)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("долгих", "dolgikh"),
        ("καραβιδης", "karavidis"),
        ("perła", "perla"),
        ("do-yun", "doyun"),
        ("", ""),
        ("\ue123", "\ue123"),
    ],
)
def test_names_are_brought_to_latin_letters(name: str, plain: str) -> None:
    """Where nothing is known of the script the name stays what it is."""
    assert latin(name) == plain


@given(st.lists(st.lists(st.text("abßé ", max_size=3), max_size=8), max_size=8))
def test_terms_are_counted_as_the_vectorizer_counts_them(openings: list[list[str]]) -> None:
    """The same columns by name, the same counts, and in each row the same order, which sums of floats depend on."""
    terms = Terms()
    for found in openings:
        terms.add(found)
    counts, names = terms.taken()
    assert not terms.columns
    try:
        vectorizer = CountVectorizer(analyzer=list, dtype=np.float32)
        expected = vectorizer.fit_transform(openings)
    except ValueError:  # no term at all
        assert counts.shape == (len(openings), 0)
        return
    assert names == list(vectorizer.get_feature_names_out())
    assert counts.shape == expected.shape
    for one, other in ((counts.indptr, expected.indptr), (counts.indices, expected.indices)):
        assert one.tolist() == other.tolist()
    assert counts.data.tolist() == expected.data.tolist()


@given(st.permutations(["Dolgikh", "Долгих", "Dołgich", "dolgikh", "Д'Арк", "darc"]))
def test_a_name_is_shown_as_the_first_of_its_spellings(names: list[str]) -> None:
    """By the alphabet, whatever the order in which the articles come."""
    gathered = Gathered()
    for number, name in enumerate(names):
        gathered.add(opening(str(number), "").model_copy(update={"names": (name,)}))
    for term in gathered.names.columns:
        spelt = [name for name in names if term == f"={latin(name)}"]
        assert gathered.shown(term) == (min(spelt) if spelt else "")
