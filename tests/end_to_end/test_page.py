"""The page of every seed story, from its recording."""

from __future__ import annotations

import pytest
from lxml.html import HtmlElement, document_fromstring

from factcheck.reporting.base import Style
from factcheck.reporting.html.addresses import anchor
from factcheck.reporting.html.document import HtmlReport
from factcheck.reporting.untrusted import clean
from tests.seeds.recordings import STORIES, replay


@pytest.mark.parametrize("story", STORIES)
def test_the_page_holds_the_whole_story(story: str) -> None:
    """Each dispute with all its sides, each fact, each article to its last sentence, and no link that leads nowhere."""
    report = replay(story)
    page: HtmlElement = document_fromstring(HtmlReport().render(report, Style()))
    ids = [str(element.get("id")) for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert {str(a.get("href"))[1:] for a in page.iter("a") if str(a.get("href")).startswith("#")} <= set(ids)
    for dispute in report.disputes:
        for kind, direct in (("dispute", True), ("explained", False)):
            points = [point for point in dispute.points if (point.nature == "direct") == direct]
            if points:
                shown = page.get_element_by_id(anchor(kind, dispute.id))
                assert len(shown.find_class("side")) == sum(len(point.sides) for point in points)
                assert len(shown.find_class("quote")) >= len(shown.find_class("side"))
    assert {anchor("fact", fact.id) for fact in report.facts} <= set(ids)
    for article in report.articles:
        text = " ".join(page.get_element_by_id(anchor("article", article.id)).text_content().split())
        assert all(clean(article.quote(sentence.number)).strip() in text for sentence in article.sentences)
