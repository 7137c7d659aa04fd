"""The order of the stages over one story, with a model of the tests' own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import ValidationError

from factcheck.errors import BudgetExceeded, CassetteError, EndpointError, ModelUnavailable, SettingsError
from factcheck.findings import Report, Usage
from factcheck.llm.base import ModelRequest
from factcheck.models import Article, Failure, Stage
from factcheck.pipeline import Input, check
from factcheck.settings import CheckSettings
from tests.support.means import RUN, means_of, reader
from tests.support.scripted import DictStore, ScriptedModel, article

HERALD = article(["12 people died in the Eastley fire."], publisher="Herald", path="h.txt")
GAZETTE = article(["In Eastley the fire killed 16 people."], publisher="Gazette", path="g.txt")
RADIO = article(["The Eastley fire cost 12 lives."], publisher="Radio", path="r.txt")


class Watch:
    """Counts what a run reports."""

    def __init__(self) -> None:
        self.totals: dict[str, tuple[int, int]] = {}
        self.done: Counter[str] = Counter()
        self.notes: list[str] = []
        self.usage: Usage | None = None

    def stage(self, name: Stage, total: int, cached: int) -> None:
        """Remember the total."""
        self.totals[name] = (total, cached)

    def advance(self, name: Stage, units: int = 1) -> None:
        """Count."""
        self.done[name] += units

    def spent(self, usage: Usage) -> None:
        """Remember the latest."""
        self.usage = usage

    def note(self, message: str) -> None:
        """Remember."""
        self.notes.append(message)


async def run(
    model: ScriptedModel,
    *articles: Article,
    store: DictStore | None = None,
    watch: Watch | None = None,
    lasting: bool = False,
) -> Report:
    """The report of these articles."""
    means = means_of(model, store or DictStore(), lasting=lasting)
    return await check(Input(articles=articles), means, CheckSettings(), RUN, watch or Watch())


async def test_a_contradiction_reaches_the_report_with_both_sides() -> None:
    """12 against 16 is one dispute about a number, with the words of both sides and their publishers."""
    report = await run(ScriptedModel(reader), HERALD, GAZETTE, RADIO)
    (dispute,) = report.disputes
    (point,) = dispute.points
    assert point.kind == "number"
    assert {("12",): {"Herald", "Radio"}, ("16",): {"Gazette"}} == {s.words: set(s.publishers) for s in point.sides}
    assert report.failures == ()


async def test_second_run_asks_nothing() -> None:
    """With everything paid for no request is made and the report is the same but for its usage."""
    model, store = ScriptedModel(reader), DictStore()
    first = await run(model, HERALD, GAZETTE, RADIO, store=store)
    spent, watch = len(model.requests), Watch()
    again = await run(model, RADIO, HERALD, GAZETTE, store=store, watch=watch)
    assert len(model.requests) == spent
    assert again.model_copy(update={"run": first.run}) == first
    assert again.run.usage.cache_hits > 0
    assert watch.notes == []
    assert all(total == cached for total, cached in watch.totals.values())


async def test_an_added_article_pays_for_itself_only() -> None:
    """One extraction, its two pairs, and the confirmation of the contradiction among them."""
    model, store = ScriptedModel(reader), DictStore()
    await run(model, HERALD, GAZETTE, store=store)
    spent = len(model.requests)
    await run(model, HERALD, GAZETTE, RADIO, store=store)
    new = model.requests[spent:]
    assert [r.task for r in new] == ["extract_claims", "judge_pairs", "confirm_conflict"]
    assert "12 lives" in new[0].user
    assert new[1].user.split("Pairs:\n")[1].count(":") <= 2
    assert all("12 lives" in r.user for r in new)


async def test_progress_adds_up() -> None:
    """Every unit is announced, and done or cached; the cost is told before each stage that costs."""
    watch = Watch()
    await run(ScriptedModel(reader), HERALD, GAZETTE, RADIO, watch=watch)
    assert {name: total - cached for name, (total, cached) in watch.totals.items()} == dict(watch.done)
    assert [n.split(",")[0] for n in watch.notes] == ["m: 3 requests", "m: 1 requests", "m: 1 requests"]


async def test_a_failed_article_does_not_end_the_run() -> None:
    """The other articles are compared; the failure is in the report and among what was not checked."""

    def one_down(request: ModelRequest[Any]) -> Mapping[str, Any]:
        if "12 lives" in request.user and request.task == "extract_claims":
            raise ModelUnavailable("503 five times", attempts=5)
        return reader(request)

    report = await run(ScriptedModel(one_down), HERALD, GAZETTE, RADIO)
    assert len(report.disputes) == 1
    assert [(RADIO.id, "ModelUnavailable", 5)] == [(f.subject, f.kind, f.attempts) for f in report.failures]
    assert any("1 article" in line for line in report.summary.not_checked)


async def test_an_article_that_failed_before_is_told_again_and_not_asked() -> None:
    """The others are checked; a failure of an article that is not given is refused."""
    model = ScriptedModel(reader)
    known = Failure(stage="extraction", subject=RADIO.id, kind="ModelRefused", message="no", attempts=1)
    given = Input(articles=(HERALD, GAZETTE, RADIO), failed=(known,))
    report = await check(given, means_of(model, DictStore()), CheckSettings(), RUN, Watch())
    assert (report.failures, report.summary.articles, len(report.disputes)) == ((known,), 3, 1)
    assert [request.task for request in model.requests].count("extract_claims") == 2
    with pytest.raises(ValidationError, match="failures of articles that are not given"):
        Input(articles=(HERALD, GAZETTE), failed=(known,))


async def test_failed_judging_is_counted_not_hidden() -> None:
    """When no pair can be judged all pairs are failures and the sums still add up."""

    def no_judge(request: ModelRequest[Any]) -> Mapping[str, Any]:
        if request.task == "judge_pairs":
            raise BudgetExceeded("over")
        return reader(request)

    report = await run(ScriptedModel(no_judge), HERALD, GAZETTE, RADIO)
    assert (report.summary.pairs, report.summary.failed_pairs, report.summary.judged) == (3, 3, 0)
    assert {"BudgetExceeded"} == {f.kind for f in report.failures}
    assert report.disputes == ()


async def test_an_unexpected_error_is_a_failure_without_its_text() -> None:
    """A bug in one unit is named by class; its message, which may hold anything, is not shown."""

    def broken(request: ModelRequest[Any]) -> Mapping[str, Any]:
        if "12 lives" in request.user:
            raise RuntimeError("secret text")
        return reader(request)

    report = await run(ScriptedModel(broken), HERALD, GAZETTE, RADIO)
    assert [f.kind for f in report.failures] == ["RuntimeError"]
    assert "secret text" not in report.model_dump_json()


@pytest.mark.parametrize("error", [EndpointError("401: no such key"), CassetteError("stale")])
async def test_what_no_call_survives_ends_the_run(error: Exception) -> None:
    """A dead endpoint or a stale cassette is raised, not reported as so many failures."""

    def gone(_: ModelRequest[Any]) -> Mapping[str, Any]:
        raise error

    with pytest.raises(type(error), match=str(error)):
        await run(ScriptedModel(gone), HERALD, GAZETTE)


async def test_an_endpoint_lost_half_way_keeps_what_is_paid_for() -> None:
    """When the endpoint dies after extraction the report still comes, with the unjudged pairs as failures."""

    def dies(request: ModelRequest[Any]) -> Mapping[str, Any]:
        if request.task == "judge_pairs":
            raise EndpointError("quota gone")
        return reader(request)

    report = await run(ScriptedModel(dies), HERALD, GAZETTE, RADIO)
    assert len(report.extractions) == 3
    assert report.summary.failed_pairs == 3


async def test_a_story_too_large_to_judge_unasked_is_refused_before_it_is_paid_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Beyond the limit no pair is judged, the error says how many requests it takes and how to allow it."""
    monkeypatch.setattr("factcheck.pipeline.judging.LARGEST_UNASKED", 0)
    model = ScriptedModel(reader)
    with pytest.raises(SettingsError, match=r"1 requests.*--max-calls"):
        await run(model, HERALD, GAZETTE)
    assert {request.task for request in model.requests} == {"extract_claims"}


