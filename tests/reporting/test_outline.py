"""What the parts of the outline say of facts, doubtful conflicts and sentences set aside."""

from __future__ import annotations

import re

import pytest

from factcheck.findings import Report
from factcheck.models import Conflict, Judgement, Relation
from factcheck.reporting.base import Style
from factcheck.reporting.outline import outline
from factcheck.reporting.registry import REPORT_RENDERERS
from tests.support import reports
from tests.support.report_parts import article, by, claim, fact


def doubtful(pairs: list[tuple[int, int]], reasons: dict[tuple[int, int], str] | None = None) -> Report:
    """A report with so many possible conflicts between numbered claims of different publishers."""
    base = reports.veld_story()
    source = article("a1", reports.DAILY)
    numbers = sorted({number for pair in pairs for number in pair})
    claims = tuple(claim(f"p{n:02}", source, 2, f"Claim {n:02}.", f"Paper {n}") for n in numbers)
    judgements = tuple(
        Judgement(
            left=f"p{a:02}",
            right=f"p{b:02}",
            rule="all",
            relation="contradicts",
            certainty="possible",
            conflict=Conflict(kind="other"),
            note=(reasons or {}).get((a, b), f"reason {a} {b}"),
        )
        for a, b in pairs
    )
    extraction = base.extractions[0].model_copy(update={"claims": claims, "outside": (), "uncovered": ()})
    return base.model_copy(
        update={"articles": (source,), "extractions": (extraction,), "judgements": judgements, "disputes": ()}
    )


def test_one_doubtful_claim_is_one_entry() -> None:
    """A claim that stands against five others is told once, with two of them, one reason and counts of the rest."""
    (entry,) = outline(doubtful([(1, n) for n in range(2, 7)])).possible
    assert entry.claim.text == "Claim 01."
    assert entry.heading == "against 5 claims, among them"
    assert [other.text for other in entry.against] == ["Claim 02.", "Claim 03."]
    assert (len(entry.notes), entry.further_reasons, entry.pairs) == (1, 4, 5)


def test_pairs_with_one_reason_are_one_entry() -> None:
    """Pairs that share only why they are doubtful are told by one of them."""
    pairs = [(1, 2), (3, 4), (5, 6)]
    (entry,) = outline(doubtful(pairs, dict.fromkeys(pairs, "the two times overlap"))).possible
    assert (entry.heading, len(entry.against), entry.pairs, entry.same_reason) == ("against", 1, 3, 2)


def test_long_lists_of_doubtful_conflicts_are_cut_to_eight() -> None:
    """Of twelve entries eight are shown; heading and last line count pairs."""
    report = doubtful([(n, n + 50) for n in range(1, 13)])
    for name in ("table", "markdown"):
        text = REPORT_RENDERERS[name].render(report, Style())
        assert "Possible conflicts, not counted (12)" in text
        assert text.count("why only possible") == 8
        assert "… and 4 more (use --format json for all)" in text


def test_a_chain_of_ids_is_not_shown_to_people() -> None:
    """The note of an inferred judgement names claims by their ids; the reader gets the reason instead, or nothing."""
    report = doubtful([(1, 2)], {(1, 2): "sha256:0123456789abcdef vs sha256:fedcba9876543210 was judged"})
    inferred = report.judgements[0].model_copy(update={"how": "inferred"})
    (entry,) = outline(report.model_copy(update={"judgements": (inferred,)})).possible
    assert entry.notes == ()


def test_a_chain_in_words_is_shown() -> None:
    """What an inferred contradiction follows from is all that a reader can check it by."""
    report = doubtful([(1, 2)], {(1, 2): "follows from “A” says the same as “B”; “B” contradicts “C”"})
    update = {"how": "inferred", "rule": "inferred", "chain": (("a", "b"), ("b", "c"))}
    inferred = report.judgements[0].model_copy(update=update)
    (entry,) = outline(report.model_copy(update={"judgements": (inferred,)})).possible
    assert entry.notes == ("follows from “A” says the same as “B”; “B” contradicts “C”",)


def test_a_fact_counts_all_who_stand_behind_its_origins() -> None:
    """Publishers of what entails a fact count for it as they do for its verdict."""
    origin = by(reports.HARBOUR, "Coast Radio", "Morning Post")
    told = fact("f", "They talked.", ["c1"], "single_origin", ["Coast Radio"], origin)
    report = reports.veld_story().model_copy(update={"facts": (told,)})
    (view,) = outline(report).one_origin
    assert view.behind == "2 outlets × 1 origin: Harbour Journal ← Coast Radio, Morning Post"


def test_a_single_report_names_its_publisher() -> None:
    """Who alone reports a fact stands beside it, behind the source where it names one."""
    told = fact("f", "They talked.", ["c1"], "single_report", ["Coast Radio"], by(reports.HARBOUR, "Coast Radio"))
    (view,) = outline(reports.veld_story().model_copy(update={"facts": (told,)})).single
    assert view.behind == "Harbour Journal ← Coast Radio"


