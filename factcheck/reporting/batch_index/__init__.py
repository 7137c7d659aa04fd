"""The index of a batch, for programs, as a page and for the terminal."""

from __future__ import annotations

from factcheck.reporting.batch_index.document import json_pieces
from factcheck.reporting.batch_index.page import IndexPage
from factcheck.reporting.batch_index.table import IndexTable

__all__ = ["IndexPage", "IndexTable", "json_pieces"]
