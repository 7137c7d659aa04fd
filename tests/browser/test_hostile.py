"""Text that means harm, from articles and from the model, in a real browser."""

from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from factcheck.reporting.base import Style
from factcheck.reporting.html.document import HtmlReport
from tests.browser.conftest import Open
from tests.support import odd_reports
from tests.support.odd_reports import ATTACKS

pytestmark = pytest.mark.slow
CENSUS = "() => [...document.querySelectorAll('*')].map(e => e.localName)"


@pytest.mark.parametrize("turn", range(len(ATTACKS)))
def test_hostile_text_stays_text(visit: Open, monkeypatch: pytest.MonkeyPatch, turn: int) -> None:
    """No script of theirs runs, no element of theirs is made, nothing is asked for, and the page still works."""
    monkeypatch.setattr(odd_reports, "HOSTILE", (*ATTACKS[turn:], *ATTACKS[:turn]))
    report = odd_reports.hostile_report()
    dialogs: list[str] = []
    seen = visit(report)
    seen.page.on("dialog", lambda dialog: dialogs.append(str(dialog.message)))
    for item in seen.page.locator(".s").all()[:3]:
        item.hover()
    seen.page.keyboard.press("j")
    seen.page.get_by_role("button", name="Review").click()
    seen.page.locator(".dispute .review").first.get_by_role("button", name="Reject").click()
    assert seen.page.evaluate("window.hit") is None
    assert (seen.errors, seen.requests, dialogs) == ([], [], [])
    assert "window.hit=1" in seen.page.locator("main").inner_text()


def test_a_browser_and_a_parser_see_the_same_elements(visit: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its script, the page in the browser has the elements that a parser counts, and no others."""
    monkeypatch.setattr(odd_reports, "HOSTILE", ATTACKS)
    report = odd_reports.hostile_report()
    tree = document_fromstring(HtmlReport().render(report, Style()))
    counted = sorted(str(element.tag) for element in tree.iter() if isinstance(element.tag, str))
    seen = visit(report, java_script_enabled=False)
    # with scripts off the driver still evaluates in a world of its own
    assert sorted(seen.page.evaluate(CENSUS)) == counted


def test_no_address_of_an_article_runs(visit: Open) -> None:
    """An article that gives a script as its address gets no link."""
    report = odd_reports.hostile_report()
    source = report.articles[0].model_copy(update={"url": "javascript:window.hit=1", "language": 'en" onload="x'})
    page = visit(report.model_copy(update={"articles": (source,)})).page
    assert page.locator("a[href^='javascript']").count() == 0
    assert page.locator("[onload]").count() == 0
