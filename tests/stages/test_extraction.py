"""Extraction: the request, the checks in code, and what becomes of an answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue, ValidationError

from factcheck.llm.base import ModelRequest, ModelTask
from factcheck.models import Article, QuantityClaim
from factcheck.prompts import load
from factcheck.stages.extraction.asking import WINDOW_SENTENCES, user_text, windows
from factcheck.stages.extraction.checking import complaint
from factcheck.stages.extraction.stage import extract, is_stored
from factcheck.stages.extraction.wire import WireExtraction, sentence_range
from tests.stages.wire_answers import answer, built, claim
from tests.support.scripted import DictStore, ScriptedModel, article

TASK = ModelTask(load("extract_claims"), "m")
FIRE = article(
    ["# Harbour fire"],
    ["At least 12 people died in the Eastley harbour fire on 3 May 2023.", "The mayor, Ann Bose, denied any delay."],
    ["# Ferries cheaper", "Ferry tickets cost 3 euros less from June."],
)


def said(art: Article, wire: dict[str, Any]) -> str | None:
    """The complaint about an answer."""
    return complaint(art, windows(art)[0], WireExtraction.model_validate(wire))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4", range(4, 5)),
        ("3-6", range(3, 7)),
        ("3–6", range(3, 7)),
        ("6-3", None),
        ("0-2", None),
        ("x", None),
        ("", None),
        ("3-", range(3, 4)),
        ("-3", None),
    ],
)
def test_sentence_range(text: str, expected: range | None) -> None:
    """A range or a number is read; anything else is None."""
    assert sentence_range(text) == expected


@given(st.text(max_size=12))
def test_sentence_range_is_total(text: str) -> None:
    """No text makes it raise or give an empty range."""
    found = sentence_range(text)
    assert found is None or len(found) > 0


def test_request_shows_numbered_sentences_and_headlines() -> None:
    """Sentences are numbered, headlines marked, paragraphs parted; the path is not shown."""
    text = user_text(FIRE, windows(FIRE)[0])
    assert "[1] # Harbour fire\n\n[2] At least 12 people" in text
    assert "[4] # Ferries cheaper\n[5] Ferry tickets" in text
    assert FIRE.path not in text


def test_request_is_fenced_by_its_own_hash() -> None:
    """The same article gets the same marks, another article other marks."""
    first, again = user_text(FIRE, windows(FIRE)[0]), user_text(FIRE, windows(FIRE)[0])
    other = article(["Something else."])
    assert first == again
    assert first.splitlines()[0] != user_text(other, windows(other)[0]).splitlines()[0]


@given(st.integers(min_value=1, max_value=1000))
def test_windows_cover_every_sentence_once(count: int) -> None:
    """Whatever the length, each sentence is asked for in exactly one window, and no window is too large."""
    art = article([f"Sentence {n}." for n in range(count)])
    covered = [n for w in windows(art) for n in range(w.first, w.last + 1)]
    assert covered == list(range(1, count + 1))
    assert all(w.last - w.first < WINDOW_SENTENCES for w in windows(art))
    assert all(n < w.first for w in windows(art) for n in w.context)


def test_a_sound_answer_gets_no_complaint() -> None:
    """Grounded claims with evidence in the story are accepted."""
    wire = answer(claim("At least 12 people died in the Eastley harbour fire on 3 May 2023.", 2), outside=["4-5"])
    assert said(FIRE, wire) is None


@pytest.mark.parametrize(
    ("wire", "part"),
    [
        (answer(claim("The fire killed people.", 99)), "[99] do not exist"),
        (answer(claim("The fire killed people.")), "missing do not exist"),
        (answer(claim("The harbour fire killed 14 people in Eastley.", 2)), "14"),
        (answer(claim('Ann Bose said "never".', 3)), "never"),
        (answer(claim("Ferry tickets cost 3 euros less.", 5), outside=["4-5"]), "rests only on sentences"),
        (answer(outside=["7-9"]), "is not a range"),
        (answer(claim("The harbour fire killed people.", 2, d="about noon")), "no EDTF interval"),
        (answer(claim("The harbour fire killed people.", 2, d="1987-05-03")), "its year is not in the article"),
    ],
)
def test_what_code_complains_of(wire: dict[str, Any], part: str) -> None:
    """Each check names the claim and what is wrong."""
    found = said(FIRE, wire)
    assert found is not None
    assert part in found


@pytest.mark.parametrize(
    ("sentence", "language", "right", "wrong"),
    [
        ("She has mended clocks for forty years.", "en", "1983/2023", "1963/2023"),
        ("Neunzehn Jahre nach dem Abriss wird gebaut.", "de", "2004", "1994"),
        ("Seit den Siebzigerjahren geht die Uhr nach.", "de", "1970/2023", "1950/2023"),
    ],
)
def test_a_time_may_lie_where_the_article_counts_to(sentence: str, language: str, right: str, wrong: str) -> None:
    """Years that an article names in words are in it; others are not."""
    art = article([sentence], language=language).model_copy(update={"published_at": dt.date(2023, 5, 4)})
    assert said(art, answer(claim(sentence, 1, d=right))) is None
    assert "its year is not in the article" in (said(art, answer(claim(sentence, 1, d=wrong))) or "")


def test_empty_answer_for_a_long_article_is_suspicious() -> None:
    """No claim from eight sentences of the story is a complaint; from two it is not."""
    assert "no claim at all" in (said(article([f"Fact number {n} happened." for n in range(8)]), answer()) or "")
    assert said(article(["One thing.", "Another."]), answer()) is None


def test_translated_claims_are_a_complaint() -> None:
    """Claims in another language than the article's are sent back."""
    art = article(
        ["Il porto di Eastley resta chiuso fino a lunedì.", "La polizia cerca ancora i testimoni."], language="it"
    )
    wire = answer(
        claim("The harbour of Eastley remains closed until Monday.", 1),
        claim("The police are still looking for witnesses of the blaze.", 2),
    )
    assert "language" in (said(art, wire) or "")


