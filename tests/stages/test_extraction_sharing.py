"""Copies: what they share with their original is asked once, what they changed is asked, who says it stays right."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.llm.base import ModelRequest, ModelTask
from factcheck.models import Article, Extraction
from factcheck.prompts import load
from factcheck.stages.extraction.asking import ranges
from factcheck.stages.extraction.sharing import paired_sentences, unshared
from factcheck.stages.extraction.stage import extract, is_stored, requests
from tests.support.scripted import DictStore, ScriptedModel, article

TASK = ModelTask(load("extract_claims"), "m")
HEAD = ["# Harbour fire in Eastley"]
DEAD = ["At least 12 people died in the Eastley harbour fire.", "The mayor of Eastley, Ann Bose, denied any delay."]
CAUSE = ["A generator caught fire in Warehouse 7 of Eastley, the Coast Herald reported."]
REACTION = ["The union of Eastley called for an inquiry."]
ORIGINAL = article(HEAD, DEAD, CAUSE, REACTION, publisher="Daily Tide")

_SHOWN = re.compile(r"^\[(\d+)\] (?:# )?(.*)$", re.M)
_ONLY = re.compile(r"Give claims of sentences ([\d, -]+) only; the others")


def numbers(spec: str) -> set[int]:
    """The numbers of `3-6, 9`."""
    found: set[int] = set()
    for part in spec.split(", "):
        first, _, last = part.partition("-")
        found |= set(range(int(first), int(last or first) + 1))
    return found


def asked_for(request: ModelRequest[Any]) -> dict[int, str]:
    """The sentences that a request asks for, with their words."""
    shown = {int(number): words for number, words in _SHOWN.findall(request.user)}
    only = _ONLY.search(request.user)
    return {n: words for n, words in shown.items() if only is None or n in numbers(only[1])}


def word_for_word(request: ModelRequest[Any]) -> dict[str, Any]:
    """An answer by a model that makes each sentence a claim, in whatever company it stands."""
    claims = [{"t": "event", "x": words, "s": [n], "k": True, "d": None} for n, words in asked_for(request).items()]
    return {"passages": [], "outside": [], "groups": [{"sp": None, "or": None, "m": "asserted", "claims": claims}]}


def answering(**by_words: dict[str, Any]) -> Any:
    """A model that answers as `word_for_word`, but for fields of the groups of sentences that hold a word."""

    def reply(request: ModelRequest[Any]) -> dict[str, Any]:
        groups = []
        for n, words in asked_for(request).items():
            fields = next((f for word, f in by_words.items() if word in words), {})
            claim = {"t": "event", "x": fields.get("x", words), "s": fields.get("s", [n]), "k": True}
            group = {"sp": fields.get("sp"), "or": fields.get("origin"), "m": "reported"}
            groups.append({**group, "claims": [{**claim, "d": fields.get("d")}]})
        return {"passages": [], "outside": [], "groups": groups}

    return reply


async def both(copy: Article, reply: Any = word_for_word, original: Article = ORIGINAL) -> tuple[Extraction, list[Any]]:
    """The extraction of a copy after its original's, and the requests that were its own."""
    model, store = ScriptedModel(reply), DictStore()
    await extract(original, model, store, TASK)
    before = len(model.requests)
    assert not is_stored(copy, store, TASK, original)
    found = await extract(copy, model, store, TASK, original)
    assert is_stored(copy, store, TASK, original)
    return found, model.requests[before:]


async def test_an_unchanged_text_of_another_publisher_asks_nothing() -> None:
    """The claims of a verbatim copy are the original's, with evidence, offsets, publisher and ids of the copy."""
    copy = article(HEAD, DEAD, CAUSE, REACTION, publisher="Coast Daily")
    model, store = ScriptedModel(word_for_word), DictStore()
    first = await extract(ORIGINAL, model, store, TASK)
    assert is_stored(copy, store, TASK, ORIGINAL)
    found = await extract(copy, model, store, TASK, ORIGINAL)
    assert len(model.requests) == 1
    assert [c.text for c in found.claims] == [c.text for c in first.claims]
    assert {c.publisher for c in found.claims} == {"Coast Daily"}
    assert {c.id for c in found.claims}.isdisjoint(c.id for c in first.claims)
    assert {c.article_id for c in found.claims} == {copy.id}
    assert found.taken_over == (1, 2, 3, 4, 5)


async def test_a_changed_number_is_asked_and_the_rest_is_taken_over() -> None:
    """The paragraph with the new figure is asked, whole; the others are not sent again but for title and context."""
    changed = ["At least 14 people died in the Eastley harbour fire.", DEAD[1]]
    found, (request,) = await both(article(HEAD, changed, CAUSE, REACTION, publisher="Coast Daily"))
    assert asked_for(request) == {2: changed[0], 3: changed[1]}
    assert found.taken_over == (1, 4, 5)
    assert {c.text for c in found.claims} == {"Harbour fire in Eastley", *changed, *CAUSE, *REACTION}
    assert "[4]" not in request.user


