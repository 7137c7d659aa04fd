"""What moved between two reports: matched by claims, guessed by words, and honest on which is which."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from factcheck.changes.comparing import compare
from factcheck.changes.matching import match
from factcheck.conditions import DIFF_RULES, REPORT_RULES, matched
from factcheck.findings import Fact, Report
from factcheck.reporting.base import Style
from factcheck.reporting.registry import DIFF_RENDERERS
from tests.support import odd_reports, reports


def with_facts(*facts: Fact) -> Report:
    """The story with other facts and no disputes."""
    base = reports.veld_story()
    return base.model_copy(update={"facts": facts, "disputes": ()})


FACTS = {fact.id: fact for fact in reports.veld_facts()}
FLEET = FACTS["f6"]


@pytest.mark.parametrize("report", [reports.veld_story(), reports.empty_report(), odd_reports.long_report()])
def test_nothing_moves_between_a_report_and_itself(report: Report) -> None:
    """A report compared with itself has no change, and all of it is counted as unchanged."""
    diff = compare(report, report)
    assert (diff.disputes, diff.facts, diff.articles, diff.run_changed) == ((), (), (), ())
    assert diff.facts_unchanged == len(report.facts)
    assert diff.disputes_unchanged == len(report.disputes)
    assert diff.articles_unchanged == len(report.articles)


def test_what_is_new_there_is_gone_back() -> None:
    """From an empty run everything is new, and on the way back everything is gone."""
    there = compare(reports.empty_report(), reports.veld_story())
    back = compare(reports.veld_story(), reports.empty_report())
    for diff, kind in ((there, "new"), (back, "gone")):
        assert {change.kind for change in diff.facts} == {kind}
        assert {change.kind for change in diff.disputes} == {kind}
        assert {change.kind for change in diff.articles} == {kind}
    assert len(there.facts) == len(back.facts) == 6


def test_a_verdict_that_moved_comes_first() -> None:
    """A fact that shares its claim and has another verdict is changed, not guessed, and stands before what is new."""
    moved = FLEET.model_copy(update={"id": "other", "verdict": "disputed"})
    extra = FLEET.model_copy(update={"id": "x", "claims": ("c99",), "text": "A new ferry line opens in spring."})
    first, second = compare(with_facts(FLEET), with_facts(extra, moved)).facts
    assert (first.kind, first.earlier_verdict, first.verdict, first.matched) == (
        "changed", "single_report", "disputed", "claims",
    )  # fmt: skip
    assert (second.kind, second.text) == ("new", extra.text)


def test_outlets_that_join_and_leave_are_named() -> None:
    """A fact whose outlets changed says who joined and who left."""
    after = FLEET.model_copy(update={"publishers": ("Coast Radio",)})
    (change,) = compare(with_facts(FLEET), with_facts(after)).facts
    assert (change.joined, change.left) == (("Coast Radio",), ("Morning Post",))


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Nora Veld's own fleet numbers 40 vessels.", ["changed"]),
        ("Nora Veld's fleet numbers 41 vessels.", ["gone", "new"]),
        ("Adan Kort flew to the coast.", ["gone", "new"]),
    ],
)
def test_without_a_shared_claim_alike_words_are_a_guess(text: str, kinds: list[str]) -> None:
    """Nearly the same words with the same figures are one fact, said to be a guess; another figure is another fact."""
    after = FLEET.model_copy(update={"id": "later", "claims": ("c98",), "representative": "c98", "text": text})
    diff = compare(with_facts(FLEET), with_facts(after))
    assert sorted(change.kind for change in diff.facts) == kinds
    assert {change.matched for change in diff.facts if change.kind == "changed"} <= {"words"}
    assert diff.guessed == kinds.count("changed")


def test_a_dispute_that_grew_says_by_what() -> None:
    """A dispute that shares a fact and lacks two points before is changed by these points."""
    base = reports.veld_story()
    dispute = base.disputes[0]
    before = base.model_copy(
        update={"disputes": (dispute.model_copy(update={"id": "d0", "points": dispute.points[:2]}),)}
    )
    (change,) = compare(before, base.model_copy(update={"disputes": (dispute,)})).disputes
    assert (change.kind, change.points_new, change.points_gone, change.matched) == (
        "changed", ("number", "time"), (), "claims",
    )  # fmt: skip


def test_an_article_in_the_same_place_has_changed() -> None:
    """Another text at the same path is a changed article; elsewhere it is a new one."""
    base = reports.veld_story()
    edited = base.articles[0].model_copy(update={"id": "a9"})
    after = base.model_copy(update={"articles": (edited, base.articles[1])})
    (change,) = compare(base, after).articles
    assert (change.kind, change.id, change.earlier_id) == ("changed", "a9", "a1")


def test_gaps_and_other_models_are_told() -> None:
    """What failed and what else differs is said, because not every change then comes from the articles."""
    after = reports.failed_report()
    after = after.model_copy(update={"run": after.run.model_copy(update={"model": "another"})})
    diff = compare(reports.veld_story(), after)
    assert diff.incomplete == ("later",)
    assert diff.run_changed == ("model",)


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("123456"), max_size=3), max_size=5),
    st.dictionaries(st.sampled_from("uvwxyz"), st.lists(st.sampled_from("123456"), max_size=3), max_size=5),
)
def test_each_thing_is_matched_at_most_once(earlier: dict[str, list[str]], later: dict[str, list[str]]) -> None:
    """No id stands in two matches, whatever shares what."""
    found = match(
        {id_: (parts, f"text number {id_}") for id_, parts in earlier.items()},
        {id_: (parts, f"text number {id_}") for id_, parts in later.items()},
    )
    assert len({m.earlier for m in found}) == len({m.later for m in found}) == len(found)
    assert all(set(earlier[m.earlier]) & set(later[m.later]) for m in found if m.how == "claims")


@pytest.mark.parametrize("lang", ["en", "it"])
@pytest.mark.parametrize("name", DIFF_RENDERERS)
def test_renderings_withstand_hostile_reports(name: str, lang: str) -> None:
    """Nothing that an article says reaches the terminal or Markdown raw."""
    diff = compare(reports.veld_story(), odd_reports.hostile_report(), ("a", "b"))
    text = DIFF_RENDERERS[name].render(diff, Style(lang=lang))
    assert "\x1b" not in text
    assert "\u202e" not in text
    if name == "markdown":
        html = MarkdownIt().enable("table").render(text)
        assert not re.search(r"<(script|a|img)\b", html)


# -- conditions ----------------------------------------------------------------------------------


def test_rules_count_what_they_name() -> None:
    """Each rule matches the reports that hold what it names, with the number, and no others."""
    story, failed = reports.veld_story(), reports.failed_report()
    assert matched([*REPORT_RULES], story) == (("dispute", 2), ("direct", 1), ("possible", 1))
    assert matched([*REPORT_RULES], failed) == (("failures", 7),)
    diff = compare(reports.empty_report(), story)
    assert matched([*DIFF_RULES], None, diff) == (("new-dispute", 1), ("new-fact", 6), ("any", 10))
    assert matched([*DIFF_RULES], story, compare(story, story)) == ()
