"""The report as a page: what it holds, what it must never hold, and that its parts find each other."""

from __future__ import annotations

import base64
import datetime as dt
import gc
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from posixpath import join, normpath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import HtmlElement, document_fromstring

from factcheck.findings import Report
from factcheck.models import Decision
from factcheck.reporting import wording
from factcheck.reporting.base import Style
from factcheck.reporting.html import document as html
from factcheck.reporting.html import environment
from factcheck.reporting.html.addresses import anchor, language_tag, web_address
from factcheck.reporting.html.document import CODES, PAGE_LIMIT, HtmlReport
from factcheck.reporting.html.sheets import Sheet
from factcheck.reporting.untrusted import clean
from tests.support import odd_reports, reports
from tests.support.large_reports import large_report
from tests.support.odd_reports import ATTACKS

PAGE = HtmlReport()
STORIES: dict[str, Callable[[], Report]] = {
    "veld": reports.veld_story,
    "empty": reports.empty_report,
    "failed": reports.failed_report,
    "hostile": odd_reports.hostile_report,
    "large": lambda: large_report(30, 200, 20),
}


def parsed(text: str) -> HtmlElement:
    """The page as a parser reads it."""
    return document_fromstring(text)


def census(text: str) -> tuple[set[str], set[tuple[str, str]]]:
    """Which elements there are, and which attributes on which."""
    elements = [element for element in parsed(text).iter() if isinstance(element.tag, str)]
    return {str(e.tag) for e in elements}, {(str(e.tag), str(name)) for e in elements for name in e.attrib}


# -- the file --------------------------------------------------------------------------------------


def test_a_page_that_is_written_holds_nothing_of_its_report() -> None:
    """What the templates were given is gone without a garbage collection, which a batch of many pages seldom has."""
    gc.collect()
    gc.disable()
    try:
        PAGE.render(reports.veld_story(), Style())
        assert not [each for each in gc.get_objects() if type(each) is Sheet]
    finally:
        gc.enable()


@pytest.mark.parametrize("story", STORIES)
def test_the_same_report_gives_the_same_bytes(story: str) -> None:
    """Two renderings are equal, end in a newline, and can be written as UTF-8."""
    first = PAGE.render(STORIES[story](), Style())
    assert first == PAGE.render(STORIES[story](), Style())
    assert first.endswith("\n")
    first.encode()


