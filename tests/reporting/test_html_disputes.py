"""The dispute view of the page: what is quoted of a side."""

from __future__ import annotations

from lxml.html import HtmlElement, document_fromstring

from factcheck.findings import Dispute, Origin
from factcheck.models import Extraction
from factcheck.reporting.base import Style
from factcheck.reporting.html.document import HtmlReport
from tests.support import report_parts as parts
from tests.support import reports

LINES = (
    ["Fire.", "The  fire killed 12 people."],
    ["Blaze.", "The fire killed 12 PEOPLE."],
    ["Toll.", "Twelve died."],
    ["News.", "It killed 16."],
)


def test_a_copied_sentence_is_quoted_once() -> None:
    """Two of three claims rest on the same words: these are quoted once, and who copied them is named below."""
    sources = [parts.article(f"a{n}", lines, publisher=f"P{n}") for n, lines in enumerate(LINES)]
    claims = [parts.claim(f"c{n}", source, 2, "12 died.", f"P{n}") for n, source in enumerate(sources)]
    origin = Origin(name="Wire", basis="stated", reason="-", publishers=("P0", "P1", "P2"), claims=("c0", "c1", "c2"))
    sides = [
        parts.side("12 died.", ["c0", "c1", "c2"], ["12"], origin, ["P0", "P1", "P2"]),
        parts.side("16 died.", ["c3"], ["16"], origin, ["P3"]),
    ]
    point = parts.point("number", "How many?", sides, "-")
    story = reports.empty_report().model_copy(
        update={
            "articles": tuple(sources),
            "extractions": tuple(
                Extraction(article_id=source.id, passages=(), claims=(own,), outside=(), uncovered=())
                for source, own in zip(sources, claims, strict=True)
            ),
            "disputes": (Dispute(id="d", title="How many?", facts=(), nature="direct", points=(point,)),),
        }
    )
    page: HtmlElement = document_fromstring(HtmlReport().render(story, Style()))
    told, _ = page.find_class("side")
    assert [cite.text_content() for cite in told.iter("cite")] == ["P0, Fire.", "P2, Toll."]
    assert [line.text_content().split()[-1] for line in told.iter("li")] == ["P1"]