@pytest.mark.parametrize(("lasting", "words"), [(True, "extracted and kept;"), (False, "extracted but not kept")])
async def test_the_refusal_of_a_large_story_says_what_became_of_the_claims(
    lasting: bool, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Claims are said to be kept only when the store outlasts the run."""
    monkeypatch.setattr("factcheck.pipeline.judging.LARGEST_UNASKED", 0)
    with pytest.raises(SettingsError, match=words):
        await run(ScriptedModel(reader), HERALD, GAZETTE, lasting=lasting)


async def test_one_article_alone_makes_a_report() -> None:
    """A single article has nothing to be compared with; its fact is a single report."""
    report = await run(ScriptedModel(reader), HERALD)
    assert [f.verdict for f in report.facts] == ["single_report"]
    assert report.summary.pairs == 0


ODD = tuple(
    article([f"In Eastley 12 people died, says paper {n}."], publisher=f"P{n}", path=f"{n}.txt") for n in range(6)
)


def overlooks_one(request: ModelRequest[Any]) -> Mapping[str, Any]:
    """All equivalent, but in the first large request one pair is called unrelated."""
    answer = dict(reader(request))
    if request.task == "judge_pairs" and sum(row.count("E") for row in answer["rows"]) > 1:
        answer["rows"] = [row.replace("E", "U", 1) if n == 0 else row for n, row in enumerate(answer["rows"])]
    return answer


async def test_a_label_that_fits_nowhere_is_asked_again_once() -> None:
    """The odd pair travels alone a second time, its new label counts, and a second run asks nothing."""
    model, store = ScriptedModel(overlooks_one), DictStore()
    report = await run(model, *ODD, store=store)
    asked = [request for request in model.requests if request.task == "judge_pairs"]
    assert [len(request.user.split("Pairs:\n")[1].split()) for request in asked][1:] == [2]
    assert {judgement.relation for judgement in report.judgements} == {"equivalent"}
    assert len([j for j in report.judgements if "first answer was unrelated" in (j.note or "")]) == 1
    again = await run(model, *ODD, store=store)
    assert len([request for request in model.requests if request.task == "judge_pairs"]) == 2
    assert again.judgements == report.judgements


async def test_code_has_a_second_reader_look_at_amounts_that_the_first_took_for_compatible() -> None:
    """When the judge overlooks 12 against 16, the pair is read again with its evidence, and the conflict is found."""

    def sleepy(request: ModelRequest[Any]) -> Mapping[str, Any]:
        answer = dict(reader(request))
        if request.task == "judge_pairs":
            answer["rows"] = [row.replace("C.number.direct", "U") for row in answer["rows"]]
        return answer

    left = article(["In Eastley 12 people died."], publisher="Herald", path="h.txt")
    right = article(["In Eastley 16 people died."], publisher="Gazette", path="g.txt")
    report = await run(ScriptedModel(sleepy), left, right)
    assert [(j.relation, j.how, j.certainty) for j in report.judgements] == [("contradicts", "confirmed", "firm")]
