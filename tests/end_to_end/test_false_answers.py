"""False answers of the right shape, each by name, over real sockets: caught by code, counted, never a finding."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from typer.testing import CliRunner

from factcheck.cli.app import app
from factcheck.prompts import load
from tests.support.eastley_fire import TOKENS, reader, write_articles
from tests.support.llm_server import LlmServer, Reply, answer, llm_server
from tests.support.newsroom import newsroom

pytestmark = pytest.mark.usefixtures("alone", "story")
UNBROKEN = 5
"""Requests of a sound run: three articles, one first pass, one confirmation."""
ITALIAN = (
    "La notte di venerdì un incendio nel porto di Eastley ha ucciso dodici persone, come riferiscono testimoni oculari"
    " intervistati ieri dalla redazione provinciale."
)


@dataclass(frozen=True)
class Wrong:
    """One way in which an answer is false; `make` turns a sound one into it."""

    name: str
    task: str
    make: Callable[[Any], Any]
    counted: str | None
    """As what it stands in the report's usage; None when it is read all the same."""
    mended: bool = True
    """Whether the run is whole when only the first answer was false."""
    extra: int = 1
    """Requests that one such answer costs; pairs left out are asked in smaller ones."""


def _claim(**fields: Any) -> Callable[[Any], Any]:
    def make(value: Any) -> Any:
        value["groups"][0]["claims"][0] |= fields
        return value

    return make


def _rows(change: Callable[[list[str]], list[str]]) -> Callable[[Any], Any]:
    return lambda value: {"rows": change(value["rows"])}


def _pairs(change: Callable[[list[Any]], list[Any]]) -> Callable[[Any], Any]:
    return lambda value: {"pairs": change(value["pairs"])}


def _sent(text: Callable[[str], str] = str, **kwargs: Any) -> Callable[[Any], Any]:
    return lambda value: answer(text(json.dumps(value)), usage=TOKENS, **kwargs)


def _turned(rows: list[str]) -> list[str]:
    """Every pair told from its other end, each in a row of its own."""
    cells = [(row.split(":")[0], cell) for row in rows for cell in row.split(":")[1].split()]
    return [f"{cell[0]}: {head}{cell[1:]}" for head, cell in cells]


EXTRACTION = [
    Wrong("evidence out of range", "extract_claims", _claim(s=[99]), "sentence_unknown"),
    Wrong("no evidence", "extract_claims", _claim(s=[]), "sentence_unknown"),
    Wrong("invented number", "extract_claims", _claim(x="In the Eastley fire 99 people died.", v=99), "ungrounded"),
    Wrong("another language", "extract_claims", _claim(x=ITALIAN), "other_language"),
    Wrong("evidence outside the story", "extract_claims", lambda v: v | {"outside": ["1"]}, "claim_outside"),
    Wrong("type outside the enum", "extract_claims", _claim(t="rumour"), "schema"),
    Wrong("extra field", "extract_claims", lambda v: v | {"note": "x"}, "schema"),
    Wrong("fenced", "extract_claims", _sent(lambda text: f"```json\n{text}\n```"), None, extra=0),
    Wrong("truncated", "extract_claims", _sent(lambda text: text[:-30]), "not_json"),
    Wrong("refusal", "extract_claims", _sent(lambda _: "", refusal="I cannot"), "refusal", mended=False, extra=0),
    Wrong("filtered", "extract_claims", _sent(finish="content_filter"), "content_filter", mended=False, extra=0),
    Wrong("length", "extract_claims", _sent(finish="length"), "length", mended=False, extra=0),
]
FIRST_PASS = [
    Wrong("pair missing", "judge_pairs", _rows(lambda rows: rows[:-1]), "pair_missing"),
    Wrong("pair twice, differently", "judge_pairs", _rows(lambda rows: [*rows, rows[0][:4] + "U"]), "pair_twice"),
    Wrong("pair unknown", "judge_pairs", _rows(lambda rows: [*rows, "1: 77C.time.direct"]), "pair_unknown", extra=0),
    Wrong("pairs reordered", "judge_pairs", _rows(lambda rows: rows[::-1]), None, extra=0),
    Wrong("pairs told from the other end", "judge_pairs", _rows(_turned), None, extra=0),
    Wrong("label outside the enum", "judge_pairs", _rows(lambda rows: ["1: 2X", *rows[1:]]), "row_unreadable", extra=2),
    Wrong("one label for a range", "judge_pairs", _rows(lambda _: ["1: 2-3U"]), "row_unreadable", extra=2),
    Wrong("no pair at all", "judge_pairs", _rows(lambda _: []), "pair_missing", extra=2),
    Wrong("rows of another type", "judge_pairs", lambda _: {"rows": [1, 2]}, "schema"),
]
CONFIRMATION = [
    Wrong("confirmation missing", "confirm_conflict", _pairs(lambda pairs: pairs[:-1]), "pair_missing"),
    Wrong("confirmation twice", "confirm_conflict", _pairs(lambda ps: [*ps, ps[0] | {"r": "unrelated"}]), "pair_twice"),
    Wrong("confirmation unknown", "confirm_conflict", _pairs(lambda ps: [*ps, ps[0] | {"p": 77}]), "pair_unknown"),
    Wrong("words of nobody", "confirm_conflict", _pairs(lambda ps: [p | {"aw": "ninety"} for p in ps]), "check"),
    Wrong("relation outside the enum", "confirm_conflict", _pairs(lambda ps: [p | {"r": "no"} for p in ps]), "schema"),
    Wrong("confirmations reordered", "confirm_conflict", _pairs(lambda pairs: pairs[::-1]), None, extra=0),
]
ALL = [*EXTRACTION, *FIRST_PASS, *CONFIRMATION]


