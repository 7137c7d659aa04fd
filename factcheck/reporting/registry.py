"""Format name -> renderer; a new format is one file and one line here."""

from __future__ import annotations

from collections.abc import Mapping

from factcheck.findings import ExtractionReport, Report
from factcheck.reporting.base import Renderer
from factcheck.reporting.claims import ClaimLines, ClaimsMarkdown
from factcheck.reporting.json_document import JsonDocument
from factcheck.reporting.markdown import MarkdownReport
from factcheck.reporting.table import TableReport

REPORT_RENDERERS: Mapping[str, Renderer[Report]] = {
    renderer.name: renderer for renderer in (TableReport(), MarkdownReport(), JsonDocument())
}
EXTRACTION_RENDERERS: Mapping[str, Renderer[ExtractionReport]] = {
    renderer.name: renderer for renderer in (ClaimsMarkdown(), ClaimLines(), JsonDocument())
}
