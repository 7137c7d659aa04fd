"""Which member of a group of copies is asked whole, and what becomes of the others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from factcheck.errors import EndpointError, ModelUnavailable
from factcheck.ingestion.copies import group_copies
from factcheck.llm.base import ModelRequest
from factcheck.models import Article
from factcheck.pipeline import Unwatched, extract_all
from factcheck.pipeline.extracting import Extracted
from tests.support.means import means_of
from tests.support.scripted import DictStore, ScriptedModel, article

BODY = [[f"In village number {n} of Eastley the old stone bridge over the river fell at night."] for n in range(1, 7)]
WIRE = article(*BODY, publisher="Wire")
LOCAL = article(*BODY, ["The road to the coast is shut."], publisher="Local")
OTHER = article(*BODY[:5], ["The ferry to the island is late."], publisher="Other")
ALL = (WIRE, LOCAL, OTHER)


def word_for_word(request: ModelRequest[Any]) -> Mapping[str, Any]:
    """Each sentence that is shown and asked for is a claim."""
    only = re.search(r"Give claims of sentences ([\d, -]+) only; the others", request.user)
    asked = re.findall(r"\d+", only[1]) if only else None
    shown = re.findall(r"^\[(\d+)\] (.*)$", request.user, re.M)
    claims = [
        {"t": "event", "x": words, "s": [int(n)], "k": True, "d": None}
        for n, words in shown
        if asked is None or n in asked
    ]
    return {"passages": [], "outside": [], "groups": [{"sp": None, "or": None, "m": "asserted", "claims": claims}]}


async def extracted(model: ScriptedModel, store: DictStore, *articles: Article) -> Extracted:
    """What these articles give, as the copies they are."""
    return await extract_all(articles, means_of(model, store), Unwatched(), group_copies(articles))


async def test_one_is_asked_whole_and_the_others_for_what_is_theirs() -> None:
    """Of three copies the longest is asked whole, one for its own sentence, one for nothing; each has its claims."""
    model = ScriptedModel(word_for_word)
    found = await extracted(model, DictStore(), *ALL)
    assert [len(e.claims) for e in found.extractions] == [6, 7, 6]
    assert [len(e.taken_over) for e in found.extractions].count(0) == 1
    assert sorted("Give claims of sentences" in request.user for request in model.requests) == [False, True]


async def test_a_copy_that_joins_borrows_from_the_one_that_is_paid_for() -> None:
    """An older or longer copy that joins a story takes over from the member that was asked, and asks its own rest."""
    model, store = ScriptedModel(word_for_word), DictStore()
    await extracted(model, store, WIRE)
    before = len(model.requests)
    found = await extracted(model, store, LOCAL, WIRE)
    (request,) = model.requests[before:]
    assert "sentences 7 only" in request.user
    assert found.cached == 1
    again = await extracted(model, store, LOCAL, WIRE)
    assert (again.cached, len(model.requests), again.extractions) == (2, before + 1, found.extractions)


async def test_a_copy_whose_original_failed_is_asked_whole() -> None:
    """The failure of one article does not take its copies along."""

    def reply(request: ModelRequest[Any]) -> Mapping[str, Any]:
        if "publisher: Wire" in request.user or "publisher: Local" in request.user:
            raise ModelUnavailable("busy")
        return word_for_word(request)

    found = await extracted(ScriptedModel(reply), DictStore(), *ALL)
    assert [e.article_id for e in found.extractions] == [OTHER.id]
    assert len(found.extractions[0].claims) == 6
    assert len(found.failures) == 2


async def test_a_dead_endpoint_is_not_tried_again_for_the_copies() -> None:
    """What ends the first wave ends the run."""

    def reply(_: ModelRequest[Any]) -> Mapping[str, Any]:
        raise EndpointError("gone")

    model = ScriptedModel(reply)
    with pytest.raises(EndpointError):
        await extracted(model, DictStore(), *ALL)
    assert len(model.requests) == 1
