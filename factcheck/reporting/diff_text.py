"""What moved between two reports, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from factcheck.changes.values import Kind, ReportDiff
from factcheck.reporting import wording
from factcheck.reporting.base import Style
from factcheck.reporting.diff_outline import SIGNS, ChangeView, DiffOutline, diff_outline
from factcheck.reporting.terminal import AMBER, GREEN, RED, printed
from factcheck.reporting.terminal import words as _text
from factcheck.reporting.words.catalogue import Words, words_in

COLORS: dict[Kind, str] = {"new": GREEN, "changed": AMBER, "gone": RED}


class DiffText:
    """Plain text; colour only repeats what signs and words say."""

    name = "table"
    suffixes: tuple[str, ...] = (".txt",)

    def render(self, document: ReportDiff, style: Style) -> str:
        """All changes within `style.width` columns, long lists cut."""
        w = words_in(style.lang)
        return printed(_page(diff_outline(document, w), w), style)


def _page(view: DiffOutline, w: Words) -> Iterator[RenderableType]:
    yield _text(view.headline, "bold")
    yield _text(view.runs, "dim")
    for warning in view.warnings:
        yield _text(f"! {warning}", AMBER)
    for section in view.sections:
        if not section.changes:
            continue
        yield _text("")
        title = w("section.titled", title=section.title, number=len(section.changes))
        yield Rule(Text(title, "bold"), align="left", style="dim")
        shown, left_out = wording.cut(section.changes)
        table = Table.grid(padding=(0, 2, 0, 0), expand=True)
        table.add_column(width=max(len(change.word) for change in shown) + 2, overflow="fold")
        table.add_column(ratio=1, overflow="fold")
        for change in shown:
            table.add_row(Text(f"{SIGNS[change.kind]} {change.word}", COLORS[change.kind]), _change(change))
        yield table
        if left_out:
            yield _text(w("cut.more", left_out), "dim")
    yield _text("")
    for section in view.sections:
        yield _text(section.unchanged, "dim")


def _change(change: ChangeView) -> RenderableType:
    return Group(_text(change.text), *(_text(note, "dim") for note in change.notes))
