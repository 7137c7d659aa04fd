"""Markdown (CommonMark with GitHub's tables): for issues, wikis, mail and pipes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from factcheck.findings import Origin, Report
from factcheck.reporting import shared_text, wording
from factcheck.reporting.base import Style
from factcheck.reporting.facts import FactView
from factcheck.reporting.marking import Marked
from factcheck.reporting.outline import ArticleView, DisputeView, Outline, PointView, outline
from factcheck.reporting.possible import SHOWN as POSSIBLE_SHOWN
from factcheck.reporting.possible import PossibleView
from factcheck.reporting.quotes import Quote
from factcheck.reporting.shared_text import CopyView, SharedTextView
from factcheck.reporting.sides import SideView
from factcheck.reporting.untrusted import markdown as safe

View = TypeVar("View")


class MarkdownReport:
    """The report as Markdown; nothing that an article says can become a link, an image, HTML or a heading."""

    name = "markdown"
    suffixes: tuple[str, ...] = (".md", ".markdown")

    def render(self, document: Report, style: Style) -> str:  # noqa: ARG002 -- Markdown has no width
        """The report as one Markdown document."""
        return "\n".join(_page(outline(document))) + "\n"


def _page(view: Outline) -> Iterator[str]:
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
        yield from _heading("Not checked")
        yield from _bullets(view.not_checked)
    yield from _conflicts(view)
    for title, facts in (
        ("Facts", view.facts),
        (wording.SINGLE_ORIGIN, view.one_origin),
        (wording.SINGLE_REPORT, view.single),
    ):
        if facts:
            yield from _heading(title, len(facts))
            yield from _facts(facts, verdicts=facts is view.facts)
    if view.shared_texts:
        yield from _heading(shared_text.HEADING, len(view.shared_texts))
        yield shared_text.EXPLANATION
        yield from _shared_texts(view.shared_texts)
    if view.origins:
        yield from _heading("Origins: who repeats whom", len(view.origins))
        yield from _origins(view.origins)
    if view.articles:
        yield from _heading("Articles", len(view.articles))
        yield from _numbered(view.articles, _article)
    if view.troubles:
        yield from _heading("Failed and skipped", len(view.troubles))
        shown, left_out = wording.cut(view.troubles)
        for trouble in shown:
            more = f" and {trouble.left_out:,} more" if trouble.left_out else ""
            yield f"- {'**!** ' if trouble.lost else ''}{safe(trouble.what)}: {safe('; '.join(trouble.subjects))}{more}"
        yield from _left_out(left_out)
    yield from _heading("How this was made")
    yield from (f"- **{label}:** {safe(text)}" for label, text in view.method)


def _conflicts(view: Outline) -> Iterator[str]:
    yield from _heading("Disputes", len(view.disputes))
    if not view.disputes:
        yield safe(view.no_disputes)
    yield from _disputes(view.disputes, explained=False)
    if view.explained:
        yield from _heading("Differences that explain themselves", len(view.explained))
        yield from _disputes(view.explained, explained=True)
    if view.possible:
        yield from _heading("Possible conflicts, not counted", sum(entry.pairs for entry in view.possible))
        entries, left_out = wording.cut(view.possible, POSSIBLE_SHOWN)
        yield from _numbered(entries, _possible)
        if left_out:
            yield from _left_out(sum(entry.pairs for entry in view.possible[len(entries) :]))


# -- disputes ------------------------------------------------------------------------------------


def _disputes(disputes: Sequence[DisputeView], *, explained: bool) -> Iterator[str]:
    shown, left_out = wording.cut(disputes)
    for index, dispute in enumerate(shown):
        yield from [""] if index else []
        yield f"### {dispute.number}. {safe(dispute.title)}"
        yield ""
        yield safe(dispute.weight)
        for point in dispute.points:
            yield from _point(point, explained=explained)
    yield from _left_out(left_out)


def _point(point: PointView, *, explained: bool) -> Iterator[str]:
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
        ("claim", [_claim(side) for side in sides]),
        ("in", [safe(wording.names(side.publishers)) for side in sides]),
        ("how", [safe(side.stance) for side in sides]),
        ("from", [safe(wording.names([origin.name for origin in side.origins])) for side in sides]),
        ("words", [_side_quote(side) for side in sides]),
    ):
        if any(cells):
            yield f"| {label} | " + " | ".join(cells) + " |"
    yield from _left_out(left_out)
    for line in (point.both, point.why):
        yield from ["", safe(line)] if line else []


def _claim(side: SideView) -> str:
    return _marked(side.claim) + (f" ({safe(side.also)})" if side.also else "")


def _side_quote(side: SideView) -> str:
    if side.quote is None:
        return ""
    more = f"; and {wording.count(side.further, 'more claim')} on this side" if side.further else ""
    return _quoted(side.quote) + more


def _quoted(quote: Quote) -> str:
    return f"“{_marked(quote.words)}” — {safe(quote.source)}"


def _marked(words: Marked) -> str:
    """NOTE: the marks touch words on both sides, else CommonMark would show the asterisks."""
    return "".join(f"**{safe(part).strip()}**" if marked else _inner(part) for part, marked in words.parts)


def _inner(part: str) -> str:
    """A part between marks keeps the blanks at its ends."""
    return (" " if part[:1].isspace() else "") + safe(part.strip()) + (" " if part[-1:].isspace() else "")


def _possible(view: PossibleView) -> Iterator[str]:
    yield f"{safe(view.claim.text)} — {safe(view.claim.source)}"
    for index, other in enumerate(view.against):
        yield f"{'and' if index else view.heading}: {safe(other.text)} — {safe(other.source)}"
    yield from (f"why only possible: {safe(note)}" for note in view.notes)
    if view.further_reasons:
        yield f"and {wording.count(view.further_reasons, 'more reason')}"
    if view.same_reason:
        yield f"and {wording.count(view.same_reason, 'more pair')} for the same reason"


# -- shared text -----------------------------------------------------------------------------------


def _shared_texts(views: Sequence[SharedTextView]) -> Iterator[str]:
    shown, left_out = wording.cut(views)
    for number, view in enumerate(shown, 1):
        yield ""
        yield f"**{number}. {safe(view.name)}** — {safe(view.about)}"
        yield ""
        yield f"| carried by | in common | {safe(view.name)} has | the copy has |"
        yield "| --- | --- | --- | --- |"
        for copy in view.copies:
            yield from _copy(copy)
        if view.left_out:
            yield ""
            yield wording.and_more(view.left_out, "more copies")
    yield from _left_out(left_out)


def _copy(copy: CopyView) -> Iterator[str]:
    """A row for each change; the name and the share stand in the first."""
    head = f"{safe(copy.name)} — {safe(copy.about)} | {copy.share}" + (f", {copy.remark}" if copy.remark else "")
    if not copy.changes:
        yield f"| {head} | | |"
    for change in copy.changes:
        yield f"| {head} | {_marked(change.original)} | {_marked(change.copy)} |"
        head = "|"
    if copy.left_out:
        yield f"| | | {wording.and_more(copy.left_out, 'more changes')} | |"


# -- facts, origins, articles --------------------------------------------------------------------


def _facts(facts: Sequence[FactView], *, verdicts: bool) -> Iterator[str]:
    shown, left_out = wording.cut(facts)
    yield ("| verdict " if verdicts else "") + "| fact | who stands behind it |"
    yield ("| --- " if verdicts else "") + "| --- | --- |"
    for fact in shown:
        sign, _ = wording.VERDICTS[fact.verdict]
        head = f"| {sign} {fact.standing} " if verdicts else ""
        how = safe(f"{fact.how}: ") if fact.how else ""
        quote = f" {_quoted(fact.quote)}" if fact.quote else ""
        yield f"{head}| {how}{safe(fact.text)}{quote} | {safe(fact.behind)} |"
    yield from _left_out(left_out)


def _origins(origins: Sequence[Origin]) -> Iterator[str]:
    shown, left_out = wording.cut(origins)
    yield "| origin | claims | repeated by | counted as one because |"
    yield "| --- | --- | --- | --- |"
    for origin in shown:
        repeaters = wording.names([name for name in origin.publishers if name != origin.name], 12)
        basis = wording.BASES[origin.basis]
        yield f"| {safe(origin.name)} ({basis}) | {len(origin.claims):,} | {safe(repeaters)} | {safe(origin.reason)} |"
    yield from _left_out(left_out)


def _article(view: ArticleView) -> Iterator[str]:
    yield f"**{safe(view.name)}** — {safe(view.about)}"
    yield safe(view.counts)
    yield from (safe(line) for line in (view.headline, view.aside) if line)
    ungrounded, left_out = wording.cut(view.ungrounded)
    yield from map(safe, ungrounded)
    yield from [wording.and_more(left_out)] if left_out else []
    if view.verdicts:
        signs = [(*wording.VERDICTS[verdict], number) for verdict, number in view.verdicts]
        yield "its facts: " + ", ".join(f"{sign} {number:,} {word}" for sign, word, number in signs)
    yield from (f"note: {safe(note)}" for note in view.notes)


# -- small pieces --------------------------------------------------------------------------------


def _heading(title: str, number: int | None = None) -> Iterator[str]:
    yield ""
    yield f"## {title}" if number is None else f"## {title} ({number:,})"
    yield ""


def _bullets(lines: Sequence[str]) -> Iterator[str]:
    yield from (f"- {safe(line)}" for line in lines)


def _left_out(number: int) -> Iterator[str]:
    if number:
        yield ""
        yield wording.and_more(number)


def _numbered(views: Sequence[View], lines: Callable[[View], Iterator[str]]) -> Iterator[str]:
    """A numbered list whose entries have several lines; two blanks at a line's end keep the lines apart."""
    shown, left_out = wording.cut(views)
    for index, view in enumerate(shown, 1):
        yield f"{index}. " + "  \n   ".join(lines(view))
    yield from _left_out(left_out)