def test_what_was_set_aside_is_named() -> None:
    """Of each run outside the story the headlines are quoted, or its first sentence, cut at a blank."""
    lines = ("Title", "Story.", "Ferry line opens", "It opens soon.", "Middle of the story.", "Advert " + "again " * 20)
    source = article("a1", lines)
    sentences = tuple(s.model_copy(update={"headline": s.number in (1, 3)}) for s in source.sentences)
    source = source.model_copy(update={"sentences": sentences})
    base = reports.veld_story()
    extraction = base.extractions[0].model_copy(update={"claims": (), "outside": (3, 4, 6), "uncovered": ()})
    report = base.model_copy(
        update={"articles": (source,), "extractions": (extraction,), "judgements": (), "disputes": (), "facts": ()}
    )
    (view,) = outline(report).articles
    again = "Advert " + " ".join(["again"] * 8)
    assert view.aside == f"3 sentences set aside as other stories: “Ferry line opens”, “{again}…”"


def test_files_are_not_called_outlets() -> None:
    """An article without a publisher stands behind facts under its file's name, and the counts say so."""
    told = fact("f", "They talked.", ["c1"], "single_report", ["a2.txt"])
    report = reports.veld_story()
    assert "4 outlets" in outline(report).counts[0]
    assert "4 outlets and files" in outline(report.model_copy(update={"facts": (told,)})).counts[0]


def test_a_recording_says_where_its_answers_come_from() -> None:
    """The note of a recording stands beside how to replay it; without one there is no such line."""
    report = reports.veld_story()
    assert "Recording" not in dict(outline(report).method)
    told = report.run.model_copy(update={"cassette_note": "answers by a small local model"})
    method = dict(outline(report.model_copy(update={"run": told})).method)
    assert method["Recording"] == "answers by a small local model"


# -- articles ---------------------------------------------------------------------------------------


def test_the_counts_of_an_article_add_up_to_its_sentences() -> None:
    """Sentences with a claim, of another story and with neither are all there are, and every claim is counted."""
    report = reports.veld_story()
    views = outline(report).articles
    for source, view, extraction in zip(report.articles, views, report.extractions, strict=True):
        found = re.match(
            r"(\d+) sentences: (\d+) with a claim, (\d+) of another story, (\d+) with neither", view.counts
        )
        assert found is not None
        total, *parts = map(int, found.groups())
        assert total == sum(parts) == len(source.sentences)
        assert f"of {len(extraction.claims)} claims grounded" in view.counts
        for name in ("table", "markdown"):
            assert view.counts in REPORT_RENDERERS[name].render(report, Style(200))


def test_an_article_that_failed_has_no_coverage() -> None:
    """Without an extraction there is nothing to count but the sentences."""
    (view,) = [each for each in outline(reports.failed_report()).articles if "not extracted" in each.counts]
    assert re.fullmatch(r"not extracted · \d+ sentences?", view.counts)
    assert view.headline == ""


def headline_story(relation: Relation | None, certainty: str = "firm", **changed: object) -> Report:
    """An article whose headline makes a claim h of its own beside the body's claim b, with one judgement of h to b."""
    source = article("a1", ("Harbour lost", "The fire closed the harbour.", "It was a long night."))
    headline, body = claim("h", source, 1, "The harbour is lost.", "P"), claim("b", source, 2, "It is closed.", "P")
    base = reports.veld_story()
    claims = (headline, body.model_copy(update=changed))
    extraction = base.extractions[0].model_copy(update={"claims": claims, "outside": (), "uncovered": (3,)})
    given = {"left": "b", "right": "h", "rule": "all", "relation": relation, "certainty": certainty}
    judgements = (Judgement.model_validate(given),) if relation else ()
    return base.model_copy(
        update={"articles": (source,), "extractions": (extraction,), "judgements": judgements, "disputes": ()}
    )


@pytest.mark.parametrize(
    ("relation", "certainty", "told"),
    [
        (None, "firm", True),
        ("unrelated", "firm", True),
        ("equivalent", "firm", False),
        ("a_entails_b", "firm", False),
        ("b_entails_a", "firm", True),
        ("contradicts", "firm", False),
        ("contradicts", "possible", True),
        ("equivalent", "possible", True),
    ],
)
def test_what_only_the_headline_says(relation: Relation | None, certainty: str, told: bool) -> None:
    """A headline's claim is told unless the body firmly says as much, or contradicts it, which is a dispute."""
    report = headline_story(relation, certainty)
    (view,) = outline(report).articles
    line = "said by the headline only: “The harbour is lost.”"
    assert view.headline == (line if told else "")
    for name in ("table", "markdown"):
        assert (line in REPORT_RENDERERS[name].render(report, Style())) == told


@pytest.mark.parametrize("relation", ["equivalent", "contradicts"])
def test_ungrounded_claims_of_the_body_settle_nothing(relation: Relation) -> None:
    """What is never used as evidence neither bears the headline out nor is in a dispute with it."""
    (view,) = outline(headline_story(relation, ungrounded=("14",))).articles
    assert view.headline
