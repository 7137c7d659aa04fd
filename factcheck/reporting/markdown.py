"""Markdown (CommonMark with GitHub's tables): for issues, wikis, mail and pipes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from factcheck.findings import Origin, Report
from factcheck.reporting import wording
from factcheck.reporting.base import Style
from factcheck.reporting.facts import FactView
from factcheck.reporting.marking import Marked
from factcheck.reporting.outline import ArticleView, DisputeView, Outline, PointView, fact_sections, outline
from factcheck.reporting.possible import SHOWN as POSSIBLE_SHOWN
from factcheck.reporting.possible import PossibleView
from factcheck.reporting.quotes import Quote
from factcheck.reporting.shared_text import CopyView, SharedTextView
from factcheck.reporting.sides import SideView
from factcheck.reporting.untrusted import markdown as safe
from factcheck.reporting.words.catalogue import Words, words_in

View = TypeVar("View")


class MarkdownReport:
    """The report as Markdown; nothing that an article says can become a link, an image, HTML or a heading."""

    name = "markdown"
    suffixes: tuple[str, ...] = (".md", ".markdown")

    def render(self, document: Report, style: Style) -> str:
        """The report as one Markdown document."""
        w = words_in(style.lang)
        return "\n".join(_page(outline(document, w), w)) + "\n"


def _page(view: Outline, w: Words) -> Iterator[str]:
    yield f"# {safe(view.headline)}"
    yield ""
    if view.brief:
        for brief in view.brief:
            yield f"- **{safe(brief.question)}**"
            yield from (f"  - {safe(words)}" for words in brief.sides)
        yield ""
    yield from (f"{safe(line)}  " for line in view.counts[:-1])
    yield from map(safe, view.counts[-1:])
    if view.not_checked:
        yield from _heading(w("section.not_checked"), None, w)
        yield from _bullets(view.not_checked)
    yield from _conflicts(view, w)
    yield from _decisions(view, w)
    for title, facts in fact_sections(view, w):
        yield from _heading(title, len(facts), w)
        yield from _facts(facts, w, verdicts=facts is view.facts)
    if view.shared_texts:
        yield from _heading(w("section.shared_text"), len(view.shared_texts), w)
        yield w("section.shared_text_how")
        yield from _shared_texts(view.shared_texts, w)
    if view.origins:
        yield from _heading(w("section.origins"), len(view.origins), w)
        yield from _origins(view.origins, w)
    if view.articles:
        yield from _heading(w("section.articles"), len(view.articles), w)
        yield from _numbered(view.articles, _article, w)
    if view.troubles:
        yield from _heading(w("section.troubles"), len(view.troubles), w)
        shown, left_out = wording.cut(view.troubles)
        for trouble in shown:
            subjects = "; ".join(trouble.subjects)
            if trouble.left_out:
                subjects = w("list.and_more", trouble.left_out, shown=subjects)
            told = w("trouble.subjects", what=safe(trouble.what), subjects=safe(subjects))
            yield f"- {'**!** ' if trouble.lost else ''}{told}"
        yield from _left_out(left_out, w)
    yield from _heading(w("section.method"), None, w)
    yield from (f"- **{label}:** {safe(text)}" for label, text in view.method)


def _decisions(view: Outline, w: Words) -> Iterator[str]:
    if not view.decisions:
        return
    yield from _heading(w("decision.section"), len(view.decisions), w)
    shown, left_out = wording.cut(view.decisions)
    for each in shown:
        yield f"- {'**!**' if each.lost else '✎'} {safe(each.text)}"
        yield from (f"  - {safe(note)}" for note in each.notes)
    yield from _left_out(left_out, w)


def _conflicts(view: Outline, w: Words) -> Iterator[str]:
    yield from _heading(w("section.disputes"), len(view.disputes), w)
    if not view.disputes:
        yield safe(view.no_disputes)
    yield from _disputes(view.disputes, w, explained=False)
    if view.explained:
        yield from _heading(w("section.explained"), len(view.explained), w)
        yield from _disputes(view.explained, w, explained=True)
    if view.possible:
        yield from _heading(w("section.possible"), sum(entry.pairs for entry in view.possible), w)
        entries, left_out = wording.cut(view.possible, POSSIBLE_SHOWN)
        yield from _numbered(entries, _possible, w)
        if left_out:
            yield from _left_out(sum(entry.pairs for entry in view.possible[len(entries) :]), w)


# -- disputes ------------------------------------------------------------------------------------


def _disputes(disputes: Sequence[DisputeView], w: Words, *, explained: bool) -> Iterator[str]:
    shown, left_out = wording.cut(disputes)
    for index, dispute in enumerate(shown):
        yield from [""] if index else []
        yield f"### {dispute.number}. {safe(dispute.title)}"
        yield ""
        yield safe(dispute.weight)
        for line in dispute.decided:
            yield ""
            yield f"✎ {safe(line)}"
        for point in dispute.points:
            yield from _point(point, w, explained=explained)
    yield from _left_out(left_out, w)


def _point(point: PointView, w: Words, *, explained: bool) -> Iterator[str]:
    yield ""
    yield f"**{point.label.capitalize()}**" + (f" — {safe(point.question)}" if point.question else "")
    if explained:
        yield ""
        yield f"({safe(point.nature)})"
    yield ""
    sides, left_out = wording.cut(point.sides, wording.SIDES_SHOWN)
    yield "| | " + " | ".join(f"{side.letter} · {side.weight}" for side in sides) + " |"
    yield "| --- |" + " --- |" * len(sides)
    for label, cells in (
        ("side.claim", [_claim(side) for side in sides]),
        ("side.in", [safe(w.names(side.publishers)) for side in sides]),
        ("side.how", [safe(side.stance) for side in sides]),
        ("side.from", [safe(w.names([origin.name for origin in side.origins])) for side in sides]),
        ("side.words", [_side_quote(side, w) for side in sides]),
    ):
        if any(cells):
            yield f"| {w(label)} | " + " | ".join(cells) + " |"
    yield from _left_out(left_out, w)
    for line in (point.both, point.why):
        yield from ["", safe(line)] if line else []


def _claim(side: SideView) -> str:
    return _marked(side.claim) + (f" ({safe(side.also)})" if side.also else "")


def _side_quote(side: SideView, w: Words) -> str:
    if side.quote is None:
        return ""
    return _quoted(side.quote) + (w("side.further", side.further) if side.further else "")


def _quoted(quote: Quote) -> str:
    return f"“{_marked(quote.words)}” — {safe(quote.source)}"


def _marked(words: Marked) -> str:
    """NOTE: the marks touch words on both sides, else CommonMark would show the asterisks."""
    return "".join(f"**{safe(part).strip()}**" if marked else _inner(part) for part, marked in words.parts)


def _inner(part: str) -> str:
    """A part between marks keeps the blanks at its ends."""
    return (" " if part[:1].isspace() else "") + safe(part.strip()) + (" " if part[-1:].isspace() else "")


def _possible(view: PossibleView, w: Words) -> Iterator[str]:
    yield f"{safe(view.claim.text)} — {safe(view.claim.source)}"
    for index, other in enumerate(view.against):
        heading = w("possible.and") if index else view.heading
        yield w("possible.statement", heading=heading, text=safe(other.text)) + f" — {safe(other.source)}"
    yield from (w("possible.why", note=safe(note)) for note in view.notes)
    if view.further_reasons:
        yield w("possible.more_reasons", view.further_reasons)
    if view.same_reason:
        yield w("possible.same_reason", view.same_reason)


# -- shared text -----------------------------------------------------------------------------------


def _shared_texts(views: Sequence[SharedTextView], w: Words) -> Iterator[str]:
    shown, left_out = wording.cut(views)
    for number, view in enumerate(shown, 1):
        yield ""
        yield f"**{number}. {safe(view.name)}** — {safe(view.about)}"
        yield ""
        heads = ("copy.carried_by", "copy.in_common", "copy.has", "copy.has_copy")
        yield "| " + " | ".join(w(head, name=safe(view.name)) for head in heads) + " |"
        yield "| --- | --- | --- | --- |"
        for copy in view.copies:
            yield from _copy(copy, w)
        if view.left_out:
            yield ""
            yield w("cut.copies", view.left_out)
    yield from _left_out(left_out, w)


def _copy(copy: CopyView, w: Words) -> Iterator[str]:
    """A row for each change; the name and the share stand in the first."""
    head = f"{safe(copy.name)} — {safe(copy.about)} | {copy.share}" + (f", {copy.remark}" if copy.remark else "")
    if not copy.changes:
        yield f"| {head} | | |"
    for change in copy.changes:
        yield f"| {head} | {_marked(change.original)} | {_marked(change.copy)} |"
        head = "|"
    if copy.left_out:
        yield f"| | | {w('cut.changes', copy.left_out)} | |"


# -- facts, origins, articles --------------------------------------------------------------------


def _facts(facts: Sequence[FactView], w: Words, *, verdicts: bool) -> Iterator[str]:
    shown, left_out = wording.cut(facts)
    yield (f"| {w('fact.verdict')} " if verdicts else "") + f"| {w('fact.fact')} | {w('fact.behind')} |"
    yield ("| --- " if verdicts else "") + "| --- | --- |"
    for fact in shown:
        sign = wording.SIGNS[fact.verdict]
        head = f"| {sign} {fact.standing} " if verdicts else ""
        how = safe(w("fact.said", how=fact.how)) if fact.how else ""
        quote = f" {_quoted(fact.quote)}" if fact.quote else ""
        signed = "".join(f" ✎ {safe(line)}" for line in fact.decided)
        yield f"{head}| {how}{safe(fact.text)}{quote}{signed} | {safe(fact.behind)} |"
    yield from _left_out(left_out, w)


def _origins(origins: Sequence[Origin], w: Words) -> Iterator[str]:
    shown, left_out = wording.cut(origins)
    heads = ("origin.origin", "origin.claims", "origin.repeated_by", "origin.because")
    yield "| " + " | ".join(w(head) for head in heads) + " |"
    yield "| --- | --- | --- | --- |"
    for origin in shown:
        repeaters = w.names([name for name in origin.publishers if name != origin.name], 12)
        named, claims = f"{safe(origin.name)} ({w(f'basis.{origin.basis}')})", w.number(len(origin.claims))
        yield f"| {named} | {claims} | {safe(repeaters)} | {safe(origin.reason)} |"
    yield from _left_out(left_out, w)


def _article(view: ArticleView, w: Words) -> Iterator[str]:
    yield f"**{safe(view.name)}** — {safe(view.about)}"
    yield safe(view.counts)
    yield from (safe(line) for line in (view.headline, view.aside) if line)
    ungrounded, left_out = wording.cut(view.ungrounded)
    yield from map(safe, ungrounded)
    yield from [w("cut.more", left_out)] if left_out else []
    if view.verdicts:
        told = [f"{wording.SIGNS[verdict]} {w(f'verdicts.{verdict}', number)}" for verdict, number in view.verdicts]
        yield w("article.facts", verdicts=", ".join(told))
    yield from (w("article.note", note=safe(note)) for note in view.notes)


# -- small pieces --------------------------------------------------------------------------------


def _heading(title: str, number: int | None, w: Words) -> Iterator[str]:
    yield ""
    yield f"## {title if number is None else w('section.titled', title=title, number=number)}"
    yield ""


def _bullets(lines: Sequence[str]) -> Iterator[str]:
    yield from (f"- {safe(line)}" for line in lines)


def _left_out(number: int, w: Words) -> Iterator[str]:
    if number:
        yield ""
        yield w("cut.more", number)


def _numbered(views: Sequence[View], lines: Callable[[View, Words], Iterator[str]], w: Words) -> Iterator[str]:
    """A numbered list whose entries have several lines; two blanks at a line's end keep the lines apart."""
    shown, left_out = wording.cut(views)
    for index, view in enumerate(shown, 1):
        yield f"{index}. " + "  \n   ".join(lines(view, w))
    yield from _left_out(left_out, w)
