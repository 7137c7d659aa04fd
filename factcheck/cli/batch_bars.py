"""The bars of a batch on a terminal, with what was found in the lines below them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TextIO

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Column
from rich.text import Text

BAR = 24
NARROW = 60
"""Columns below which there are no bars, so that the names and counts beside them stay whole."""
PARTED = " · "


class BatchBars(Progress):
    """Bars whose names and counts are never cut, whatever the width; `told` stands below, a list a line or more."""

    def __init__(self, stream: TextIO) -> None:
        console = Console(file=stream, highlight=False, markup=False)
        self.told: Sequence[Sequence[str]] = ()
        bar = (BarColumn(bar_width=BAR),) if console.width >= NARROW else ()
        super().__init__(
            TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True, min_width=12)),
            *bar,
            MofNCompleteColumn(table_column=Column(no_wrap=True, justify="right", min_width=11)),
            TextColumn("{task.fields[words]}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis")),
            console=console,
        )

    def get_renderables(self) -> Iterable[RenderableType]:
        """The bars, then the lines."""
        yield self.make_tasks_table(self.tasks)
        for parts in self.told:
            for line in filled(parts, self.console.width - 1):
                yield Text(line, no_wrap=True, overflow="ellipsis")


def filled(parts: Sequence[str], width: int) -> list[str]:
    """The parts in as few lines of `width` columns as hold them in their order; none is broken."""
    lines = list[str]()
    for part in parts:
        if lines and len(lines[-1]) + len(PARTED) + len(part) <= width:
            lines[-1] += PARTED + part
        else:
            lines.append(part)
    return lines
