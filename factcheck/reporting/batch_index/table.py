"""The index for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from factcheck.index import BatchIndex, StoryRow
from factcheck.reporting.base import Style
from factcheck.reporting.batch_index import lines
from factcheck.reporting.batch_index.english import and_more, count
from factcheck.reporting.terminal import printed
from factcheck.reporting.terminal import words as _text
from factcheck.reporting.wording import cut

SHOWN = 60
"""Stories before the list is cut; the index file has all."""
DISPUTES_SHOWN = 4
COLORS = {"done": "green", "incomplete": "yellow", "failed": "red", "waiting": "dim"}


class IndexTable:
    """What is new, disputed and failed, a story a block."""

    name = "table"
    suffixes: tuple[str, ...] = (".txt",)

    def render(self, document: BatchIndex, style: Style) -> str:
        """The index within `style.width` columns."""
        return printed(_page(document), style)


def _page(index: BatchIndex) -> Iterator[RenderableType]:
    yield _text(lines.headline(index), "bold")
    for line in lines.facts_of_run(index):
        yield _text(line, "dim")
    shown, left_out = cut(index.stories, SHOWN)
    for row in shown:
        yield from _story(row)
    if left_out:
        yield _text(and_more(left_out, "stories"), "dim")
    if index.unreadable:
        yield Rule(style="dim")
        for refused in cut(index.unreadable)[0]:
            yield _text(f"not read: {refused.path}: {refused.reason}", "red")


def _story(row: StoryRow) -> Iterator[RenderableType]:
    sign, word = lines.STATUS[row.status]
    head = Table.grid(expand=True, padding=(0, 2, 0, 0))
    head.add_column(ratio=1)
    head.add_column(justify="right", no_wrap=True)
    disputes = lines.disputes(row)
    head.add_row(
        _text(row.title, "bold"),
        Text.assemble(f"{disputes}, {count(row.articles, 'article')} ", (f"{sign} {word}", COLORS[row.status])),
    )
    yield Rule(style="dim")
    yield head
    yield Padding(_text(lines.why(row), "dim"), (0, 0, 0, 2))
    for dispute in row.disputes[:DISPUTES_SHOWN]:
        yield Padding(
            _text(f"≠ {dispute.title}{' (new)' if dispute.new else ''}", "red" if dispute.new else ""), (0, 0, 0, 2)
        )
    if len(row.disputes) > DISPUTES_SHOWN:
        yield Padding(_text(f"… and {len(row.disputes) - DISPUTES_SHOWN} more", "dim"), (0, 0, 0, 2))
    for line in lines.news(row):
        yield Padding(_text(line, "green"), (0, 0, 0, 2))
    for line in lines.troubles(row):
        yield Padding(_text(line, "yellow"), (0, 0, 0, 2))
