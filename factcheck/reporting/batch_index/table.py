"""The index for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from factcheck.index import AcrossFinding, BatchIndex, StoryRow
from factcheck.reporting.base import Style
from factcheck.reporting.batch_index import lines
from factcheck.reporting.terminal import AMBER, GREEN, RED, printed
from factcheck.reporting.terminal import words as _text
from factcheck.reporting.wording import cut
from factcheck.reporting.words.catalogue import Words, words_in

SHOWN = 60
"""Stories before the list is cut; the index file has all."""
WAITING_SHOWN = 5
"""Stories not run that are named; more are only counted."""
DISPUTES_SHOWN = 4
CONFLICTS_SHOWN = 20
"""Conflicts between stories; what stories agree on is counted above and told on the page."""
NARROW = 60
"""Columns below which a story's state has a line of its own, so that titles are not broken in their words."""
COLORS = {"done": GREEN, "incomplete": AMBER, "failed": RED, "waiting": "dim"}


class IndexTable:
    """What is new, disputed and failed, a story a block; then what stories contradict each other about."""

    name = "table"
    suffixes: tuple[str, ...] = (".txt",)

    def render(self, document: BatchIndex, style: Style) -> str:
        """The index within `style.width` columns."""
        return printed(_page(document, words_in(style.lang), narrow=style.width < NARROW), style)


def _page(index: BatchIndex, w: Words, *, narrow: bool) -> Iterator[RenderableType]:
    yield _text(lines.headline(index, w), "bold")
    for line in lines.facts_of_run(index, w):
        yield _text(line, "dim")
    met = lines.neighbours(index.across)
    waiting = [row for row in index.stories if row.status == "waiting"]
    told = index.stories if len(waiting) <= WAITING_SHOWN else [row for row in index.stories if row.status != "waiting"]
    shown, left_out = cut(told, SHOWN)
    for row in shown:
        yield from _story(row, met.get(row.key, ()), w, narrow=narrow)
    if left_out:
        yield _text(w("index.more_stories", left_out), "dim")
    if len(waiting) > WAITING_SHOWN:
        yield Rule(style="dim")
        yield _text(w("index.waiting_stories", len(waiting)), "dim")
    yield from _across(lines.conflicts(index.across), w)
    yield from _decisions(index, w)
    if index.unreadable:
        yield Rule(style="dim")
        named, unnamed = cut(index.unreadable)
        for refused in named:
            yield _text(w("index.not_read", file=refused.path, reason=w.told(refused.reason)), RED)
        if unnamed:
            yield _text(w("index.more_findings", unnamed), "dim")


def _story(row: StoryRow, met: Sequence[lines.Neighbour], w: Words, *, narrow: bool) -> Iterator[RenderableType]:
    name, counts = _text(row.title, "bold"), f"{lines.disputes(row, w)}, {w('index.articles', row.articles)}"
    state = f"{lines.SIGNS[row.status]} {w(f'index.state_{row.status}')}", COLORS[row.status]
    yield Rule(style="dim")
    if narrow:
        yield name
        yield Padding(Text.assemble(state, f" {counts}"), (0, 0, 0, 2))
    else:
        head = Table.grid(expand=True, padding=(0, 2, 0, 0))
        head.add_column(ratio=1)
        head.add_column(justify="right", no_wrap=True)
        head.add_row(name, Text.assemble(f"{counts} ", state))
        yield head
    yield _inside(lines.why(row, w), "dim")
    for dispute in row.disputes[:DISPUTES_SHOWN]:
        title = w("index.is_new", text=dispute.title) if dispute.new else dispute.title
        yield _inside(f"≠ {title}", RED if dispute.new else "")
    if len(row.disputes) > DISPUTES_SHOWN:
        yield _inside(w("index.more_findings", len(row.disputes) - DISPUTES_SHOWN), "dim")
    for line in lines.against(met, w):
        yield _inside(line, RED)
    for line in lines.news(row, met, w):
        yield _inside(line, GREEN)
    for line in lines.troubles(row, w):
        yield _inside(line, AMBER)


def _across(conflicts: Sequence[AcrossFinding], w: Words) -> Iterator[RenderableType]:
    """The conflicts between stories, both sides below the question."""
    if not conflicts:
        return
    yield Rule(style="dim")
    yield _text(w("index.across"), "bold")
    shown, left_out = cut(conflicts, CONFLICTS_SHOWN)
    for found in shown:
        yield _text(f"≠ {lines.finding(found, w)}", RED if found.new else "")
        for side in found.sides:
            yield _inside(f"{w('list.quoted', text=side.text)} — {lines.who(side, w)}")
            if behind := lines.behind(side, w):
                yield _inside(behind, "dim", 4)
        for line in lines.reviewed(found, w):
            yield _inside(line, GREEN)
    if left_out:
        yield _text(w("index.more_findings", left_out), "dim")


def _decisions(index: BatchIndex, w: Words) -> Iterator[RenderableType]:
    """What people decided about what is between stories."""
    views = lines.decision_views(index, w)
    if not views:
        return
    yield Rule(style="dim")
    yield _text(w("decision.section"), "bold")
    shown, left_out = cut(views, CONFLICTS_SHOWN)
    for view in shown:
        yield _text(view.text, AMBER if view.lost else "")
        for note in view.notes:
            yield _inside(note, "dim")
    if left_out:
        yield _text(w("index.more_findings", left_out), "dim")


def _inside(text: str, style: str = "", by: int = 2) -> Padding:
    return Padding(_text(text, style), (0, 0, 0, by))