def test_scripts_without_word_breaks_are_compared_by_character() -> None:
    """Japanese claims of a Japanese article are accepted, English ones are sent back."""
    art = article(["港の倉庫で火災があり、消防は二人の死亡を確認した。", "原因はまだ分かっていない。"], language="ja")
    own, foreign = "港の倉庫で火災があった。", "A fire broke out in a warehouse at the harbour."
    assert said(art, answer(claim(own, 1))) is None
    assert "language" in (said(art, answer(claim(foreign, 1))) or "")


def test_evidence_is_copied_from_the_text() -> None:
    """The quote is the article's, whatever the model wrote."""
    (found,) = built(FIRE, answer(claim("At least 12 people died in Eastley.", 2))).claims
    assert found.evidence[0].quote == "At least 12 people died in the Eastley harbour fire on 3 May 2023."
    assert FIRE.text[found.evidence[0].start : found.evidence[0].end] == found.evidence[0].quote


def test_invented_number_is_flagged() -> None:
    """A claim with a number that its evidence does not hold is kept, and flagged as ungrounded."""
    (found,) = built(FIRE, answer(claim("14 people died in Eastley.", 2))).claims
    assert found.ungrounded == ("14",)


def test_a_year_may_come_from_another_sentence() -> None:
    """A month of the evidence with the year that the article gives elsewhere is grounded; another month is not."""
    art = article(["The talks began at the end of 2022.", "In October of that year he denied it."])
    year, month = claim("He denied it in October 2022.", 2), claim("He denied it in November 2022.", 2)
    found = {c.text: c.ungrounded for c in built(art, answer(year, month)).claims}
    assert found["He denied it in October 2022."] == ()
    assert found["He denied it in November 2022."] != ()


def test_a_number_in_a_name_needs_no_sentence() -> None:
    """The name Warehouse 7 may be named wherever the article names it; a bare 7 may not."""
    art = article(["Warehouse 7 burned.", "The sprinklers failed."])
    named, bare = claim("The sprinklers in Warehouse 7 failed.", 2), claim("The 7 sprinklers failed.", 2)
    found = {c.text: c.ungrounded for c in built(art, answer(named, bare)).claims}
    assert found["The sprinklers in Warehouse 7 failed."] == ()
    assert found["The 7 sprinklers failed."] == ("7",)


def test_a_unit_may_stand_beside_and_a_day_may_be_that_of_publication() -> None:
    """Figures of a table take their unit from its head, an undated entry its day from the publication."""
    art = article(
        ["# Accounts in million euros"],
        ["Turnover 11,958", "The hall was evacuated at 14:05."],
        published_at=dt.date(2025, 8, 21),
    )
    table = claim("Turnover was 11,958 million euros.", 2)
    ticker = claim("The hall was evacuated at 14:05 on 21 August 2025.", 3)
    wrong = claim("The hall was evacuated at 14:05 on 19 July 2025.", 3)
    found = {c.text: c.ungrounded for c in built(art, answer(table, ticker, wrong)).claims}
    assert (found[table["x"]], found[ticker["x"]]) == ((), ())
    assert found[wrong["x"]] != ()


