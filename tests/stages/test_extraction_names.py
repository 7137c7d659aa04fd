"""Names in an extraction: what stands in the article stays, what the model filled in from memory goes."""

from __future__ import annotations

import pytest

from tests.stages.wire_answers import answer, built, claim
from tests.support.scripted import article

REPORT = article(
    [
        "Wsj: secret calls of Norvell",
        "Two people briefed on the talks said so, and the Café Zürich heard it.",
        "Kremla.",
    ],
    publisher="Coast Daily",
    author="Agnes Corrie",
)


@pytest.mark.parametrize(
    "name",
    [
        "Wall Street Journal",
        "WSJ",
        "CAFE ZURICH",
        "people close to the matter",
        "Dmitry Norvell",
        "Kreml",
        "Coast Daily",
        "Corrie",
    ],
)
def test_a_name_that_stands_in_the_article_is_kept(name: str) -> None:
    """In full, by one word, by its initials, in capitals, without accents, in the byline: it stays as speaker and
    origin."""
    extraction = built(REPORT, answer(claim("They called.", 1), sp=name, origin=name, m="reported"))
    (found,) = extraction.claims
    assert (found.speaker, found.origin, extraction.notes) == (name, name, ())


@pytest.mark.parametrize("name", ["Reuters", "The Times", "Ann Poe", "AP", "due persone informate"])
def test_a_name_that_stands_nowhere_in_the_article_is_left_out(name: str) -> None:
    """Whom the text does not name is no speaker and no origin, and the notes count it once."""
    extraction = built(REPORT, answer(claim("They called.", 1), sp=name, origin=f"Wsj; {name}", m="reported"))
    (found,) = extraction.claims
    assert (found.speaker, found.origin) == (None, "Wsj")
    assert extraction.notes == ("1 name that does not stand in the article was left out",)


def test_a_passage_of_an_outlet_that_stands_nowhere_is_the_articles_own() -> None:
    """An invented outlet gets no passage of its own name, and several invented names are counted."""
    wire = answer(claim("They called.", 1), sp="Carl Dorn", m="reported", passages=[{"p": "Reuters", "s": "1-2"}])
    extraction = built(REPORT, wire)
    assert [passage.publisher for passage in extraction.passages] == ["Coast Daily", "Coast Daily"]
    assert extraction.claims[0].publisher == "Coast Daily"
    assert extraction.notes == ("2 names that do not stand in the article were left out",)


@pytest.mark.parametrize(("name", "kept"), [("三ツ浜県災害対策本部", True), ("ロイター", False)])
def test_names_in_a_script_without_spaces_are_found_inside_its_sentences(name: str, kept: bool) -> None:
    """Three characters in a row show a name to stand in a Japanese text; a name of which none do is left out."""
    page = article(["県災害対策本部によると、港のセンターで火事があった。"], language="ja")
    (found,) = built(page, answer(claim("港で火事があった。", 1), sp=name, m="reported")).claims
    assert (found.speaker == name) == kept
