"""The terminal: readable from 60 columns, sides next to each other from 80, nothing said by colour alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from factcheck.findings import Origin, Report, Verdict
from factcheck.reporting import wording
from factcheck.reporting.base import Style
from factcheck.reporting.directions import FSI, PDI, harmless, right_to_left
from factcheck.reporting.facts import FactView
from factcheck.reporting.marking import Marked
from factcheck.reporting.outline import ArticleView, DisputeView, Outline, PointView, fact_sections, outline
from factcheck.reporting.possible import SHOWN as POSSIBLE_SHOWN
from factcheck.reporting.possible import PossibleView
from factcheck.reporting.quotes import Quote
from factcheck.reporting.shared_text import CopyView, SharedTextView
from factcheck.reporting.sides import SideView
from factcheck.reporting.terminal import AMBER, GREEN, RED, TEAL, VIOLET, printed
from factcheck.reporting.terminal import words as _text
from factcheck.reporting.untrusted import clean
from factcheck.reporting.words.catalogue import Words, words_in

SIDE_BY_SIDE = 80
"""Columns from which the sides of a dispute stand next to each other."""
NARROWEST_SIDE = 36
IN_COLUMNS = 100
"""Columns from which facts stand in columns beside what stands behind them."""

COLORS: dict[Verdict, str] = {
    "corroborated": GREEN,
    "disputed": RED,
    "superseded": TEAL,
    "single_origin": AMBER,
    "single_report": "default",
}


class TableReport:
    """The report for a terminal; as a file, plain text."""

    name = "table"
    suffixes: tuple[str, ...] = (".txt",)

    def render(self, document: Report, style: Style) -> str:
        """The report within `style.width` columns; with `style.color`, in colours for any ground."""
        w = words_in(style.lang)
        return printed(_page(outline(document, w), style.width, w), style)


def _page(view: Outline, width: int, w: Words) -> Iterator[RenderableType]:
    yield _text(view.headline, "bold")
    if view.brief:
        yield _text("")
        for brief in view.brief:
            sides = [_hanging("–", _text(words)) for words in brief.sides]
            yield _hanging("▸", Group(_text(brief.question, "bold"), *sides))
        yield _text("")
    for line in view.counts:
        yield _text(line, "dim")
    if view.not_checked:
        yield _text("")
        yield _text(w("section.not_checked"), "bold")
        yield from _bullets(view.not_checked)
    yield from _section(w("section.disputes"), len(view.disputes), w)
    if not view.disputes:
        yield _text(view.no_disputes)
    yield from _disputes(view.disputes, width, w, explained=False)
    if view.explained:
        yield from _section(w("section.explained"), len(view.explained), w)
        yield from _disputes(view.explained, width, w, explained=True)
    if view.possible:
        yield from _section(w("section.possible"), sum(entry.pairs for entry in view.possible), w)
        entries, left_out = wording.cut(view.possible, POSSIBLE_SHOWN)
        yield from _listed([_possible(each, w) for each in entries], 0, w)
        if left_out:
            yield _text(w("cut.more", sum(entry.pairs for entry in view.possible[len(entries) :])), "dim")
    yield from _decisions(view, w)
    for title, facts in fact_sections(view, w):
        yield from _section(title, len(facts), w)
        yield from _facts(facts, width, w, verdicts=facts is view.facts)
    yield from _provenance(view, w)
    yield from _endnotes(view, w)


def _decisions(view: Outline, w: Words) -> Iterator[RenderableType]:
    if not view.decisions:
        return
    yield from _section(w("decision.section"), len(view.decisions), w)
    shown, left_out = wording.cut(view.decisions)
    for each in shown:
        notes = [_text(note, "dim") for note in each.notes]
        yield _hanging("!" if each.lost else "✎", Group(_text(each.text), *notes))
    if left_out:
        yield _text(w("cut.more", left_out), "dim")


def _provenance(view: Outline, w: Words) -> Iterator[RenderableType]:
    if view.shared_texts:
        yield from _section(w("section.shared_text"), len(view.shared_texts), w)
        yield _text(w("section.shared_text_how"), "dim")
        texts, left_out = wording.cut(view.shared_texts)
        yield from _listed([_shared_text(each, w) for each in texts], left_out, w)
    if view.origins:
        yield from _section(w("section.origins"), len(view.origins), w)
        shown_origins, left_out = wording.cut(view.origins)
        yield from _listed([_origin(each, w) for each in shown_origins], left_out, w)


def _endnotes(view: Outline, w: Words) -> Iterator[RenderableType]:
    if view.articles:
        yield from _section(w("section.articles"), len(view.articles), w)
        shown, left_out = wording.cut(view.articles)
        yield from _listed([_article(each, w) for each in shown], left_out, w)
    if view.troubles:
        yield from _section(w("section.troubles"), len(view.troubles), w)
        troubles, left_out = wording.cut(view.troubles)
        for trouble in troubles:
            subjects = "; ".join(trouble.subjects)
            if trouble.left_out:
                subjects = w("list.and_more", trouble.left_out, shown=subjects)
            yield _hanging("!" if trouble.lost else "·", Group(_text(trouble.what), _text(subjects, "dim")))
        if left_out:
            yield _text(w("cut.more", left_out), "dim")
    yield from _section(w("section.method"), None, w)
    yield _labelled(view.method)


# -- disputes ------------------------------------------------------------------------------------


def _disputes(disputes: Sequence[DisputeView], width: int, w: Words, *, explained: bool) -> Iterator[RenderableType]:
    shown, left_out = wording.cut(disputes)
    for index, dispute in enumerate(shown):
        if index:
            yield _text("")
        yield _hanging(
            f"{dispute.number}.",
            Group(_text(dispute.title, "bold"), _text(dispute.weight, "dim"), *_signed(dispute.decided)),
        )
        for point in dispute.points:
            yield _text("")
            yield Padding(_point(point, width - 3, w, explained=explained), (0, 0, 0, 3))
    if left_out:
        yield _text(w("cut.more", left_out), "dim")


def _point(point: PointView, width: int, w: Words, *, explained: bool) -> RenderableType:
    head = Text(point.label.upper(), f"bold {TEAL if explained else RED}")
    if point.question:
        head.append("  " + harmless(point.question), "default")
    parts: list[RenderableType] = [head]
    if explained:
        parts.append(_text(point.nature, "dim"))
    sides, left_out = wording.cut(point.sides, wording.SIDES_SHOWN)
    if width + 3 >= SIDE_BY_SIDE and width >= len(sides) * NARROWEST_SIDE:
        parts.append(_side_by_side(sides, w))
    else:
        for index, side in enumerate(sides):
            parts += [_text("")] if index else []
            parts.append(_hanging(side.letter, Group(*_side(side, w, weight=True))))
    if left_out:
        parts.append(_text(w("cut.more", left_out), "dim"))
    parts += [_text(line) for line in (point.both, point.why) if line]
    return Group(*parts)


def _side_by_side(sides: Sequence[SideView], w: Words) -> Table:
    table = Table(box=box.ROUNDED, expand=True, border_style="dim", header_style="bold")
    for side in sides:
        table.add_column(_text(f"{side.letter} · {side.weight}"), ratio=1, overflow="fold")
    for row in zip(*(_side(side, w, weight=False) for side in sides), strict=True):
        table.add_row(*row)
    return table


def _side(side: SideView, w: Words, *, weight: bool) -> tuple[RenderableType, RenderableType, RenderableType]:
    """Claim, attribution and quote of a side, so that those of its neighbours can stand level."""
    claim = Group(_marked(side.claim), *([_text(side.also, "dim")] if side.also else []))
    rows = [(w("side.in"), w.names(side.publishers) + (f" ({side.weight})" if weight else ""))]
    rows += [(w("side.how"), side.stance)] if side.stance else []
    rows += [(w("side.from"), w.names([origin.name for origin in side.origins]))] if side.origins else []
    if side.quote is None:
        return claim, _labelled(rows), _text(w("side.no_quote"), "dim")
    quote = _quoted(side.quote)
    source = _text("— " + side.quote.source + _further(side.further, w), "dim")
    return claim, _labelled(rows), Group(quote, source)


def _quoted(quote: Quote) -> Text:
    words = Text("“", overflow="fold")
    words.append_text(_marked(quote.words))
    words.append("”")
    return words


def _further(number: int, w: Words) -> str:
    return w("side.further", number) if number else ""


def _possible(view: PossibleView, w: Words) -> RenderableType:
    parts = [_text(view.claim.text), _text("— " + view.claim.source, "dim")]
    for index, other in enumerate(view.against):
        heading = w("possible.and") if index else view.heading
        parts += [_text(w("possible.statement", heading=heading, text=other.text)), _text("— " + other.source, "dim")]
    parts += [_text(w("possible.why", note=note), "dim") for note in view.notes]
    if view.further_reasons:
        parts.append(_text(w("possible.more_reasons", view.further_reasons), "dim"))
    if view.same_reason:
        parts.append(_text(w("possible.same_reason", view.same_reason), "dim"))
    return Group(*parts)


# -- shared text -----------------------------------------------------------------------------------


def _shared_text(view: SharedTextView, w: Words) -> RenderableType:
    parts: list[RenderableType] = [_named(view.name, view.about)]
    for copy in view.copies:
        parts.append(_hanging("=", Group(_named(copy.name, copy.about), *_copy(view, copy, w))))
    if view.left_out:
        parts.append(_text(w("cut.copies", view.left_out), "dim"))
    return Group(*parts)


def _copy(view: SharedTextView, copy: CopyView, w: Words) -> Iterator[RenderableType]:
    yield _text(copy.share + (f", {copy.remark}" if copy.remark else ""))
    if copy.changes:
        table = Table(box=box.ROUNDED, expand=True, border_style="dim", header_style="bold")
        for name in (view.name, copy.name):
            table.add_column(_text(name), ratio=1, overflow="fold")
        for change in copy.changes:
            table.add_row(_marked(change.original), _marked(change.copy))
        yield table
    if copy.left_out:
        yield _text(w("cut.changes", copy.left_out), "dim")


def _named(name: str, about: str) -> Text:
    head = _text(name, "bold")
    head.append("  " + harmless(about), "dim")
    return head


# -- facts, origins, articles --------------------------------------------------------------------


def _facts(facts: Sequence[FactView], width: int, w: Words, *, verdicts: bool) -> Iterator[RenderableType]:
    shown, left_out = wording.cut(facts)
    wide = width >= IN_COLUMNS
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    if verdicts and wide:
        table.add_column(width=max((len(fact.standing) for fact in shown), default=0) + 2, overflow="fold")
    else:
        table.add_column(width=2, overflow="fold")
    table.add_column(ratio=3, overflow="fold")
    if wide:
        table.add_column(ratio=2, overflow="fold")
    for fact in shown:
        sign = wording.SIGNS[fact.verdict]
        behind, color = _text(fact.behind, "dim"), COLORS[fact.verdict]
        quote = [_quoted(fact.quote), _text("— " + fact.quote.source, "dim")] if fact.quote else []
        if wide:
            verdict = Text(f"{sign} {fact.standing}" if verdicts else "·", color if verdicts else "bold")
            table.add_row(verdict, Group(_said(fact, w), *quote, *_signed(fact.decided)), behind)
            continue
        line = Text(f"{fact.standing}{', ' if fact.how else ': '}" if verdicts else "", color, overflow="fold")
        line.append_text(_said(fact, w))
        table.add_row(Text(sign if verdicts else "·", color), Group(line, *quote, behind, *_signed(fact.decided)))
    yield table
    if left_out:
        yield _text(w("cut.more", left_out), "dim")


def _signed(decided: Sequence[str]) -> list[Text]:
    """Who decided on a finding; a person's word stands out from what was found."""
    return [_text(f"✎ {line}", VIOLET) for line in decided]