def test_claims_of_teasers_are_left_out_and_noted() -> None:
    """A claim that rests on outside sentences only is not part of the story; the note counts it."""
    extraction = built(FIRE, answer(claim("Ferry tickets cost 3 euros less.", 5), outside=["4-5"]))
    assert extraction.claims == ()
    assert extraction.outside == (4, 5)
    assert "1 claims rested only on sentences outside" in extraction.notes[0]


def test_a_later_window_does_not_take_the_lead_out_of_the_story() -> None:
    """Sentences shown as context stay in the story whatever the answer to a later window says of them."""
    art = article([f"In the fire {number} people died." for number in range(1, WINDOW_SENTENCES + 2)])
    found = built(art, answer(claim("In the fire 1 people died.", 1)), answer(outside=["1-2", str(WINDOW_SENTENCES)]))
    assert (len(found.claims), found.outside) == (1, (WINDOW_SENTENCES,))


def test_coverage_is_what_is_left() -> None:
    """Sentences without claim that are not outside are uncovered."""
    assert built(FIRE, answer(claim("12 people died.", 2), outside=["4-5"])).uncovered == (1, 3)


def test_passages_give_publishers_and_split_claims() -> None:
    """A claim belongs to the publisher of its passage; evidence in two passages makes two claims."""
    page = article(["# Round-up"], ["A died. (Coast Daily)"], ["A has died, says B. (Radio Nord)"], publisher="Agg")
    extraction = built(
        page, answer(claim("A died.", 2, 3), passages=[{"p": "(Coast Daily)", "s": "2"}, {"p": "Radio Nord", "s": "3"}])
    )
    assert [(c.publisher, [e.sentence for e in c.evidence]) for c in extraction.claims] == [
        ("Coast Daily", [2]),
        ("Radio Nord", [3]),
    ]
    assert [p.publisher for p in extraction.passages] == ["Agg", "Coast Daily", "Radio Nord"]


def test_repeats_are_one_claim_with_both_sentences() -> None:
    """The same claim twice in one passage is merged; its evidence is both sentences."""
    twice = article(["The harbour burned.", "Yes, the harbour burned."])
    (found,) = built(twice, answer(claim("The harbour burned.", 1), claim("The harbour burned.", 2))).claims
    assert [e.sentence for e in found.evidence] == [1, 2]


def test_one_sentence_of_two_speakers_is_two_claims() -> None:
    """Two people who say the same in one sentence give two claims with ids of their own."""
    art = article(["Ann Bose and Ben Cole said that the harbour is shut."])
    text = claim("The harbour is shut.", 1)
    groups = [{"sp": name, "or": None, "m": "reported", "claims": [text]} for name in ("Ann Bose", "Ben Cole")]
    found = built(art, answer(groups=groups)).claims
    assert [c.speaker for c in sorted(found, key=lambda c: c.speaker or "")] == ["Ann Bose", "Ben Cole"]
    assert len({c.id for c in found}) == 2


def test_a_repeat_with_its_figures_replaces_one_without() -> None:
    """A claim whose first telling lacks its figure is grounded by its second."""
    art = article(["Many people died in the fire (Alpha).", "In the fire 12 people died (Beta)."])
    (found,) = built(
        art, answer(claim("In the fire 12 people died.", 1), claim("In the fire 12 people died.", 2))
    ).claims
    assert (found.ungrounded, [e.sentence for e in found.evidence]) == ((), [1, 2])


def test_a_figure_of_one_outlet_does_not_ground_a_claim_of_another() -> None:
    """A claim split between two outlets is grounded only where the outlet's own sentences hold its figure."""
    art = article(["Many people died in the fire (Alpha).", "In the fire 12 people died (Beta)."])
    outlets = [{"p": "Alpha", "s": "1"}, {"p": "Beta", "s": "2"}]
    found = built(art, answer(claim("In the fire 12 people died.", 1, 2), passages=outlets)).claims
    assert {c.publisher: c.ungrounded for c in found} == {"Alpha": ("12",), "Beta": ()}


