"""The bars of a batch on a terminal, with what was found in the lines below them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TextIO

from rich.console import Console, RenderableType
from rich.progress import Progress, ProgressColumn, Task, TextColumn
from rich.table import Column
from rich.text import Text

from factcheck.reporting.terminal import GREEN, TEAL

BAR = 24
NARROW = 60
"""Columns below which there are no bars, so that the names and counts beside them stay whole."""
WIDE = 80
"""Columns from which there is room for a few words behind them."""
PARTED = " · "


class Bar(ProgressColumn):
    """What is done as a line and the rest as dots, which are told apart on any ground and without colours.

    The bar of rich draws the rest in a grey that is all but black on black.
    """

    def render(self, task: Task) -> Text:
        """The bar; dots alone while nobody knows of how much."""
        done = int(BAR * min(1.0, task.completed / task.total)) if task.total else 0
        whole = bool(task.total) and done == BAR
        return Text.assemble(("━" * done, GREEN if whole else TEAL), ("·" * (BAR - done), "dim"))


class BatchBars(Progress):
    """Bars whose names and counts are never cut, whatever the width; `told` stands below, a list a line or more."""

    def __init__(self, stream: TextIO) -> None:
        # NOTE: not by TERM: rich keeps the codes of a style for all consoles, and the index has the same colours
        console = Console(file=stream, color_system="256", highlight=False, markup=False)
        self.told: Sequence[Sequence[str]] = ()
        bar = (Bar(table_column=Column(no_wrap=True)),) if console.width >= NARROW else ()
        words = TextColumn("{task.fields[words]}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis"))
        super().__init__(
            TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True, min_width=12)),
            *bar,
            TextColumn(
                "{task.fields[counted]}",
                justify="right",
                markup=False,
                table_column=Column(no_wrap=True, justify="right", min_width=11),
            ),
            *((words,) if console.width >= WIDE else ()),
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
