"""The index as JSON, a row at a time: of an archive, no more than one is held at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import indent

from factcheck.index import BatchHead, StoryRow
from factcheck.reporting.base import Style
from factcheck.reporting.json_document import JsonDocument


def json_pieces(head: BatchHead, rows: Iterable[StoryRow], style: Style) -> Iterator[str]:
    """Together, what `JsonDocument` makes of the `BatchIndex` that has these rows."""
    json = JsonDocument()
    yield json.render(head, style).removesuffix("\n}\n") + ',\n  "stories": ['
    comma = ""
    for row in rows:
        yield f"{comma}\n" + indent(json.render(row, style).removesuffix("\n"), "    ")
        comma = ","
    yield ("\n  " if comma else "") + "]\n}\n"
