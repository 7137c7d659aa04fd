"""Format name -> renderer; a new format is one file and one line here."""

from __future__ import annotations

from collections.abc import Mapping

from factcheck.findings import ExtractionReport, Report
from factcheck.reporting.annotated_text import AnnotatedText
from factcheck.reporting.base import Renderer
from factcheck.reporting.claim_lists import ClaimLines, ClaimRows
from factcheck.reporting.claims_markdown import AnnotatedMarkdown, ClaimsMarkdown
from factcheck.reporting.html.document import HtmlReport
from factcheck.reporting.json_document import JsonDocument
from factcheck.reporting.markdown import MarkdownReport
from factcheck.reporting.table import TableReport

REPORT_RENDERERS: Mapping[str, Renderer[Report]] = {
    renderer.name: renderer for renderer in (TableReport(), MarkdownReport(), JsonDocument(), HtmlReport())
}
EXTRACTION_RENDERERS: Mapping[str, Renderer[ExtractionReport]] = {
    renderer.name: renderer for renderer in (ClaimsMarkdown(), ClaimLines(), ClaimRows(), JsonDocument())
}
ANNOTATED_RENDERERS: Mapping[str, Renderer[ExtractionReport]] = {
    renderer.name: renderer for renderer in (AnnotatedText(), AnnotatedMarkdown())
}
"""What `extract --annotated` chooses from."""
