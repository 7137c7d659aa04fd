"""The catalogues are whole, plurals work, and what a report says of itself comes from them alone."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from factcheck.cli.options import Lang
from factcheck.findings import ExtractionReport, Opening, OriginHow, OriginWay, Report, Unchecked
from factcheck.reporting import sentences
from factcheck.reporting.base import Renderer, Style
from factcheck.reporting.registry import ANNOTATED_RENDERERS, EXTRACTION_RENDERERS, REPORT_RENDERERS
from factcheck.reporting.words.catalogue import LANGUAGES, Text, Words, words_in
from factcheck.settings import Language
from factcheck.stages.aggregation import reasons, summary
from tests.support import reports
from tests.support.extractions import extraction_of

REPORTING = Path(sentences.__file__).parent
MARKED_UP = {"json", "jsonl", "csv", "junit", "github", "claimreview", "html"}
"""Formats whose marks and field names are no words for people; what they say in between is told by the outline."""
ENGLISH = words_in("en")


def forms(text: Text) -> dict[str, str]:
    """The forms of a text; of one without a number, the only one."""
    return {"": text} if isinstance(text, str) else dict(text)


def places(text: str) -> set[str]:
    """The named places of a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_the_languages_are_the_same_everywhere() -> None:
    """The catalogues, the setting and the flag know the same languages."""
    assert LANGUAGES == get_args(Language) == get_args(Lang)
    assert {path.stem for path in (REPORTING / "words").glob("*.toml")} == set(LANGUAGES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_catalogues_hold_the_same(lang: str) -> None:
    """Every language has every text, with the same places, and plural forms where English has them."""
    own = words_in(lang).texts
    assert set(own) ^ set(ENGLISH.texts) == set()
    wrong = []
    for key, text in ENGLISH.texts.items():
        wanted = set.union(*map(places, forms(text).values()))
        given_places = set.union(*map(places, forms(own[key]).values()))
        if isinstance(text, str) != isinstance(own[key], str) or wanted - {"n"} != given_places - {"n"}:
            wrong.append(key)
    assert wrong == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_plural_forms_are_those_of_the_language(lang: str) -> None:
    """A text with a number has each form that numbers of up to four digits take in its language, and no unknown one."""
    needed = {Locale.parse(lang).plural_form(n) for n in range(2000)}
    known = {"zero", "one", "two", "few", "many", "other"}
    plurals = {key: set(text) for key, text in words_in(lang).texts.items() if not isinstance(text, str)}
    assert {key: has for key, has in plurals.items() if needed - has or has - known} == {}


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", ["no disputes", "1 dispute", "2 disputes", "1,234 disputes"]),
        ("it", ["nessun contrasto", "1 contrasto", "2 contrasti", "1.234 contrasti"]),
    ],
)
def test_numbers_choose_their_form(lang: str, told: list[str]) -> None:
    """None, one, several and thousands are each said as the language says them."""
    assert [words_in(lang)("headline.disputes", n) for n in (0, 1, 2, 1234)] == told


def test_lists_are_joined_as_the_language_does() -> None:
    """Names are joined with the language's word for and, and counted beyond the limit."""
    assert words_in("it").listed(["A", "B", "C"]) == "A, B e C"
    assert ENGLISH.listed(list("ABCDEF")) == "A, B, C, D and 2 more"
    assert words_in("it").names(list("ABC"), 1) == "A e altri 2"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_values_are_never_taken_for_places(lang: str) -> None:
    """Braces in what an article says stay as they are."""
    hostile = "{who} {0.__class__} {{x}} %s"
    assert hostile in words_in(lang)("side.said_by", who=hostile)


def test_an_unknown_language_names_the_known_ones() -> None:
    """Asking for a language that is not there says which are."""
    with pytest.raises(KeyError, match="en, it"):
        words_in("xx")


def test_sentences_of_other_rooms_are_said_where_there_are_words_for_them() -> None:
    """A reason that the Italian catalogue knows is said in Italian with what varies in it; all others stay."""
    italian = words_in("it")
    assert italian.told("left out by .factcheckignore ({x}*.md)") == "escluso da .factcheckignore ({x}*.md)"
    assert italian.told("something else") == "something else"
    assert ENGLISH.told("hidden (its name begins with a dot)") == "hidden (its name begins with a dot)"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sentences_of_other_rooms_are_still_written_there(lang: str) -> None:
    """Each sentence that a catalogue knows begins as one that the program writes, so that none is kept for nothing."""
    source = (REPORTING / "words" / f"{lang}.toml").read_text(encoding="utf-8")
    known = tomllib.loads(source).get("english", {})
    package = REPORTING.parent
    code = "".join(
        p.read_text(encoding="utf-8")
        for room in ("ingestion", "stages", "batch")
        for p in (package / room).rglob("*.py")
    )
    code = code.replace("{IGNORE_FILE}", ".factcheckignore")
    assert [told for told in known if told.partition("{")[0] not in code] == []


