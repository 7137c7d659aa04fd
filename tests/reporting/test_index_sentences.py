"""The sentences of a batch's index as an editor would write them: for none, one and many, in each language."""

from __future__ import annotations

from typing import get_args

import pytest

from factcheck.findings import Usage
from factcheck.index import AcrossFinding, AcrossStories, Apart, BatchIndex, Shard, StoryStatus
from factcheck.models import Decision, RefusedFile
from factcheck.reporting.batch_index.lines import disputes, facts_of_run, headline
from factcheck.reporting.words.catalogue import words_in
from tests.support.indexes import AGREEMENT, CONFLICT, index, row


def counted(n: int) -> BatchIndex:
    """An index in which there is so much of everything that is counted, and no story without any."""
    base = index()
    many = {"new": n, "changed": n, "articles": n, "claims": n, "pairs": n, "disputes": n, "new_disputes": 0}
    totals = {"stories": 4 * n, "done": n, "incomplete": n, "failed": n, "waiting": n}
    rows = [row(f"{number}", status=status) for number in range(n) for status in get_args(StoryStatus)]
    met = AcrossStories(
        status="done",
        stories=2,
        pairs=2 * n,
        left_out=n,
        failed_pairs=n,
        possible=n,
        findings=(CONFLICT,) * n + (AGREEMENT,) * n,
    )
    return base.model_copy(
        update={
            "totals": base.totals.model_copy(update=many | totals),
            "stories": tuple(rows),
            "across": met,
            "unreadable": (RefusedFile(path="a.txt", reason="empty"),) * n,
            "usage": Usage(requests=n, completion_tokens=5 * n),
        }
    )


SAID = {
    ("en", 0): (
        "no story, no article: nothing compared.",
        "no story new or changed since the last complete run; no claim, no pair of claims compared",
        "this run: no request; all runs: no request",
    ),
    ("en", 1): (
        (
            "4 stories, 1 article: 1 dispute; 1 conflict between stories; 1 story failed; 1 story is incomplete;"
            " 1 story was not run."
        ),
        "1 new story, 1 story changed since the last complete run; 1 claim, 1 pair of claims compared",
        "between stories: 1 conflict and 1 agreement in 1 pair of claims compared",
        "1 pair of claims of different stories could not be judged",
        "1 pair of claims that are less alike was left out, to keep the cost within a quarter of what the stories cost",
        "1 possible conflict was not confirmed and is not counted",
        "1 file could not be read",
        "this run: 1 request, 5 tokens; all runs: no request",
    ),
    ("en", 2): (
        (
            "8 stories, 2 articles: 2 disputes; 2 conflicts between stories; 2 stories failed; 2 stories are"
            " incomplete; 2 stories were not run."
        ),
        "2 new stories, 2 stories changed since the last complete run; 2 claims, 2 pairs of claims compared",
        "between stories: 2 conflicts and 2 agreements in 2 pairs of claims compared",
        "2 pairs of claims of different stories could not be judged",
        (
            "2 pairs of claims that are less alike were left out, to keep the cost within a quarter of what the stories"
            " cost"
        ),
        "2 possible conflicts were not confirmed and are not counted",
        "2 files could not be read",
        "this run: 2 requests, 10 tokens; all runs: no request",
    ),
    ("it", 0): (
        "nessuna storia, nessun articolo: nessun confronto.",
        (
            "nessuna storia nuova o cambiata dall'ultima esecuzione completa; nessuna affermazione, nessuna coppia di"
            " affermazioni confrontata"
        ),
        "questa esecuzione: nessuna richiesta; tutte: nessuna richiesta",
    ),
    ("it", 1): (
        (
            "4 storie, 1 articolo: 1 contrasto; 1 contrasto fra una storia e l'altra; 1 storia non riuscita; 1 storia"
            " incompleta; 1 storia non eseguita."
        ),
        (
            "1 storia nuova, 1 storia cambiata dall'ultima esecuzione completa; 1 affermazione, 1 coppia di"
            " affermazioni confrontata"
        ),
        "fra una storia e l'altra: 1 contrasto e 1 concordanza in 1 coppia di affermazioni confrontata",
        "1 coppia di affermazioni di storie diverse non giudicata",
        (
            "1 coppia di affermazioni meno simili lasciata fuori, perché il costo resti entro un quarto di quello delle"
            " storie"
        ),
        "1 possibile contrasto non confermato e non contato",
        "1 file non leggibile",
        "questa esecuzione: 1 richiesta, 5 token; tutte: nessuna richiesta",
    ),
    ("it", 2): (
        (
            "8 storie, 2 articoli: 2 contrasti; 2 contrasti fra una storia e l'altra; 2 storie non riuscite; 2 storie"
            " incomplete; 2 storie non eseguite."
        ),
        (
            "2 storie nuove, 2 storie cambiate dall'ultima esecuzione completa; 2 affermazioni, 2 coppie di"
            " affermazioni confrontate"
        ),
        "fra una storia e l'altra: 2 contrasti e 2 concordanze in 2 coppie di affermazioni confrontate",
        "2 coppie di affermazioni di storie diverse non giudicate",
        (
            "2 coppie di affermazioni meno simili lasciate fuori, perché il costo resti entro un quarto di quello delle"
            " storie"
        ),
        "2 possibili contrasti non confermati e non contati",
        "2 file non leggibili",
        "questa esecuzione: 2 richieste, 10 token; tutte: nessuna richiesta",
    ),
}


