"""JUnit XML, as continuous integration reads it: disputes fail, what could not be checked is an error."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping

from factcheck.findings import Report
from factcheck.models import BaseClaim
from factcheck.reporting.base import Style
from factcheck.reporting.outline import DisputeView, Outline, outline
from factcheck.reporting.provenance import article_name, failure_line, failure_subject
from factcheck.reporting.untrusted import xml
from factcheck.reporting.words.catalogue import Words, words_in


class JUnitReport:
    """Suites `disputes`, `articles` and `pairs`.

    A direct dispute is a failed test and one that explains itself a passed one; an article is passed, skipped or in
    error; a stage or pair that failed is an error. So a green run found no direct dispute and left nothing unread.
    """

    name = "junit"
    suffixes: tuple[str, ...] = (".xml",)

    def render(self, document: Report, style: Style) -> str:
        """One XML document; times are left out, because a report has none."""
        w = words_in(style.lang)
        view = outline(document, w)
        root = ET.Element("testsuites", name="factcheck")
        _suite(root, "disputes", [*_disputes(view, w)])
        _suite(root, "articles", [*_articles(document, w)])
        _suite(root, "pairs", [*_pairs(document, w)])
        for total in ("tests", "failures", "errors", "skipped"):
            root.set(total, str(sum(int(suite.get(total, "0")) for suite in root)))
        ET.indent(root)
        return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(root: ET.Element, name: str, cases: list[ET.Element]) -> None:
    suite = ET.SubElement(root, "testsuite", name=f"factcheck.{name}", tests=str(len(cases)))
    for total, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(total, str(sum(case.find(tag) is not None for case in cases)))
    suite.extend(cases)


def _case(suite: str, name: str, file: str | None = None) -> ET.Element:
    case = ET.Element("testcase", classname=f"factcheck.{suite}", name=xml(name))
    if file:
        case.set("file", xml(file))
    return case


def _outcome(case: ET.Element, tag: str, message: str, kind: str = "", body: str = "") -> ET.Element:
    outcome = ET.SubElement(case, tag, message=xml(message))
    if kind:
        outcome.set("type", xml(kind))
    outcome.text = body or None
    return case


def _disputes(view: Outline, w: Words) -> Iterator[ET.Element]:
    for dispute in view.disputes:
        body = "\n".join(xml(line) for line in told(dispute, w))
        yield _outcome(_case("disputes", dispute.title), "failure", dispute.weight, dispute.points[0].label, body)
    for dispute in view.explained:
        case = _case("disputes", dispute.title)
        ET.SubElement(case, "system-out").text = "\n".join(xml(line) for line in told(dispute, w))
        yield case


def told(dispute: DisputeView, w: Words) -> Iterator[str]:
    """A dispute in plain lines: each point, its sides with who stands there, and the words that bear them."""
    for point in dispute.points:
        yield w("dispute.asked", label=point.label, question=point.question or dispute.title)
        for side in point.sides:
            line = f"{side.letter}: {side.claim.text} — {w.names(side.publishers)} ({side.weight})"
            yield line + (f"; {side.stance}" if side.stance else "")
            if side.quote:
                yield f"   “{side.quote.words.text}” — {side.quote.source}"
        if point.why:
            yield point.why


def _articles(report: Report, w: Words) -> Iterator[ET.Element]:
    failed = {failure.subject: failure for failure in report.failures if failure.stage == "extraction"}
    for article in report.articles:
        case = _case("articles", article_name(article), article.path)
        failure = failed.get(article.id)
        yield _outcome(case, "error", failure_line(failure, w), failure.kind) if failure else case
    for refused in report.unreadable:
        yield _outcome(_case("articles", refused.path, refused.path), "error", refused.reason, "unreadable")
    for refused in report.skipped:
        yield _outcome(_case("articles", refused.path, refused.path), "skipped", refused.reason)


def _pairs(report: Report, w: Words) -> Iterator[ET.Element]:
    claims: Mapping[str, BaseClaim] = report.claims()
    articles = {article.id: article for article in report.articles}
    for failure in report.failures:
        if failure.stage != "extraction":
            case = _case("pairs", failure_subject(failure, claims, articles, w))
            yield _outcome(case, "error", failure_line(failure, w), failure.kind)
    if report.summary.judged + report.summary.inferred:
        yield _case("pairs", w("count.pairs_compared", report.summary.judged + report.summary.inferred))