# -- renderers hold no words ---------------------------------------------------------------------


def sources() -> Iterator[tuple[str, str]]:
    """Name and text of everything in the room but the catalogues."""
    for path in sorted(REPORTING.rglob("*")):
        if path.is_file() and path.suffix in (".py", ".html", ".j2", ".jinja", ".js"):
            yield path.relative_to(REPORTING).as_posix(), path.read_text(encoding="utf-8")


def test_all_texts_are_used_and_all_keys_exist() -> None:
    """A text that nobody asks for is deleted, and nobody asks for a text that is not there."""
    tables = "|".join(sorted({key.partition(".")[0] for key in ENGLISH.texts}))
    literal = rf"[\"']((?:{tables})\.[a-z][a-z0-9_]*)[\"']"
    asked = {key for _, text in sources() for key in re.findall(literal, text)}
    made = {start for _, text in sources() for start in re.findall(r"[\"']([a-z_]+\.[a-z_]*)(?:\{|[\"'] ?[~+])", text)}
    used = {key for key in ENGLISH.texts if key in asked or key.startswith(tuple(made))}
    assert asked - set(ENGLISH.texts) == set()
    assert set(ENGLISH.texts) - used == set()


def latin_words(text: str) -> set[str]:
    """The words of a text in Latin letters, folded."""
    return {word.casefold() for word in re.findall(r"[A-Za-z]{2,}", text)}


def readable(page: str) -> str:
    """What a page shows or tells a screen reader; its script holds no words, and its tags and style are no text."""
    pieces = []
    for element in document_fromstring(page).iter():
        if element.tag not in ("script", "style"):
            pieces += [element.text, *(element.get(name) for name in ("aria-label", "title", "placeholder", "alt"))]
        pieces.append(element.tail)
    return " ".join(piece for piece in pieces if piece)


def cases() -> Iterator[tuple[str, Renderer[Report] | Renderer[ExtractionReport], Report | ExtractionReport]]:
    """Every renderer for people with a report that fills its sections."""
    for story in (reports.veld_story(), reports.failed_report()):
        for name, renderer in REPORT_RENDERERS.items():
            yield name, renderer, story
        extracted = extraction_of(story)
        for registry in (EXTRACTION_RENDERERS, ANNOTATED_RENDERERS):
            for name, each in registry.items():
                yield name, each, extracted


def test_renderers_say_nothing_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """With catalogues that hold no words, reports for people hold none but those of articles and of the run."""

    def wordless(_: Words, key: str, n: int | None = None, /, **values: str | int) -> str:
        assert key in ENGLISH.texts
        return "◦".join(["", *map(str, values.values()), str(n or "")])

    monkeypatch.setattr(Words, "__call__", wordless)
    for name, renderer, document in cases():
        if name not in MARKED_UP:
            text = renderer.render(document, Style(140))  # type: ignore[arg-type]
            text = readable(text) if name == "html" else text
            allowed = latin_words(document.model_dump_json().replace("\\n", " ")) | {"factcheck", "check", "cassette"}
            assert latin_words(text) - allowed == set(), name


# -- the report's own sentences ------------------------------------------------------------------

counts = st.integers(0, 3) | st.integers(0, 5000)
openings = st.builds(Opening, **dict.fromkeys(Opening.model_fields, counts) | {"interrupted": st.booleans()})
names = st.lists(st.sampled_from(["Alpha", "Beta", "Gamma", "Delta", "Eco"]), min_size=1, unique=True)
ways = st.builds(
    OriginWay,
    how=st.sampled_from(get_args(OriginHow)),
    names=names.map(lambda found: tuple(sorted(found))),
    whom=st.just("Reuters"),
)


@given(openings)
def test_the_headline_is_the_same_sentence_in_the_report_and_in_the_catalogue(opening: Opening) -> None:
    """What aggregation writes in English into the JSON is what the English catalogue makes of the counts."""
    assert sentences.headline(opening, ENGLISH) == summary.headline(opening)


@given(st.lists(ways, min_size=1, max_size=4))
def test_reasons_are_the_same_sentence_in_the_report_and_in_the_catalogue(told: list[OriginWay]) -> None:
    """What aggregation writes in English of an origin is what the English catalogue makes of its ways."""
    assert sentences.reason(told, ENGLISH) == reasons.reason_of(told)


@pytest.mark.parametrize("n", [1, 2, 1234])
@pytest.mark.parametrize("key", get_args(Unchecked))
def test_what_was_not_checked_is_the_same_sentence(key: Unchecked, n: int) -> None:
    """What aggregation writes in English of what was not checked is what the English catalogue says."""
    assert ENGLISH(f"unchecked.{key}", n) == summary.unchecked_sentence(key, n)


def test_a_report_without_data_keeps_its_sentences() -> None:
    """A report of an earlier version, whose sentences have no data behind them, is shown as it was written."""
    report = reports.veld_story()
    assert sentences.told_in(report, words_in("it")) == report