def _said(fact: FactView, w: Words) -> Text:
    """The fact, and before it how it is said when that is not as a plain fact."""
    line = Text(w("fact.said", how=harmless(fact.how)) if fact.how else "", "italic", overflow="fold")
    line.append(harmless(fact.text), "not italic")
    return line


def _origin(origin: Origin, w: Words) -> RenderableType:
    head = _text(origin.name, "bold")
    head.append(f"  {w(f'basis.{origin.basis}')}, {w('count.claims', len(origin.claims))}", "dim")
    parts = [head]
    repeaters = [name for name in origin.publishers if name != origin.name]
    if repeaters:
        parts.append(_text("← " + w.names(repeaters, 12)))
    parts.append(_text(origin.reason, "dim"))
    return Group(*parts)


def _article(view: ArticleView, w: Words) -> RenderableType:
    parts = [_text(view.name, "bold"), _text(view.about), _text(view.counts, "dim")]
    parts += [_text(view.headline)] if view.headline else []
    parts += [_text(view.aside, "dim")] if view.aside else []
    ungrounded, left_out = wording.cut(view.ungrounded)
    parts += [_text(line) for line in ungrounded]
    parts += [_text(w("cut.more", left_out), "dim")] if left_out else []
    if view.verdicts:
        verdicts = Text(", ", "dim").join(_verdict(verdict, number, w) for verdict, number in view.verdicts)
        before, _, after = w("article.facts", verdicts="\n").partition("\n")
        parts.append(Text.assemble((before, "dim"), verdicts, (after, "dim")))
    parts += [_text(w("article.note", note=note), "dim") for note in view.notes]
    return Group(*parts)