class Lying:
    """The newsroom, false in one way in the first `times` answers of a task; of articles only one is lied about."""

    def __init__(self, wrong: Wrong, times: int) -> None:
        self.wrong = wrong
        self.times = times

    def __call__(self, body: dict[str, Any]) -> Reply:
        """The next answer."""
        system, user = (message["content"] for message in body["messages"])
        about = system == load(self.wrong.task).text and ("[1] " not in user or "our reporter" in user)
        about = about or (self.wrong.task == "confirm_conflict" and system == load("confirm_conflict").text)
        if not about or not self.times:
            return reader(body)
        self.times -= 1
        false = self.wrong.make(json.loads(json.dumps(newsroom(system, user))))
        return false if isinstance(false, Reply) else answer(false, usage=TOKENS)


def run(server: LlmServer) -> tuple[int, dict[str, Any]]:
    """Exit code and report of a check with one request at a time."""
    where = ["--base-url", server.url, "--model", "m", "--concurrency", "1", "--no-run"]
    done = CliRunner().invoke(app, ["check", "story", "-f", "json", *where])
    assert "Traceback" not in done.stderr
    return done.exit_code, json.loads(done.stdout)


def labels(report: dict[str, Any]) -> dict[tuple[str, str], tuple[str, str]]:
    """Pair -> its relation, and how sure it is."""
    return {(j["left"], j["right"]): (j["relation"], j["certainty"]) for j in report["judgements"]}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], tuple[str, str]]:
    """The labels of a run in which every answer is right."""
    story = write_articles(tmp_path_factory.mktemp("sound"))
    with llm_server(reader) as server:
        where = ["--base-url", server.url, "--model", "m", "--no-run", "--no-cache"]
        done = CliRunner().invoke(app, ["check", str(story), "-f", "json", *where])
    found = labels(json.loads(done.stdout))
    assert sorted(relation for relation, _ in found.values()) == ["contradicts", "contradicts", "equivalent"]
    return found


@pytest.mark.parametrize("wrong", ALL, ids=lambda wrong: wrong.name)
def test_a_false_answer_that_passes_is_mended_or_a_failure(
    wrong: Wrong, sound: dict[tuple[str, str], tuple[str, str]]
) -> None:
    """Counted by its kind; one more request, or two smaller ones for pairs left out; the findings are the sound ones.

    What is not asked again lacks its unit, and the exit code says so.
    """
    with llm_server(Lying(wrong, 1)) as server:
        code, report = run(server)
    assert code == (0 if wrong.mended else 3)
    assert server.count <= UNBROKEN + wrong.extra
    faults = report["run"]["usage"]["faults"]
    assert (wrong.counted in faults) if wrong.counted else faults == {}
    assert labels(report) == sound if wrong.mended else labels(report).items() < sound.items()


@pytest.mark.slow
@pytest.mark.parametrize("wrong", [w for w in ALL if w.counted], ids=lambda wrong: wrong.name)
def test_a_false_answer_that_lasts_is_never_a_finding(
    wrong: Wrong, sound: dict[tuple[str, str], tuple[str, str]]
) -> None:
    """What is judged is judged as it should be, or is left open; nothing of it waits in the cache for the next run."""
    with llm_server(Lying(wrong, 1000)) as server:
        _, report = run(server)
        server.follow(reader)
        _, again = run(server)
    for found in (labels(report), labels(again)):
        for pair, (relation, certainty) in found.items():
            assert (relation, certainty) == sound[pair] or certainty == "possible"
    for judgement in (*report["judgements"], *again["judgements"]):
        assert "ninety" not in json.dumps(judgement)
    claims = [claim for extraction in report["extractions"] for claim in extraction["claims"]]
    assert all(claim["ungrounded"] or "99" not in claim["text"] for claim in claims)


def test_every_false_answer_has_a_name_of_its_own() -> None:
    """No kind hides another in the list of tests."""
    assert len({wrong.name for wrong in ALL}) == len(ALL)