def test_a_denial_is_not_merged_with_what_it_denies() -> None:
    """Opposite polarity stays two claims."""
    art = article(["The harbour burned.", "The harbour did not burn, says the mayor."])
    first = answer(claim("The harbour burned.", 1))
    denial = answer(claim("The harbour did not burn.", 2), sp="mayor", m="denied")
    assert len(built(art, {**first, "groups": first["groups"] + denial["groups"]}).claims) == 2


def test_typed_fields_reach_the_claim() -> None:
    """The fields of a quantity come out under their own names."""
    wire = claim("At least 12 people died.", 2, t="quantity", of="deaths", v=12, hi=None, u=None, c="at_least")
    (found,) = built(FIRE, answer(wire, sp="fire brigade", origin="Eastley mail", m="reported")).claims
    assert isinstance(found, QuantityClaim)
    assert (found.counted, found.value, found.comparator) == ("deaths", 12, "at_least")
    assert (found.speaker, found.origin, found.modality) == ("fire brigade", "Eastley mail", "reported")


def test_ids_follow_content() -> None:
    """The same answer gives the same ids; another text gives another id."""
    one, again = (built(FIRE, answer(claim("12 people died.", 2))) for _ in range(2))
    other = built(FIRE, answer(claim("12 persons died.", 2)))
    assert one == again
    assert one.claims[0].id != other.claims[0].id


async def test_a_stored_article_is_not_asked_again() -> None:
    """The second extraction makes no request and gives the same claims, from a renamed file too."""
    model, store = ScriptedModel(lambda _: answer(claim("12 people died.", 2))), DictStore()
    first = await extract(FIRE, model, store, TASK)
    renamed = FIRE.model_copy(update={"path": "elsewhere/b.txt"})
    assert is_stored(renamed, store, TASK)
    assert await extract(renamed, model, store, TASK) == first
    assert len(model.requests) == 1


@pytest.mark.parametrize("kept", ["rubbish", [], {"groups": 1}])
async def test_a_stored_answer_of_another_shape_is_asked_for_anew(kept: JsonValue) -> None:
    """What another version stored under the same key is neither an error nor an empty extraction."""
    model, store = ScriptedModel(lambda _: answer(claim("12 people died.", 2))), DictStore()
    first = await extract(FIRE, model, store, TASK)
    store.answers = dict.fromkeys(store.answers, kept)
    assert not is_stored(FIRE, store, TASK)
    assert await extract(FIRE, model, store, TASK) == first
    assert is_stored(FIRE, store, TASK)


@pytest.mark.parametrize("figure", [float("inf"), float("nan")])
def test_a_figure_is_a_number(figure: float) -> None:
    """What JSON cannot hold, and so no cache could keep, is refused while the model can still be asked again."""
    wire = claim("12 people died.", 2, t="quantity", of="deaths", v=figure, hi=None, u=None, c="exactly")
    with pytest.raises(ValidationError):
        WireExtraction.model_validate(answer(wire))


async def test_what_stays_wrong_is_noted() -> None:
    """A complaint that outlives the re-ask is in the extraction's notes."""
    model = ScriptedModel(lambda _: answer(claim("14 people died.", 2)))
    extraction = await extract(FIRE, model, DictStore(), TASK)
    assert "14" in extraction.notes[-1]


async def test_long_article_is_asked_in_windows() -> None:
    """Two windows, two requests, claims of both."""
    art = article([f"In village {n} the bridge fell." for n in range(WINDOW_SENTENCES + 1)])

    def reply(request: ModelRequest[Any]) -> dict[str, Any]:
        number = 1 if "[1] In village" in request.user and "only; the sentences before" not in request.user else 161
        return answer(claim(f"In village {number - 1} the bridge fell.", number))

    model = ScriptedModel(reply)
    extraction = await extract(art, model, DictStore(), TASK)
    assert len(model.requests) == 2
    assert [c.evidence[0].sentence for c in extraction.claims] == [1, 161]


def test_article_text_never_reaches_the_system_message() -> None:
    """The system message is the released prompt, byte for byte."""
    assert "Eastley harbour" not in load("extract_claims").text


@given(st.text(max_size=400))
def test_any_text_survives_the_request(text: str) -> None:
    """Braces, fences and instructions in an article change nothing but the lines between its marks."""
    art = article([f"x{text}"])
    request = user_text(art, windows(art)[0])
    mark = request.splitlines()[0].removeprefix("<<<")
    assert request.count(mark) == 2