# -- small pieces --------------------------------------------------------------------------------


def _marked(words: Marked) -> Text:
    """Marked words stand between asterisks, so that they show without colour too; the whole is isolated as one."""
    turned = right_to_left(words.text)
    text = Text(FSI if turned else "", overflow="fold")
    for part, marked in words.parts:
        text.append(f"*{clean(part)}*" if marked else clean(part), "bold underline" if marked else "")
    text.append(PDI if turned else "")
    return text


def _verdict(verdict: Verdict, number: int, w: Words) -> Text:
    return Text(f"{wording.SIGNS[verdict]} {w(f'verdicts.{verdict}', number)}", COLORS[verdict])


def _section(title: str, number: int | None, w: Words) -> Iterator[RenderableType]:
    yield _text("")
    titled = title if number is None else w("section.titled", title=title, number=number)
    yield Rule(Text(titled, "bold"), align="left", style="dim")


def _bullets(lines: Sequence[str]) -> Iterator[RenderableType]:
    for line in lines:
        yield _hanging("·", _text(line))


def _listed(entries: Sequence[RenderableType], left_out: int, w: Words) -> Iterator[RenderableType]:
    for index, entry in enumerate(entries, 1):
        yield _hanging(str(index), entry)
    if left_out:
        yield _text(w("cut.more", left_out), "dim")


def _hanging(sign: str, content: RenderableType) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    grid.add_column(width=max(2, len(sign)), style="bold", overflow="fold")
    grid.add_column(ratio=1, overflow="fold")
    grid.add_row(Text(sign), content)
    return grid


def _labelled(rows: Sequence[tuple[str, str]]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    grid.add_column(width=max(len(label) for label, _ in rows), style="dim", overflow="fold")
    grid.add_column(ratio=1, overflow="fold")
    for label, text in rows:
        grid.add_row(Text(label), _text(text))
    return grid
