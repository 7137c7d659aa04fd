"""False answers of the right shape: named by kind, and kept only when the rest of them is sound."""

from __future__ import annotations

from typing import Any

import pytest

from factcheck.llm.base import ModelTask
from factcheck.models import Article
from factcheck.prompts import load
from factcheck.stages.extraction.asking import windows
from factcheck.stages.extraction.checking import defects
from factcheck.stages.extraction.stage import extract, is_stored
from factcheck.stages.extraction.wire import WireExtraction
from tests.support.scripted import DictStore, ScriptedModel, article

TASK = ModelTask(load("extract_claims"), "m")
ARTICLE = article(
    [f"At the harbour of Eastley {n} boats were counted on the morning of day {n}." for n in range(1, 13)]
)
SOUND = "At the harbour of Eastley 3 boats were counted on the morning of day 3."


def answer(text: str = SOUND, sentences: tuple[int, ...] = (3,), **more: Any) -> dict[str, Any]:
    """An answer with one claim."""
    wire = {"t": "event", "x": text, "s": list(sentences), "k": True, "d": more.pop("d", None)}
    group = {"sp": None, "or": None, "m": "asserted", "claims": [wire]}
    return {"passages": [], "outside": [], "groups": [group], **more}


WRONG = {
    "sentence_unknown": answer(sentences=(99,)),
    "claim_outside": answer(outside=["2-4"]),
    "ungrounded": answer(text=SOUND.replace("3 boats", "700 boats")),
    "time_implausible": answer(d="one fine day"),
    "no_claims": {"passages": [], "outside": [], "groups": []},
    "other_language": answer(
        text="La mattina del terzo giorno furono contate nel porto cittadino parecchie barche di pescatori locali, come"
        " riferiscono testimoni oculari intervistati ieri dalla redazione provinciale."
    ),
}


def kinds(art: Article, wire: dict[str, Any]) -> set[str]:
    """What is wrong with an answer."""
    return set(defects(art, windows(art)[0], WireExtraction.model_validate(wire)))


@pytest.mark.parametrize("kind", WRONG)
def test_each_way_of_being_wrong_has_its_kind(kind: str) -> None:
    """And a sound answer has none."""
    assert kind in kinds(ARTICLE, WRONG[kind])
    assert kinds(ARTICLE, answer()) == set()


@pytest.mark.parametrize("kind", WRONG)
async def test_an_answer_that_is_wrong_as_a_whole_is_not_kept_for_later_runs(kind: str) -> None:
    """A wrong claim is dropped or flagged at every reading; a wrong language would come back for ever."""
    store = DictStore()
    await extract(ARTICLE, ScriptedModel(lambda _: WRONG[kind]), store, TASK)
    assert is_stored(ARTICLE, store, TASK) == (kind not in ("no_claims", "other_language"))
