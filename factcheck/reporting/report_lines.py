"""JSON Lines: the report as one record a line, for `jq`, data frames and databases."""

from __future__ import annotations

import json
from collections.abc import Iterator

from factcheck.findings import Report
from factcheck.models import Value
from factcheck.reporting.base import Style
from factcheck.reporting.json_document import plain


class ReportLines:
    """Every line holds `record`, which names what it is, and the fields of the JSON report's part of that name.

    In ASCII; the run first, then its disputes, facts, origins, articles, claims, judgements, decisions and failures.
    """

    name = "jsonl"
    suffixes: tuple[str, ...] = (".jsonl", ".ndjson")

    def render(self, document: Report, style: Style) -> str:  # noqa: ARG002 -- programs have no width
        """One line for each part of the report; nothing is cut."""
        return "".join(
            json.dumps({"record": name, **fields}, ensure_ascii=True, separators=(",", ":")) + "\n"
            for name, fields in _records(document)
        )


def _records(report: Report) -> Iterator[tuple[str, dict[str, object]]]:
    yield "run", {"schema_version": report.schema_version, **_fields(report.run), "summary": plain(report.summary)}
    parts: tuple[tuple[str, tuple[Value, ...]], ...] = (
        ("dispute", report.disputes),
        ("fact", report.facts),
        ("origin", report.origins),
        ("article", report.articles),
        ("claim", tuple(claim for extraction in report.extractions for claim in extraction.claims)),
        ("judgement", report.judgements),
        ("decision", report.decisions),
        ("failure", report.failures),
        ("skipped", report.skipped),
        ("unreadable", report.unreadable),
    )
    for name, values in parts:
        for value in values:
            yield name, _fields(value)


def _fields(value: Value) -> dict[str, object]:
    return value.model_dump(mode="json")