async def test_an_added_paragraph_moves_the_offsets_of_what_follows() -> None:
    """Evidence after an insertion has the copy's sentence numbers and the copy's offsets."""
    copy = article(HEAD, DEAD, ["The harbour stays shut until further notice."], CAUSE, REACTION)
    found, (request,) = await both(copy)
    assert list(asked_for(request)) == [4]
    for claim in found.claims:
        (evidence,) = claim.evidence
        assert copy.text[evidence.start : evidence.end] == evidence.quote == claim.text


async def test_a_source_named_in_a_sentence_that_the_copy_changed_is_not_carried_over() -> None:
    """A claim whose origin stands only where the copy differs is asked again; one that names it itself is not."""
    reply = answering(generator={"origin": "Coast Herald"}, union={"origin": "Coast Herald"})
    vaguer = ["A generator caught fire in Warehouse 7 of Eastley."]
    found, (request,) = await both(article(HEAD, DEAD, vaguer, REACTION), reply)
    assert list(asked_for(request)) == [4, 5]
    assert {c.origin for c in found.claims} == {None}
    kept, (other,) = await both(article(HEAD, ["Eastley mourns 12 dead."], CAUSE, REACTION), reply)
    assert list(asked_for(other)) == [2]
    assert {c.text: c.origin for c in kept.claims}[CAUSE[0]] == "Coast Herald"


async def test_a_headline_that_passes_on_another_paper_has_everything_asked() -> None:
    """When the copy's own words name a source that the original does not have, nothing is taken over."""
    copy = article(["# The Evening Star reveals: Harbour fire in Eastley"], DEAD, CAUSE, REACTION)
    found, (own, whole) = await both(copy, answering(Evening={"origin": "Evening Star"}))
    assert list(asked_for(own)) == [1]
    assert list(asked_for(whole)) == [1, 2, 3, 4, 5]
    assert found.taken_over == ()


async def test_a_credit_in_brackets_has_everything_asked() -> None:
    """An agency at the end of the copy speaks for all of it, an outlet in brackets for its passage."""
    copy = article(HEAD, DEAD, CAUSE, [*REACTION, "(Reuters)"])
    found, (request,) = await both(copy)
    assert len(asked_for(request)) == 6
    assert found.taken_over == ()


async def test_a_passage_of_an_aggregator_is_taken_over_whole_or_not_at_all() -> None:
    """Where the copy changes a sentence of an outlet's passage, all of the passage is asked."""
    page = article(["# Round-up"], ["A died."], ["B fled. (Coast Daily)"], ["C sank. (Radio Nord)"], publisher="Agg")

    def reply(request: ModelRequest[Any]) -> dict[str, Any]:
        outlets = [{"p": "Coast Daily", "s": "2-3"}, {"p": "Radio Nord", "s": "4"}]
        return {**word_for_word(request), "passages": outlets}

    copy = article(["# Round-up"], ["A and D died."], ["B fled. (Coast Daily)"], ["C sank. (Radio Nord)"])
    found, (request,) = await both(copy, reply, page)
    assert list(asked_for(request)) == [2, 3]
    assert {c.text: c.publisher for c in found.claims}["C sank. (Radio Nord)"] == "Radio Nord"


async def test_what_counts_from_the_day_of_publication_is_asked_when_that_day_is_another() -> None:
    """'Yesterday' in a copy of the next day is another day; a paragraph without a date is taken over."""
    first = article(
        HEAD, ["The fire in Eastley broke out yesterday."], REACTION, published_at=dt.date(2026, 3, 14), publisher="A"
    )
    copy = first.model_copy(update={"id": "sha256:copy", "published_at": dt.date(2026, 3, 15), "publisher": "B"})
    found, (request,) = await both(copy, answering(yesterday={"d": "2026-03-13"}), first)
    assert list(asked_for(request)) == [2]
    assert found.taken_over == (1, 3)


async def test_evidence_in_a_changed_sentence_has_the_shared_one_asked_too() -> None:
    """A claim that rests on two paragraphs, of which one is changed, is not taken over by half."""
    reply = answering(union={"s": [4, 5]}, Warehouse={"s": [4, 5]})
    _, (request,) = await both(article(HEAD, DEAD, ["A cable caught fire in Warehouse 7 of Eastley."], REACTION), reply)
    assert list(asked_for(request)) == [4, 5]