@pytest.mark.parametrize("story", STORIES)
def test_the_policy_allows_this_style_and_this_script_only(story: str) -> None:
    """The hashes are those of what stands in the page; nothing is inline elsewhere, and nothing comes from outside."""
    text = PAGE.render(STORIES[story](), Style())
    page = parsed(text)
    (policy,) = [m.get("content", "") for m in page.iter("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    (script,) = re.findall(r'<script type="module">(.*?)</script>', text, re.DOTALL)
    for body in (style, script):
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    for element in page.iter():
        assert not [name for name in element.attrib if str(name).startswith("on") or name in ("style", "srcdoc")]
        assert element.tag not in ("img", "iframe", "object", "embed", "base", "video", "audio")
    assert not re.search(r"url\(|@import|@font-face", style)
    assert not re.search(r"\binnerHTML|\beval\(|\bfetch\(|XMLHttpRequest|new Function|document\.write", script)


def test_script_and_style_stay_small() -> None:
    """The script is below 16 kB and the style below 21 kB, as they are read, without a minifier."""
    assert len(environment.own_file("report.js").encode()) < 16_000
    assert len(environment.own_file("report.css").encode()) < 21_000


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("lang", ["en", "it"])
def test_every_link_within_the_page_leads_somewhere(story: str, lang: str) -> None:
    """No anchor is missing and no id stands twice."""
    page = parsed(PAGE.render(STORIES[story](), Style(lang=lang)))
    ids = Counter(str(element.get("id")) for element in page.iter() if element.get("id"))
    assert [name for name, number in ids.items() if number > 1] == []
    links = {link.get("href", "") for link in page.iter("a")}
    assert {link for link in links if link.startswith("#") and link[1:] not in ids} == set()
    assert [link for link in links if not link.startswith(("#", "https://", "http://"))] == []


def test_the_page_speaks_the_language_that_was_asked_for() -> None:
    """Page and headings are Italian, while what articles say keeps its own language."""
    page = parsed(PAGE.render(reports.veld_story(), Style(lang="it")))
    assert page.get("lang") == "it"
    assert "Fatti" in " ".join(h.text_content() for h in page.iter("h2"))
    assert {e.get("lang") for e in page.iter("blockquote") for e in e.iter("p")} == {"en"}


def test_text_from_right_to_left_stands_so() -> None:
    """An Arabic article says its language, and each paragraph takes its direction from its own text."""
    story = reports.veld_story()
    sources = tuple(source.model_copy(update={"language": "ar"}) for source in story.articles)
    page = parsed(PAGE.render(story.model_copy(update={"articles": sources}), Style()))
    bodies = page.find_class("body")
    assert [body.get("lang") for body in bodies] == ["ar", "ar"]
    assert {p.get("dir") for body in bodies for p in body.iter("p")} == {"auto"}


# -- hostile text ----------------------------------------------------------------------------------


def test_hostile_text_makes_no_element_and_no_attribute(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page full of markup, handlers, template braces and escapes has the elements and attributes of a plain one."""
    monkeypatch.setattr(odd_reports, "HOSTILE", ("RED one.", "Two lines.", "Three of them, and RED."))
    plain = census(PAGE.render(odd_reports.hostile_report(), Style()))
    pages = PAGE.parted(odd_reports.hostile_report(), Style(), "hostile")
    plain_pages = {name: census(text) for name, text in pages.items()}
    for texts in (ATTACKS, (ATTACKS[1], ATTACKS[2], ATTACKS[0]), (ATTACKS[2], ATTACKS[0], ATTACKS[1])):
        monkeypatch.setattr(odd_reports, "HOSTILE", texts)
        text = PAGE.render(odd_reports.hostile_report(), Style())
        elements, attributes = census(text)
        assert elements <= plain[0] | {"mark", "title"}
        assert attributes <= plain[1]
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\ud800]", text)
        assert "7*7" in text  # a template did not compute it
        assert text.count("<script") == 2
        for name, page in PAGE.parted(odd_reports.hostile_report(), Style(), "hostile").items():
            elements, attributes = census(page)
            assert elements <= plain_pages[name][0] | {"mark", "title"}
            assert attributes <= plain_pages[name][1]
            assert page.count("<script") == 2


def test_data_for_the_script_cannot_end_its_element() -> None:
    """Publishers' names reach the script as JSON in which no tag can stand, and come out as they were."""
    story = reports.veld_story()
    name = "</script><!--<script>&\u2028\u2029"
    source = story.articles[0].model_copy(update={"publisher": name})
    text = PAGE.render(story.model_copy(update={"articles": (source, *story.articles[1:])}), Style())
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert not set(data) & set("<>&\u2028\u2029")
    assert name in json.loads(data)["publishers"]


@given(st.text(alphabet=st.characters(), max_size=80))
@settings(deadline=None, max_examples=60)
def test_any_title_is_shown_as_text(title: str) -> None:
    """A reader sees the title without its invisible characters, and nothing else comes of it."""
    story = reports.veld_story()
    dispute = story.disputes[0].model_copy(update={"title": title})
    page = parsed(PAGE.render(story.model_copy(update={"disputes": (dispute, *story.disputes[1:])}), Style()))
    shown = page.get_element_by_id(anchor("dispute", dispute.id)).find(".//h3/bdi")
    assert shown is not None
    assert shown.text_content() == clean(title)
    assert not len(shown)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://a.example/x?y=1#z", True),
        ("HTTP://a.example", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("//a.example", False),
        ("http://[", False),
        ("https:///nowhere", False),
        ("file:///etc/passwd", False),
        (None, False),
    ],
)
def test_only_web_addresses_become_links(address: str | None, kept: bool) -> None:
    """What an article says of its own address is a link only when it leads to the web."""
    assert bool(web_address(address)) is kept


@given(st.text())
def test_a_language_is_a_tag_or_nothing(text: str) -> None:
    """No text gets into a lang attribute but letters, digits and hyphens."""
    assert re.fullmatch(r"[A-Za-z0-9-]*", language_tag(text))


# -- what it holds ---------------------------------------------------------------------------------


def test_both_sides_stand_next_to_each_other_with_all_that_is_known() -> None:
    """Each side has its letter, its claim with the clashing words marked, publishers, origin, and a quote in place."""
    story = reports.veld_story()
    page = parsed(PAGE.render(story, Style()))
    dispute = page.get_element_by_id(anchor("dispute", story.disputes[0].id))
    points = dispute.find_class("point")
    assert len(points) == len([p for p in story.disputes[0].points if p.nature == "direct"])
    for point in points:
        sides = point.find_class("side")
        assert [side.find_class("letter")[0].find("b").text_content() for side in sides] == ["A", "B"]
        for side in sides:
            assert side.find_class("claim")
            assert side.find_class("quote")
            assert "in the article" in side.text_content()
        assert list(point.iter("mark"))
        assert "Why, in the model's words" in point.text_content()


def test_every_claim_of_an_article_is_marked_where_it_stands() -> None:
    """Each sentence that a claim rests on is a link to its fact with a note that tells fact and verdict."""
    story = reports.veld_story()
    page = parsed(PAGE.render(story, Style()))
    held = {(c.article_id, e.sentence) for c in story.claims().values() for e in c.evidence}
    links = [a for a in page.iter("a") if a.get("class") == "s"]
    assert len(links) == len(held)
    facts = {anchor("fact", fact.id): fact for fact in story.facts}
    for link in links:
        target = str(link.get("href"))[1:]
        note = link.getnext()
        if target in facts:
            assert facts[target].text in note.text_content()
    whole = " ".join(" ".join(body.text_content().split()) for body in page.find_class("body"))
    assert all(story.articles[0].quote(s.number) in whole for s in story.articles[0].sentences)


def test_decisions_stand_beside_what_they_are_about() -> None:
    """Who decided stands at the dispute and at the fact, and all decisions are listed, the lost one included."""
    story = reports.veld_story()
    dispute, fact = story.disputes[0], story.facts[0]
    given_by = {"reviewer": "Ada <b>", "decided_at": dt.datetime(2026, 11, 26, tzinfo=dt.UTC)}
    decisions = (
        Decision(target="dispute", id=dispute.id, decision="accept", fate="honoured", found=(dispute.id,), **given_by),
        Decision(target="fact", id=fact.id, decision="reject", fate="honoured", found=(fact.id,), **given_by),
        Decision(target="fact", id="gone", decision="accept", fate="gone", note="Why?", **given_by),
    )
    page = parsed(PAGE.render(story.model_copy(update={"decisions": decisions}), Style()))
    for target in (anchor("dispute", dispute.id), anchor("fact", fact.id)):
        (line,) = page.get_element_by_id(target).find_class("decided")
        assert "Ada <b>" in line.text_content()
    (listed,) = page.find_class("decisions")
    assert len(listed) == 3
    assert "Why?" in listed.text_content()
    assert [item.get("class") for item in listed][2] == "lost"


def test_signs_are_those_of_the_other_formats() -> None:
    """The style draws the sign that terminal and Markdown show, for each verdict."""
    style = environment.own_file("report.css")
    for verdict, sign in wording.SIGNS.items():
        assert re.search(rf'\.{CODES[verdict]} \{{[^}}]*--sign: "{sign}"', style)


# -- size ------------------------------------------------------------------------------------------


def test_a_hundred_articles_fit_into_two_megabytes() -> None:
    """A page of 100 articles with 1,500 claims and 100 disputes is one file of at most 2 MB."""
    pages = PAGE.pages(large_report(100, 1500, 100), Style(), "report")
    assert list(pages) == [""]
    assert len(pages[""].encode()) <= 2_000_000


def test_a_large_report_becomes_a_folder_in_which_all_links_lead_somewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the limit there are several pages; each fact, dispute and article is on one of them, and links find it."""
    assert PAGE_LIMIT == 5_000_000
    monkeypatch.setattr(html, "PAGE_LIMIT", 100_000)
    report = large_report(120, 700, 130)
    pages = PAGE.pages(report, Style(), "my report")
    assert len(pages) > 6
    trees = {f"my%20report/{name}" if name else "my%20report.html": parsed(text) for name, text in pages.items()}
    ids = {name: {str(e.get("id")) for e in tree.iter() if e.get("id")} for name, tree in trees.items()}
    counts = Counter(
        id_ for held in ids.values() for id_ in held if re.match(r"(fact|dispute|explained|article)-", id_)
    )
    assert set(counts.values()) == {1}
    assert len(counts) == len(report.facts) + len(report.disputes) + len(report.articles)
    assert _broken(trees, ids) == []


def _broken(trees: Mapping[str, HtmlElement], ids: Mapping[str, set[str]]) -> list[str]:
    """Links from one of the pages to a page or an anchor that is not there."""
    found = []
    for name, tree in trees.items():
        for link in tree.iter("a"):
            address = str(link.get("href"))
            if address.startswith("https://"):
                continue
            path, _, target = address.partition("#")
            page = normpath(join(name.rpartition("/")[0], path)) if path else name
            if page not in ids or (target and target not in ids[page]):
                found.append(f"{name}: {address}")
    return found
