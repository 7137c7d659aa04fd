"""An outlet's correction withdraws its own earlier version, and nobody else's."""

from __future__ import annotations

import pytest

from factcheck.findings import Report
from tests.stages.scene import Scene

OLD, NEW = "Twelve firefighters were injured.", "Two firefighters, not twelve, were injured."


def mended(quote: str, *, title: str | None = None, day: str = "2026-03-15", other: str | None = None) -> Report:
    """The Herald's old figure, its correction in another article, and perhaps another outlet with the old one."""
    scene = Scene()
    old = scene.said("Herald", OLD, "2026-03-14")
    page = scene.article("later.txt", "Herald", day, title=title)
    new = scene.claim(page, NEW, quote=quote)
    scene.judge(old, new, "contradicts", "number")
    if other:
        again = scene.said(other, OLD, "2026-03-14")
        scene.equal(old, again)
        scene.judge(again, new, "contradicts", "number")
    return scene.report()


def verdicts(report: Report) -> dict[str, str]:
    """Text of each fact -> its verdict."""
    return {fact.text: fact.verdict for fact in report.facts}


@pytest.mark.parametrize(
    "quote",
    [
        "Correction: two firefighters, not twelve, were injured.",
        "ERRATA CORRIGE - i pompieri feriti sono due e non dodici.",
        "Berichtigung: Zwei Feuerwehrleute wurden verletzt, nicht zwölf.",
        "An earlier version of this article said that twelve firefighters were injured.",
        "In una versione precedente di questo articolo i feriti erano dodici.",
    ],
)
def test_a_correction_supersedes_what_its_outlet_said(quote: str) -> None:
    """The old figure is superseded, and the dispute is an update that says who corrected it."""
    report = mended(quote)
    assert verdicts(report) == {OLD: "superseded", NEW: "single_report"}
    (dispute,) = report.disputes
    assert dispute.nature == "update"
    assert "corrects its own earlier version" in (report.judgements[0].note or "")


def test_a_headline_may_announce_it() -> None:
    """Agencies mark a corrected dispatch in its headline."""
    assert verdicts(mended(NEW, title="CORRECTED-Two hurt in harbour fire"))[OLD] == "superseded"


def test_other_outlets_are_not_corrected() -> None:
    """Who still prints the old figure contradicts the correction."""
    report = mended("Correction: two firefighters, not twelve, were injured.", other="Radio")
    assert verdicts(report) == {OLD: "disputed", NEW: "disputed"}


def test_what_is_said_again_later_is_not_withdrawn() -> None:
    """A correction withdraws what came before it."""
    report = mended("Correction: two firefighters, not twelve, were injured.", day="2026-03-13")
    assert verdicts(report) == {OLD: "disputed", NEW: "disputed"}


def test_a_word_in_a_sentence_announces_nothing() -> None:
    """News about a price correction corrects no article."""
    assert verdicts(mended("After the correction of the market two firefighters were injured."))[OLD] == "disputed"
