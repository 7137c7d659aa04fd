"""The page against axe-core, in every view that a reader can bring about."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from factcheck.findings import Report
from factcheck.reporting.base import Style
from factcheck.reporting.html.document import HtmlReport
from factcheck.runs.files import write_whole
from factcheck.runs.pages import write_pages
from tests.browser.conftest import NARROW, WIDE, Open
from tests.support import reports
from tests.support.large_reports import large_report

pytestmark = pytest.mark.slow
pytest.importorskip("axe_playwright_python", reason="axe-core is missing: pip install -e '.[dev]'")
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TALLY = "v => v.violations.map(r => `${r.id}: ${r.nodes.length} x ${r.nodes[0].html.slice(0, 160)}`)"
VIEWS = {
    "as it opens": "",
    "reviewing": "document.querySelector('#review').click()",
    "keyboard help": "document.querySelector('#keys').click()",
    "narrowed to nothing": "location.hash = '#?q=nowhere'",
    "all unfolded": "for (const fold of document.querySelectorAll('details')) fold.open = true",
    "a note is shown": "document.querySelector('.s').focus()",
}


def violations(page: Any) -> list[str]:
    """What axe finds, a line a rule."""
    page.evaluate(AXE)
    options = {"runOnly": {"type": "tag", "values": STANDARD}}
    found = page.evaluate(f"async options => ({TALLY})(await axe.run(document, options))", options)
    return [str(line) for line in found]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(("scheme", "screen"), [("light", WIDE), ("dark", NARROW)])
def test_axe_finds_nothing(visit: Open, view: str, scheme: str, screen: dict[str, int]) -> None:
    """WCAG 2.2 AA and axe's best practices hold in each view, light and wide as dark and narrow."""
    page = visit(reports.veld_story(), color_scheme=scheme, viewport=screen).page
    if VIEWS[view]:
        page.evaluate(VIEWS[view])
        page.wait_for_timeout(100)
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("story", [reports.failed_report(), reports.empty_report(), large_report(8, 60, 9)])
def test_axe_finds_nothing_in_other_reports(visit: Open, story: Report, scheme: str) -> None:
    """Failures, an empty run, and every kind of section hold as well."""
    assert violations(visit(story, color_scheme=scheme).page) == []


@pytest.mark.parametrize("name", ["", "disputes-1", "facts-1", "articles-2", "search"])
def test_axe_finds_nothing_in_a_folder_of_pages(visit: Open, tmp_path: Path, name: str) -> None:
    """The front, the pages behind it, and the one that all are searched from."""
    front = tmp_path / "large.html"
    write_pages(front, HtmlReport().parted(large_report(60, 300, 12), Style(), "large"), write_whole)
    page = visit(front.with_suffix("") / f"{name}.html" if name else front).page
    page.locator("input[name=q]").fill("bridge")
    assert violations(page) == []


def test_axe_would_see_a_fault(visit: Open) -> None:
    """The same call names a planted fault: a picture without words, and grey on grey."""
    page = visit(reports.empty_report(), bypass_csp=True).page
    page.evaluate(
        "document.querySelector('h1').style.color = '#ddd';"
        "document.querySelector('main').append(document.createElement('img'))"
    )
    found = " ".join(violations(page))
    assert "image-alt" in found
    assert "color-contrast" in found


def test_everything_is_reached_by_keyboard(visit: Open) -> None:
    """The first Tab offers the way past the contents, and following it puts the focus on the findings."""
    page = visit(reports.veld_story()).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").is_visible()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
