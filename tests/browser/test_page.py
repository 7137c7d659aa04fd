"""What a reader does with the page: read, narrow, move, cite, review, print."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest

from factcheck.reporting.base import Style
from factcheck.reporting.html.addresses import anchor
from factcheck.reporting.html.document import HtmlReport
from factcheck.review import read_review
from factcheck.runs.files import write_whole
from factcheck.runs.pages import write_pages
from tests.browser.conftest import NARROW, WIDE, Open
from tests.support import reports
from tests.support.large_reports import large_report

pytestmark = pytest.mark.slow
STORY = reports.veld_story()
DISPUTE = anchor("dispute", STORY.disputes[0].id)
PAGED = large_report(60, 300, 12)


def shown(page: Any, selector: str) -> int:
    """How many elements a reader sees."""
    return int(page.locator(f"{selector} >> visible=true").count())


@pytest.mark.parametrize("story", [reports.veld_story, reports.failed_report, reports.empty_report])
@pytest.mark.parametrize("lang", ["en", "it"])
def test_the_page_opens_without_errors_and_asks_for_nothing(visit: Open, story: Any, lang: str) -> None:
    """No script error, no refusal by the content policy, no request beyond the file itself."""
    seen = visit(story(), lang=lang)
    assert seen.page.locator("h1").inner_text()
    assert (seen.errors, seen.requests) == ([], [])


def test_the_page_reads_without_javascript(visit: Open) -> None:
    """Everything but the tools is there: the dispute with both sides, the facts, the articles, and a note on focus."""
    page = visit(STORY, java_script_enabled=False).page
    assert shown(page, "#tools") == 0
    assert shown(page, f"#{DISPUTE} .side") == 8
    assert shown(page, ".fact") == len(STORY.facts)
    page.locator(".s").first.focus()
    assert shown(page, ".tip") == 1
    page.locator(f"a[href='#{DISPUTE}']").first.click()
    assert page.url.endswith(f"#{DISPUTE}")


def test_filters_narrow_the_page_and_stand_in_the_address(visit: Open) -> None:
    """A filter hides what does not match, counts what is left, and the address brings it back."""
    page = visit(STORY).page
    page.get_by_label("verdict").select_option("corroborated")
    assert shown(page, ".fact") == 1
    assert shown(page, ".dispute") == 0
    assert "verdict=corroborated" in page.url
    assert re.search(r"1 of \d+", page.locator("#status").inner_text())
    page.reload()
    assert shown(page, ".fact") == 1
    page.get_by_role("button", name="Show all").click()
    assert shown(page, ".fact") == len(STORY.facts)
    assert "verdict" not in page.url


@pytest.mark.parametrize(
    ("name", "value", "selector", "number"),
    [
        ("label", "contradicts", ".dispute", 2),
        ("kind", "time", ".dispute", 1),
        ("nature", "update", ".dispute", 1),
        ("publisher", "Morning Post", ".fact", 3),
        ("type", "event", ".dispute", 2),
        ("q", "vessels 38", ".fact", 1),
    ],
)
def test_each_filter_finds_what_it_names(visit: Open, name: str, value: str, selector: str, number: int) -> None:
    """Label, kind, nature, publisher, type and words of the text each choose by what the report holds."""
    page = visit(STORY, f"#?{name}={value.replace(' ', '+')}").page
    assert shown(page, selector) == number


def test_a_filter_that_matches_nothing_says_so(visit: Open) -> None:
    """An empty page is explained, and one press brings all back."""
    page = visit(STORY, "#?q=nowhere-in-this-story").page
    assert shown(page, ".item") == 0
    assert page.locator("#status").inner_text() == "Nothing matches. Show all, or ask for less."


def test_a_permalink_opens_what_is_folded_and_hidden(visit: Open) -> None:
    """A link to a sentence opens its article, also when a filter had hidden it; the link of a heading names it."""
    page = visit(STORY).page
    assert page.locator(f"#{DISPUTE} .perma").first.get_attribute("href") == f"#{DISPUTE}"
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = false")
    target = page.locator(".s").last.get_attribute("id")
    page.get_by_label("verdict").select_option("corroborated")
    page.evaluate(f"location.hash = '#{target}'")
    page.wait_for_function(f"document.getElementById('{target}').checkVisibility()")
    assert page.locator(f"#{target}").is_visible()


def test_keys_move_open_search_and_explain(visit: Open) -> None:
    """j and k go through the findings, o opens what is folded, / searches, ? explains, and all can be switched off."""
    page = visit(STORY).page
    page.keyboard.press("j")
    first = page.evaluate("document.activeElement.closest('.item').id")
    assert first == DISPUTE
    page.keyboard.press("j")
    second = page.evaluate("document.activeElement.closest('.item').id")
    assert second != first
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.closest('.item').id") == first
    fact = page.locator(".fact:has(details)").first
    fact.focus()
    page.keyboard.press("o")
    assert fact.locator("details").first.get_attribute("open") is not None
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()
    page.get_by_label("single-key shortcuts are on").uncheck()
    page.keyboard.press("Escape")
    page.locator("main").focus()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") != "q"


def test_slash_goes_to_the_search(visit: Open) -> None:
    """The key is not typed into the field that it opens."""
    page = visit(STORY).page
    page.keyboard.press("/")
    page.keyboard.type("fleet")
    assert page.locator("input[name=q]").input_value() == "fleet"


def test_escape_puts_a_note_away(visit: Open) -> None:
    """The note of a claim shows on focus and on hover, and Escape dismisses it without moving the focus."""
    page = visit(STORY).page
    page.locator(".s").first.focus()
    assert shown(page, ".tip") == 1
    page.keyboard.press("Escape")
    assert shown(page, ".tip") == 0
    page.locator(".s").last.hover()
    assert shown(page, ".tip") >= 1


def test_a_quote_is_copied_as_a_citation(visit: Open) -> None:
    """Words, publisher, title, date and permalink, as one line."""
    page = visit(STORY, permissions=["clipboard-read", "clipboard-write"]).page
    page.get_by_role("button", name="Copy as citation").first.click()
    page.get_by_role("button", name="Copied").wait_for()
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith("“")
    assert f"#{DISPUTE}]" in text
    assert "\n" not in text
    assert any(claim.publisher in text for claim in STORY.claims().values())


def test_marks_leave_as_review_csv(visit: Open, tmp_path: Path) -> None:
    """Accept, reject, relabel and note come out with the texts decided upon, and no cell is a formula."""
    page = visit(STORY).page
    page.get_by_role("button", name="Review").click()
    page.get_by_label("Your name").fill("=Ada")
    page.locator(f"#{DISPUTE} > .review").get_by_role("button", name="Accept").click()
    note = page.locator(f"#{DISPUTE} > .review").get_by_label("Note")
    note.fill('@SUM(1), "quoted"')
    note.blur()
    fact = page.locator(".fact").first
    fact.get_by_role("button", name="Reject").click()
    page.locator(".pair").first.get_by_label("Relabel").select_option("unrelated")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download review.csv").click()
    assert waiting.value.suggested_filename == "review.csv"
    path = tmp_path / "review.csv"
    waiting.value.save_as(path)
    assert [(d.target, d.decision, d.reviewer) for d in read_review(path)] == [
        ("dispute", "accept", "=Ada"),
        ("fact", "reject", "=Ada"),
        ("pair", "relabel", "=Ada"),
    ]
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    assert [(row["target"], row["decision"], row["label"]) for row in rows] == [
        ("dispute", "accept", ""),
        ("fact", "reject", ""),
        ("pair", "relabel", "unrelated"),
    ]
    assert rows[0]["id"] == STORY.disputes[0].id
    assert rows[0]["left_text"] == STORY.disputes[0].title
    assert rows[0]["note"] == '\'@SUM(1), "quoted"'
    assert {row["reviewer"] for row in rows} == {"'=Ada"}
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", row["decided_at"]) for row in rows)
    assert rows[2]["id"].count("|") == 1
    assert rows[2]["left_text"] in {claim.text for claim in STORY.claims().values()}


def test_marks_are_kept_and_can_be_taken_back(visit: Open) -> None:
    """A mark is there after a reload; a second press takes it back, and all can be forgotten at once."""
    page = visit(STORY).page
    page.get_by_role("button", name="Review").click()
    accept = page.locator(f"#{DISPUTE} > .review").get_by_role("button", name="Accept")
    accept.click()
    page.reload()
    page.get_by_role("button", name="Review").click()
    assert accept.get_attribute("aria-pressed") == "true"
    accept.click()
    assert accept.get_attribute("aria-pressed") == "false"
    accept.click()
    page.get_by_role("button", name="Forget all marks").click()
    assert accept.get_attribute("aria-pressed") == "false"
    assert page.get_by_role("button", name="Download review.csv").is_disabled()


def test_a_browser_that_keeps_nothing_says_so(visit: Open) -> None:
    """Without storage the marks live as long as the page, and the page tells it."""
    seen = visit(STORY)
    seen.page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('denied'); }});")
    seen.page.reload()
    seen.page.get_by_role("button", name="Review").click()
    seen.page.locator(f"#{DISPUTE} > .review").get_by_role("button", name="Accept").click()
    assert "keeps nothing" in seen.page.locator("#kept").inner_text()
    assert seen.errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_a_narrow_screen(visit: Open, scheme: str) -> None:
    """At 320 and 400 pixels the page scrolls in one direction; wide tables and drawings scroll in their own frames."""
    for width in (320, 400):
        seen = visit(STORY, viewport={**NARROW, "width": width}, color_scheme=scheme)
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_page_from_right_to_left_holds_together(visit: Open) -> None:
    """Turned as a language of that direction turns it, nothing is cut: contents on the right, drawings as they were."""
    page = visit(large_report(8, 60, 20)).page
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDE["width"]
    nav, main = (page.locator(name).bounding_box() for name in ("nav", "main"))
    assert nav["x"] > main["x"]
    timeline = page.locator(".timeline svg").first
    drawing = timeline.bounding_box()
    for label in timeline.locator("text").all():
        box = label.bounding_box()
        assert drawing["x"] <= box["x"]
        assert box["x"] + box["width"] <= drawing["x"] + drawing["width"]


def test_dark_and_light_differ_and_paper_is_plain(visit: Open) -> None:
    """The ground follows the reader's scheme; on paper it is white, with everything unfolded and no tools."""
    grounds = {}
    for scheme in ("light", "dark"):
        page = visit(STORY, color_scheme=scheme).page
        grounds[scheme] = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert grounds["light"] != grounds["dark"]
    page.emulate_media(media="print", color_scheme="light")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert shown(page, "#tools, nav") == 0
    assert page.locator("details:not([open])").count() == 0
    assert len(page.pdf()) > 10_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The front of a report in several pages, smaller than one that needs them."""
    front = tmp_path_factory.mktemp("paged") / "large.html"
    write_pages(front, HtmlReport().parted(PAGED, Style(), "large"), write_whole)
    return front


def test_a_folder_of_pages_holds_together(visit: Open, folder: Path) -> None:
    """From the front to a dispute, to its sentence in an article, on to the next page, and back to the front."""
    seen = visit(folder)
    assert seen.page.locator("nav a").all_inner_texts()[:2] == ["The whole report", "Disputes\n11"]
    seen.page.locator("#disputes ~ .finds a").first.click()
    assert seen.page.url.startswith((folder.parent / "large" / "disputes-1.html").as_uri())
    seen.page.get_by_role("link", name="in the article").first.click()
    assert "/articles-1.html#s-" in seen.page.url
    target = seen.page.url.partition("#")[2]
    assert seen.page.locator(f"#{target}").is_visible()
    seen.page.locator("a[rel=next]").click()
    assert seen.page.url.endswith("/articles-2.html")
    seen.page.get_by_role("link", name="Front page").click()
    assert seen.page.url == folder.as_uri()
    assert seen.errors == []


def test_all_pages_are_searched_from_one(visit: Open, folder: Path) -> None:
    """What is asked for on the front is found wherever it stands, and a find leads to its place on its page."""
    seen = visit(folder)
    seen.page.get_by_label("text").fill("stood at 41")
    seen.page.get_by_role("link", name="Search all pages").click()
    seen.page.wait_for_url("**/search.html#?q=stood+at+41")
    wanted = [fact for fact in PAGED.facts if "stood at 41" in fact.text]
    assert 0 < shown(seen.page, ".find") == len(wanted) < len(PAGED.facts)
    seen.page.keyboard.press("j")
    assert seen.page.evaluate("document.activeElement.matches('.find a')")
    place = seen.page.evaluate("document.activeElement.hash.slice(1)")
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_url(f"**#{place}?q=stood+at+41")
    assert place in {anchor("fact", fact.id) for fact in wanted}
    assert seen.page.locator(f"#{place}").is_visible()
    assert seen.errors == []


def test_an_address_from_elsewhere_finds_its_place_on_whatever_page_it_is(visit: Open, folder: Path) -> None:
    """A link to a fact of the whole report, such as an index has, leads from the front to the page that shows it."""
    seen = visit(folder, place := f"#{anchor('fact', PAGED.facts[-1].id)}")
    seen.page.locator(place).wait_for(state="visible")
    assert (seen.page.url.startswith((folder.parent / "large").as_uri()), seen.errors) == (True, [])


@pytest.mark.parametrize("name", ["label", "verdict", "kind", "nature", "publisher", "language"])
def test_the_search_page_knows_every_filter(visit: Open, folder: Path, name: str) -> None:
    """A value of a filter finds there as many findings as the pages of facts, disputes and articles show with it."""
    page = visit(folder.parent / "large" / "search.html").page
    value = page.locator(f"select[name={name}] option").last.get_attribute("value")
    page.locator(f"select[name={name}]").select_option(value)
    there = shown(page, ".find")
    pages = [path for path in (folder.parent / "large").iterdir() if path.stem not in ("search", "pairs")]
    query = page.url.partition("#")[2]
    assert there == sum(shown(visit(path, f"#{query}").page, ".item") for path in pages)


def test_a_filter_goes_along_to_the_next_page(visit: Open, folder: Path) -> None:
    """Links to other pages carry what the reader asked for; what a link names is shown even if the filter hides it."""
    page = visit(folder.parent / "large" / "articles-1.html").page
    page.get_by_label("language").select_option("fr")
    before = shown(page, ".item")
    page.locator("a[rel=next]").click()
    page.wait_for_url("**/articles-2.html#?language=fr")
    assert page.get_by_label("language").input_value() == "fr"
    assert 0 < shown(page, ".item") < len(PAGED.articles) - before
    target = page.locator(".item[hidden]").first.get_attribute("id")
    page.evaluate(f"location.hash = '#{target}?language=fr'")
    page.wait_for_function(f"document.getElementById('{target}').checkVisibility()")


def test_marks_of_several_pages_leave_together(visit: Open, folder: Path, tmp_path: Path) -> None:
    """A decision on a dispute and one on a fact of another page, both open at once, are one `review.csv`."""
    first = visit(folder.parent / "large" / "disputes-1.html").page
    second = first.context.new_page()
    second.goto((folder.parent / "large" / "facts-1.html").as_uri())
    for page in (first, second):
        page.get_by_role("button", name="Review").click()
    first.locator(".dispute > .review").first.get_by_role("button", name="Accept").click()
    second.locator(".fact > .review").first.get_by_role("button", name="Reject").click()
    first.locator(".dispute > .review").nth(1).get_by_role("button", name="Reject").click()
    with second.expect_download() as waiting:
        second.get_by_role("button", name="Download review.csv").click()
    path = tmp_path / "review.csv"
    waiting.value.save_as(path)
    decided = [(decision.target, decision.decision) for decision in read_review(path)]
    assert decided == [("dispute", "accept"), ("fact", "reject"), ("dispute", "reject")]


def test_a_citation_names_its_own_page(visit: Open, folder: Path) -> None:
    """Of a report in several pages, the copied quote ends with the page and the anchor of its dispute."""
    page = visit(folder.parent / "large" / "disputes-1.html", permissions=["clipboard-read", "clipboard-write"]).page
    page.get_by_role("button", name="Copy as citation").first.click()
    page.get_by_role("button", name="Copied").wait_for()
    text = page.evaluate("navigator.clipboard.readText()")
    assert re.search(r"large/disputes-1\.html#dispute-[0-9a-f]+\]$", text)


def test_pages_read_and_lead_on_without_javascript(visit: Open, folder: Path) -> None:
    """Without its script the front leads to each page, and the page of all titles to each finding."""
    page = visit(folder, java_script_enabled=False).page
    page.get_by_role("link", name="Everything by title").click()
    assert page.url.endswith("/search.html")
    assert page.locator(".find").count() == len(PAGED.disputes) + len(PAGED.facts) + len(PAGED.articles)
    page.locator(".find a").last.click()
    assert page.locator(f"#{page.url.partition('#')[2]}").is_visible()


@pytest.mark.parametrize(("articles", "claims"), [(30, 60), (20, 600)])
def test_a_long_page_lays_out_what_is_near(visit: Open, articles: int, claims: int) -> None:
    """Of many articles, or many findings of a few, far ones wait until they are reached, linked to or printed."""
    report = large_report(articles, claims, 30)
    page = visit(report, reduced_motion="no-preference").page
    near = "() => document.querySelector('.fact:last-of-type .text').checkVisibility({contentVisibilityAuto: true})"
    assert not page.evaluate(near)
    last = page.locator("#single ~ .facts > .fact").last
    page.evaluate(f"location.hash = '#{last.get_attribute('id')}'")
    page.wait_for_function(
        "() => [document.querySelector(':target').getBoundingClientRect()]"
        ".every(box => box.top < innerHeight && box.bottom > 0)"
    )
    page.wait_for_timeout(500)
    assert -1 <= page.evaluate("document.querySelector(':target').getBoundingClientRect().top") < WIDE["height"]
    page.emulate_media(media="print")
    style = "e => getComputedStyle(e).contentVisibility"
    assert page.locator(".fact").first.evaluate(style) == "visible"


def test_a_short_page_is_laid_out_whole(visit: Open) -> None:
    """A page of a usual story needs no such care and gets none."""
    page = visit(STORY).page
    assert page.locator(".fact").last.evaluate("e => getComputedStyle(e).contentVisibility") == "visible"
