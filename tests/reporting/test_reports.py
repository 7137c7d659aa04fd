"""What every format for people must say, and how."""

from __future__ import annotations

import re

import pytest
from rich.color import Color

from factcheck.reporting import terminal
from factcheck.reporting.base import Style
from factcheck.reporting.marking import excerpt, mark
from factcheck.reporting.outline import outline
from factcheck.reporting.registry import EXTRACTION_RENDERERS, REPORT_RENDERERS
from tests.support import odd_reports, reports

FOR_PEOPLE = ["table", "markdown"]
PALETTE = [terminal.RED, terminal.GREEN, terminal.AMBER, terminal.TEAL, terminal.VIOLET]


@pytest.mark.parametrize("name", REPORT_RENDERERS)
def test_same_report_same_bytes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of the process leaves no trace in a report."""
    before = REPORT_RENDERERS[name].render(reports.veld_story(), Style(80, color=True))
    for variable, value in (("NO_COLOR", "1"), ("COLUMNS", "33"), ("TERM", "dumb"), ("FORCE_COLOR", "1")):
        monkeypatch.setenv(variable, value)
    assert REPORT_RENDERERS[name].render(reports.veld_story(), Style(80, color=True)) == before


@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_long_lists_say_what_they_leave_out(name: str) -> None:
    """Of 60 facts 20 are shown, and the reader is told of the other 40 and where they are."""
    text = REPORT_RENDERERS[name].render(odd_reports.long_report(), Style())
    assert text.count("Claim number") == 20
    assert "… and 40 more (use --format json for all)" in text


@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_sections_stand_in_reading_order(name: str) -> None:
    """What was not checked comes before the disputes, these before facts, origins, articles and method."""
    text = REPORT_RENDERERS[name].render(reports.veld_story(), Style())
    titles = [
        "Not checked", "Disputes (1)", "Differences that explain themselves (1)", "Possible conflicts, not counted (1)",
        "Facts (4)", "◐ Single origin: repeated, but resting on one (1)", "○ Single report: said in one place only (1)",
        "Origins: who repeats whom (3)", "Articles (2)", "Failed and skipped (1)", "How this was made",
    ]  # fmt: skip
    places = [text.index(title) for title in titles]
    assert places == sorted(places)


@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_every_report_says_that_it_does_not_rule_on_truth(name: str) -> None:
    """The limits are stated even when there is nothing else to say."""
    for report in (reports.veld_story(), reports.empty_report(), reports.failed_report()):
        text = " ".join(REPORT_RENDERERS[name].render(report, Style(200)).split())
        assert "never rules on truth" in text


def test_no_conflict_is_not_the_same_as_nothing_compared() -> None:
    """A report without disputes says how many pairs that rests on, or that there were none."""
    assert outline(reports.empty_report()).no_disputes.startswith("Nothing was compared")
    assert outline(reports.failed_report()).no_disputes == (
        "No direct conflict among the 1 pair of claims compared (5 more failed)."
    )


def test_points_follow_the_order_of_questions() -> None:
    """Whether comes before how many, when and about what, whatever the order in the report."""
    (dispute,) = outline(reports.veld_story()).disputes
    assert [point.label for point in dispute.points] == ["whether", "how many", "when", "about what"]


def test_best_quote_holds_the_clashing_words() -> None:
    """Of a side's sentences the one with the clashing words is quoted, under its passage's publisher."""
    (dispute,) = outline(reports.veld_story()).disputes
    quote = dispute.points[0].sides[0].quote
    assert quote is not None
    assert [part for part, marked in quote.words.parts if marked] == ["in regular contact"]
    assert quote.source == "Coast Radio, in “Secret talks between Veld and Kort” (2024-10-26)"


def test_mark_takes_whole_words_in_any_case() -> None:
    """`12` is not marked inside `2012`, case and line breaks do not matter, overlaps become one mark."""
    assert mark("In 2012 there were 12 dead", ["12"]).parts == (
        ("In 2012 there were ", False),
        ("12", True),
        (" dead", False),
    )
    assert mark("Not\none CALL", ["one call", "call"]).parts == (("Not\n", False), ("one CALL", True))
    assert mark("火災で六人が死亡", ["六人"]).parts == (("火災で", False), ("六人", True), ("が死亡", False))
    assert mark("text", ["", " "]).parts == (("text", False),)


def test_excerpt_keeps_the_words_in_sight() -> None:
    """A long sentence is cut on both sides of the clashing words, at blanks, and says so."""
    text = " ".join(["before"] * 40 + ["TARGET"] + ["after"] * 40)
    shown = excerpt(text, ["target"], 100)
    assert "TARGET" in shown
    assert shown.startswith("… before")
    assert shown.endswith("after …")
    assert len(shown) <= 104


@pytest.mark.parametrize("renderers", [REPORT_RENDERERS, EXTRACTION_RENDERERS])
def test_registry_has_one_renderer_per_name_and_suffix(renderers: dict[str, object]) -> None:
    """No two formats claim the same file extension."""
    suffixes = [suffix for renderer in renderers.values() for suffix in getattr(renderer, "suffixes", ())]
    assert len(suffixes) == len(set(suffixes))
    assert len(suffixes) >= len(renderers)


@pytest.mark.parametrize("width", [40, 60, 100, 140])
def test_text_without_blanks_is_broken_and_not_cut_off(width: int) -> None:
    """A claim in a script without blanks, or a long word, is there to its last character."""
    report = reports.veld_story()
    long = "".join(chr(0x4E00 + n) for n in range(200))
    sides = tuple(side.model_copy(update={"text": long, "words": ()}) for side in report.disputes[0].points[0].sides)
    point = report.disputes[0].points[0].model_copy(update={"sides": sides})
    dispute = report.disputes[0].model_copy(update={"title": long, "points": (point,)})
    fact = report.facts[0].model_copy(update={"text": long})
    text = REPORT_RENDERERS["table"].render(
        report.model_copy(update={"disputes": (dispute,), "facts": (fact,)}), Style(width)
    )
    body = text[text.index("Disputes (1)") :]  # the brief above it shortens
    for character in long:
        assert body.count(character) == 4


def luminance(name: str) -> float:
    """Relative luminance of a colour of rich, as WCAG 2 defines it."""
    channels = [value / 255 for value in Color.parse(name).get_truecolor()]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", PALETTE)
def test_colours_are_read_on_light_and_dark(name: str) -> None:
    """Each colour of the terminal has a contrast of 4 and more on white and on black."""
    found = luminance(name)
    assert 1.05 / (found + 0.05) >= 4
    assert (found + 0.05) / 0.05 >= 4


def test_no_other_colours_are_used() -> None:
    """The report of a whole story asks the terminal for those colours, and for none of its own palette."""
    text = REPORT_RENDERERS["table"].render(reports.veld_story(), Style(100, color=True))
    asked = {code for codes in re.findall(r"\x1b\[([0-9;]*)m", text) for code in re.findall(r"38;5;\d+|\d+", codes)}
    palette = {f"38;5;{Color.parse(name).number}" for name in PALETTE}
    assert len(asked & palette) >= 3
    assert asked - palette <= {"0", "1", "2", "3", "4", "39"}
