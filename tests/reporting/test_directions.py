"""Right-to-left scripts in a terminal: each keeps its own order, and the line around them keeps ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.reporting.base import Style
from factcheck.reporting.directions import FSI, PDI, harmless
from factcheck.reporting.registry import REPORT_RENDERERS
from factcheck.reporting.untrusted import clean
from tests.support.odd_reports import arabic_report, hostile_report
from tests.support.reports import veld_story


@pytest.mark.parametrize(
    ("text", "isolated"),
    [
        ("Reuters — Corriere", "Reuters — Corriere"),
        ("“قال” — الجزيرة", f"“{FSI}قال{PDI}” — {FSI}الجزيرة{PDI}"),
        ("قتل 12 شخصا (ثلاث فرق) في الفجر.", f"{FSI}قتل 12 شخصا (ثلاث فرق) في الفجر{PDI}."),
        ("الجزيرة, رويترز and 2 more", f"{FSI}الجزيرة{PDI}, {FSI}رويترز{PDI} and 2 more"),
        ("قتلوا في الميناء (صوت الساحل)", f"{FSI}قتلوا في الميناء{PDI} ({FSI}صوت الساحل{PDI})"),
        ("הארץ (2 outlets)", f"{FSI}הארץ{PDI} (2 outlets)"),
        ("\u202ex\u2068y", "xy"),
    ],
)
def test_runs_are_isolated_one_by_one(text: str, isolated: str) -> None:
    """Names and quotes of a line are isolated each for itself; other people's own controls are removed."""
    assert harmless(text) == isolated


@given(st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from("ابجד1 (),—“”\u2068\u2069\u202e"), max_size=40))
def test_isolates_are_balanced_and_ours_alone(text: str) -> None:
    """Every isolate that opens is closed at once, none lies in another, and without them it is the cleaned text."""
    shown = harmless(text)
    depth = 0
    for char in shown:
        depth += (char == FSI) - (char == PDI)
        assert depth in (0, 1)
    assert depth == 0
    assert shown.replace(FSI, "").replace(PDI, "") == clean(text)


@pytest.mark.parametrize("width", [60, 80, 140])
def test_reports_in_arabic_are_isolated(width: int) -> None:
    """The whole Arabic report shows its sides, with as many isolates closed as opened; other reports hold none."""
    text = REPORT_RENDERERS["table"].render(arabic_report(), Style(width))
    assert "*5 أشخاص*" in text
    assert text.count(FSI) == text.count(PDI) > 10
    for report in (veld_story(), hostile_report()):
        assert FSI not in REPORT_RENDERERS["table"].render(report, Style(width))