@pytest.mark.parametrize(("lang", "n"), SAID)
def test_each_sentence_is_right_for_none_one_and_many(lang: str, n: int) -> None:
    """An editor could print them: no "0 agreements", no plural of one, in either language."""
    w = words_in(lang)
    assert (headline(counted(n), w), *facts_of_run(counted(n), w)) == SAID[lang, n]


@pytest.mark.parametrize(
    ("findings", "failed", "said"),
    [
        ((), 0, "between stories: neither conflicts nor agreements in 2 pairs of claims compared"),
        ((AGREEMENT,), 0, "between stories: no conflict and 1 agreement in 2 pairs of claims compared"),
        ((CONFLICT,) * 2, 1, "between stories: 2 conflicts and no agreement in 1 pair of claims compared"),
        ((), 2, "2 pairs of claims of different stories could not be judged"),
    ],
)
def test_what_was_not_found_between_stories_is_said_in_words(
    findings: tuple[AcrossFinding, ...], failed: int, said: str
) -> None:
    """Nothing found, nothing to compare and nothing judged are three things."""
    met = AcrossStories(status="done", pairs=2, failed_pairs=failed, findings=findings)
    told = facts_of_run(index(row("night"), row("morning"), across=met), words_in("en"))
    assert told[1] == said
    assert "0" not in told[1]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"shard": Shard(number=1, of=2)}, "were compared with each other and with no story of another shard"),
        ({"shards": (1, 2)}, "stories of different shards were not compared (factcheck merge --compare does it)"),
        (
            {"shards": (1, 2), "apart": Apart(pairs=1, stories=1)},
            "in different shards: 1 pair of much alike claims of 1 pair of stories (factcheck merge --compare does it)",
        ),
        (
            {"shards": (1, 2), "apart": Apart(pairs=1_200, stories=340)},
            "in different shards: 1,200 pairs of much alike claims of 340 pairs of stories",
        ),
        ({"shards": (1, 2), "apart": Apart(pairs=0, stories=0)}, "no two claims of theirs are alike enough to be"),
    ],
)
def test_what_shards_did_not_compare_is_said(fields: dict[str, object], said: str) -> None:
    """Of a shard, of shards put together, and of those put together how much it is, where that was counted."""
    met = AcrossStories(status="done", stories=2, pairs=2, whole=False, apart=fields.get("apart"))
    rest = {name: value for name, value in fields.items() if name != "apart"}
    assert any(said in line for line in facts_of_run(index(row("a"), row("b"), across=met, **rest), words_in("en")))


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (1, ["between stories 1 reviewer's decision counts", "1 decision is about what is no longer there"]),
        (2, ["between stories 2 reviewers' decisions count", "2 decisions are about what is no longer there"]),
    ],
)
def test_decisions_between_stories_are_counted(n: int, said: list[str]) -> None:
    """What counts, and what is about nothing; one that a later one overruled is in neither."""
    made = [Decision(target="dispute", id=f"d{number}", decision="reject", fate="honoured") for number in range(n)]
    overruled = made[0].model_copy(update={"fate": "overruled"})
    met = AcrossStories(status="done", stories=2, decisions=(*made, overruled))
    gone = tuple(decision.model_copy(update={"fate": "gone"}) for decision in made)
    told = facts_of_run(index(row("a"), row("b"), across=met, unmet=gone), words_in("en"))
    assert [line for line in told if "decision" in line] == said


def test_what_failed_is_not_said_to_have_been_compared() -> None:
    """Pairs that failed are taken off, and where all did, nothing was compared and no dispute is denied."""
    w, base = words_in("en"), counted(2)
    totals = base.totals.model_copy(update={"pairs": 13, "failed_pairs": 12, "disputes": 0})
    some = base.model_copy(update={"totals": totals, "across": None})
    assert headline(some, w).startswith("8 stories, 2 articles: no dispute;")
    assert facts_of_run(some, w)[0].endswith("2 claims, 1 pair of claims compared")
    none = some.model_copy(update={"totals": totals.model_copy(update={"failed_pairs": 13})})
    assert headline(none, w).startswith("8 stories, 2 articles: nothing compared;")
    assert facts_of_run(none, w)[0].endswith("2 claims, no pair of claims compared")
    assert disputes(row("a", pairs=13, failed_pairs=13), w) == disputes(row("b"), w) == "not compared"
    assert disputes(row("c", pairs=13, failed_pairs=12), w) == "no dispute"


def test_claims_that_are_not_there_are_not_said_to_be_unlike() -> None:
    """That no two claims of different stories are alike is said where there are claims."""
    w, base = words_in("en"), counted(1)
    alone = base.model_copy(update={"across": AcrossStories(status="done", stories=2)})
    said = "between stories: no two claims are alike enough to be compared"
    assert said in facts_of_run(alone, w)
    empty = alone.model_copy(update={"totals": alone.totals.model_copy(update={"claims": 0})})
    assert said not in facts_of_run(empty, w)


def test_what_an_earlier_run_found_is_said_to_be_of_it() -> None:
    """After an interrupt: that stories were not compared now is not contradicted by the counts from before."""
    met = AcrossStories(status="waiting", stories=2, pairs=26, failed_pairs=1)
    told = facts_of_run(counted(1).model_copy(update={"across": met}), words_in("en"))
    assert told[1:4] == [
        "claims of different stories were not compared in this run",
        "between stories: neither conflicts nor agreements in 25 pairs of claims compared (in an earlier run)",
        "1 pair of claims of different stories could not be judged (in an earlier run)",
    ]
    shards = counted(1).model_copy(update={"across": met, "shards": (1, 2)})
    assert not any("earlier run" in line for line in facts_of_run(shards, words_in("en")))