async def test_the_paragraph_after_a_new_name_is_asked_when_its_claims_take_something_from_elsewhere() -> None:
    """After an added sentence about somebody new, 'she' may be somebody else."""
    she = ["She visited the injured."]
    first = article(HEAD, DEAD, REACTION, she)
    copy = article(HEAD, DEAD, REACTION, ["In Eastley the minister, Carla Dunn, laid a wreath."], she)
    reply = answering(visited={"x": "Ann Bose visited the injured.", "s": None})

    def told(request: ModelRequest[Any]) -> dict[str, Any]:
        given = reply(request)
        for group in given["groups"]:
            for claim in group["claims"]:
                claim["s"] = claim["s"] or [max(asked_for(request))]
        return dict(given)

    _, (request,) = await both(copy, told, first)
    assert list(asked_for(request)) == [5, 6]


async def test_a_copy_of_an_article_that_failed_is_asked_whole() -> None:
    """Without the original's answers there is nothing to take over."""
    model, copy = ScriptedModel(word_for_word), article(HEAD, DEAD, CAUSE, REACTION, publisher="Coast Daily")
    found = await extract(copy, model, DictStore(), TASK, ORIGINAL)
    assert (len(model.requests), found.taken_over) == (1, ())


def test_the_requests_that_are_estimated_are_those_of_the_changed_paragraphs() -> None:
    """What a copy will cost can be told before its original was read."""
    copy = article(HEAD, DEAD, ["Something else happened in Eastley."], REACTION)
    assert unshared(copy, ORIGINAL) == (4,)
    assert "sentences 4 only" in requests(copy, ORIGINAL)[0]
    stranger = article(["Nothing is shared here."])
    assert requests(stranger, ORIGINAL) == requests(stranger)


_SENTENCES = st.text(alphabet="abcdefgh", min_size=3, max_size=8).map(lambda w: f"The {w} happened in Eastley.")
_PARAGRAPHS = st.lists(st.lists(_SENTENCES, min_size=1, max_size=3), min_size=1, max_size=7)


@st.composite
def _edited(draw: st.DrawFn) -> tuple[list[list[str]], list[list[str]]]:
    """The paragraphs of an article and of what an editor made of it: dropped, added, changed, moved, joined."""
    before = draw(_PARAGRAPHS)
    after: list[list[str]] = []
    for paragraph in before:
        what = draw(st.sampled_from(["keep", "keep", "keep", "drop", "change", "add", "join", "first"]))
        if what == "drop":
            continue
        changed = [draw(_SENTENCES), *paragraph[1:]] if what == "change" else paragraph
        if what == "add":
            after.append([draw(_SENTENCES)])
        if what == "join" and after:
            after[-1] = [*after[-1], *changed]
        else:
            after.insert(0 if what == "first" else len(after), list(changed))
    return before, after or [["Nothing of it is left."]]


@given(_edited())
@settings(deadline=None)
def test_paired_sentences_are_the_same_words_in_the_same_order(pair: tuple[list[list[str]], list[list[str]]]) -> None:
    """Whatever an editor does, what counts as shared is word for word the same, in order and paragraph by paragraph."""
    original, copy = (article(*paragraphs) for paragraphs in pair)
    paired = paired_sentences(copy, original)
    assert [copy.quote(m) for m in paired] == [original.quote(t) for t in paired.values()]
    assert list(paired) == sorted(paired)
    assert list(paired.values()) == sorted(paired.values())
    for side, numbers_ in ((copy, set(paired)), (original, set(paired.values()))):
        paragraphs = {side.sentences[n - 1].paragraph for n in numbers_}
        assert numbers_ == {s.number for s in side.sentences if s.paragraph in paragraphs}


@given(_edited())
@settings(deadline=None, max_examples=60)
async def test_a_copy_gives_what_it_would_have_given_alone(pair: tuple[list[list[str]], list[list[str]]]) -> None:
    """With a model that reads sentence by sentence, sharing changes what is asked and nothing that comes out."""
    original, copy = (article(*paragraphs) for paragraphs in pair)
    model, store = ScriptedModel(word_for_word), DictStore()
    await extract(original, model, store, TASK)
    before = len(model.requests)
    shared = await extract(copy, model, store, TASK, original)
    alone = await extract(copy, ScriptedModel(word_for_word), DictStore(), TASK)
    assert shared.model_copy(update={"taken_over": ()}) == alone
    asked = {n for request in model.requests[before:] for n in asked_for(request)}
    assert asked == {s.number for s in copy.sentences} - set(shared.taken_over)


@given(st.sets(st.integers(min_value=1, max_value=60), min_size=1))
def test_ranges_name_every_number_and_no_other(chosen: set[int]) -> None:
    """What a request is told to answer for is exactly what is meant."""
    assert numbers(ranges(sorted(chosen))) == chosen
