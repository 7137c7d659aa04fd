"""Format name -> renderer; a new format is one file and one line here."""

from __future__ import annotations

from collections.abc import Mapping

from factcheck.changes.values import ReportDiff
from factcheck.findings import ExtractionReport, Report
from factcheck.reporting.annotated_text import AnnotatedText
from factcheck.reporting.base import Renderer
from factcheck.reporting.claim_lists import ClaimLines, ClaimRows
from factcheck.reporting.claimreview import ClaimReviewDrafts
from factcheck.reporting.claims_markdown import AnnotatedMarkdown, ClaimsMarkdown
from factcheck.reporting.diff_markdown import DiffMarkdown
from factcheck.reporting.diff_text import DiffText
from factcheck.reporting.github import GitHubAnnotations
from factcheck.reporting.html.document import HtmlReport
from factcheck.reporting.json_document import JsonDocument
from factcheck.reporting.junit import JUnitReport
from factcheck.reporting.markdown import MarkdownReport
from factcheck.reporting.report_lines import ReportLines
from factcheck.reporting.report_tables import ReportTables
from factcheck.reporting.table import TableReport

REPORT_RENDERERS: Mapping[str, Renderer[Report]] = {
    renderer.name: renderer
    for renderer in (
        TableReport(),
        MarkdownReport(),
        JsonDocument(),
        HtmlReport(),
        ReportLines(),
        ReportTables(),
        JUnitReport(),
        GitHubAnnotations(),
        ClaimReviewDrafts(),
    )
}
EXTRACTION_RENDERERS: Mapping[str, Renderer[ExtractionReport]] = {
    renderer.name: renderer for renderer in (ClaimsMarkdown(), ClaimLines(), ClaimRows(), JsonDocument())
}
ANNOTATED_RENDERERS: Mapping[str, Renderer[ExtractionReport]] = {
    renderer.name: renderer for renderer in (AnnotatedText(), AnnotatedMarkdown())
}
"""What `extract --annotated` chooses from."""
DIFF_RENDERERS: Mapping[str, Renderer[ReportDiff]] = {
    renderer.name: renderer for renderer in (DiffText(), DiffMarkdown(), JsonDocument())
}
"""What `diff` chooses from."""
