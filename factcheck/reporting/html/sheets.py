"""What stands on which page: everything on one, or a front and numbered pages behind it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from factcheck.findings import Origin, Report
from factcheck.models import ConflictNature
from factcheck.reporting import wording
from factcheck.reporting.html.addresses import Places
from factcheck.reporting.html.articles import ArticlePage, article_pages
from factcheck.reporting.html.disputes import DisputePage, dispute_pages
from factcheck.reporting.html.facts import FactPage, fact_pages
from factcheck.reporting.html.graph import Graph, graph
from factcheck.reporting.html.lookup import Lookup, look_up
from factcheck.reporting.html.matrix import Matrix, matrix
from factcheck.reporting.html.pairs import Pairs, pairs
from factcheck.reporting.html.register import Chapter, article_finds, bounded, dispute_finds, fact_finds
from factcheck.reporting.html.timeline import Timeline, timelines
from factcheck.reporting.outline import Outline, outline
from factcheck.reporting.possible import PossibleView
from factcheck.reporting.sentences import told_in
from factcheck.reporting.shared_text import SharedTextView
from factcheck.reporting.words.catalogue import Words

Item = TypeVar("Item")

NATURES: Mapping[ConflictNature, str] = {
    "direct": "page.nature_direct",
    "update": "page.nature_update",
    "scope": "page.nature_scope",
    "precision": "page.nature_precision",
}
"""The short words of the filter; a dispute tells the long ones."""
OPEN_ARTICLES = 6
"""Articles up to which all are open; of more, each opens on demand."""
ROOMY = 25
"""Articles up to which a page repeats things where they are of use; of more, they would be a quarter of its bytes."""
LAID_OUT = 300
"""Findings up to which a page is laid out whole; of more, only what is near the screen."""
QUOTED, QUOTED_DENSE = 2, 1
"""Claims of a side that are quoted; each further one is a line."""
ORIGINS = 150
POSSIBLE = 60
SEARCH = "search"
"""Name of the page that lists all findings of a report in several pages."""
DISPUTES_A_PAGE, FACTS_A_PAGE, ARTICLES_A_PAGE = 100, 500, 50


@dataclass(frozen=True)
class Entry:
    """A line of the contents."""

    href: str
    title: str
    number: int | None = None


@dataclass(frozen=True)
class Sheet:
    """One page."""

    name: str
    """Empty for the front."""
    title: str
    contents: tuple[Entry, ...] = ()
    parts: tuple[Entry, ...] = ()
    """On the front, the other pages; empty when there is one."""
    before: Entry | None = None
    after: Entry | None = None
    """The neighbours of a page behind the front."""
    search: str = ""
    """Address of the page that lists all findings; empty when there is one page, or on that page."""
    all_disputes: str = ""
    filters: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = ()
    """Name, title and options (value and words) of each."""
    register: tuple[Chapter, ...] = ()
    """Findings by title: on the front of several pages the disputes, on the page for searching all."""
    disputes: tuple[DisputePage, ...] = ()
    explained: tuple[DisputePage, ...] = ()
    timelines: tuple[Timeline, ...] = ()
    possible: tuple[PossibleView, ...] = ()
    possible_pairs: int = 0
    possible_cut: int = 0
    matrix: Matrix | None = None
    facts: tuple[FactPage, ...] = ()
    one_origin: tuple[FactPage, ...] = ()
    single: tuple[FactPage, ...] = ()
    shared_texts: tuple[SharedTextView, ...] = ()
    origins: tuple[Origin, ...] = ()
    origins_cut: int = 0
    graph: Graph | None = None
    articles: tuple[ArticlePage, ...] = ()
    open_articles: int = OPEN_ARTICLES
    dense: bool = False
    """Whether what stands elsewhere on the page is not repeated: facts in the notes of claims, second quotes."""
    pairs: Pairs | None = None

    @property
    def front(self) -> bool:
        """Whether this is the page that people open first."""
        return not self.name

    @property
    def long(self) -> bool:
        """Whether the browser is to lay out only what is near the screen, for the page opens in half the time."""
        findings = map(len, (self.disputes, self.explained, self.facts, self.one_origin, self.single))
        return self.dense or not self.front or bool(self.parts) or sum(findings) > LAID_OUT


@dataclass(frozen=True)
class Book:
    """All pages of a report, with what they share."""

    fingerprint: str
    """Of the findings; marks that a reader makes are kept under it."""
    view: Outline
    lookup: Lookup
    sheets: tuple[Sheet, ...]
    places: Places


def book(report: Report, words: Words, stem: str, *, paged: bool) -> Book:
    """The report as pages; `stem` is the file name of the front without its suffix."""
    report = told_in(report, words)
    view, lookup = outline(report, words), look_up(report)
    whole = _whole(report, view, lookup, words, paged=paged)
    sheets = tuple(_paged(whole, words)) if paged else (whole,)
    places = Places(stem, {name: sheet.name for sheet in sheets[1:] for name in _anchors(sheet)})
    if paged:
        sheets = tuple(_bound(sheets, whole, places))
    named = tuple(replace(sheet, contents=tuple(_contents(sheet, view, words))) for sheet in sheets)
    return Book(_fingerprint(report), view, lookup, named, places)


def _whole(report: Report, view: Outline, lookup: Lookup, words: Words, *, paged: bool) -> Sheet:
    """One page with everything."""
    dense = len(report.articles) > ROOMY and not paged
    quoted = QUOTED_DENSE if dense else QUOTED
    disputes = dispute_pages(view.disputes, lookup, "dispute", quoted, words)
    explained = dispute_pages(view.explained, lookup, "explained", quoted, words)
    numbers = {dispute.view.number: dispute.anchor for dispute in disputes}
    origins, origins_cut = wording.cut(view.origins, ORIGINS)
    possible, _ = wording.cut(view.possible, POSSIBLE)
    return Sheet(
        name="",
        title=view.headline,
        all_disputes="#disputes",
        filters=tuple(_filters(lookup, words)),
        disputes=disputes,
        explained=explained,
        timelines=timelines(explained, lookup),
        possible=tuple(possible),
        possible_pairs=sum(entry.pairs for entry in view.possible),
        possible_cut=sum(entry.pairs for entry in view.possible[len(possible) :]),
        matrix=matrix(report),
        facts=fact_pages(view.facts, numbers, lookup),
        one_origin=fact_pages(view.one_origin, numbers, lookup),
        single=fact_pages(view.single, numbers, lookup),
        shared_texts=view.shared_texts,
        origins=tuple(origins),
        origins_cut=origins_cut,
        graph=graph(view.origins),
        articles=article_pages(report, view.articles, lookup),
        pairs=pairs(report, lookup),
        dense=dense,
    )


def _paged(whole: Sheet, words: Words) -> Iterator[Sheet]:
    """The front without what is long, then the long sections in pages."""
    empty: dict[str, tuple[()]] = dict.fromkeys(
        ("disputes", "explained", "facts", "one_origin", "single", "articles"), ()
    )
    yield replace(whole, **empty, pairs=None)  # type: ignore[arg-type]  # names of fields, all tuples
    for field, title, size in (
        ("disputes", words("section.disputes"), DISPUTES_A_PAGE),
        ("explained", words("section.explained"), DISPUTES_A_PAGE),
        ("facts", words("section.facts"), FACTS_A_PAGE),
        ("one_origin", words("section.single_origin"), FACTS_A_PAGE),
        ("single", words("section.single_report"), FACTS_A_PAGE),
        ("articles", words("section.articles"), ARTICLES_A_PAGE),
    ):
        groups = _chunks(getattr(whole, field), size)
        for number, group in enumerate(groups, 1):
            name = f"{field.replace('_', '-')}-{number}"
            first = (number - 1) * size + 1
            shown = (
                f"{title} {words.number(first)}–{words.number(first + len(group) - 1)}" if len(groups) > 1 else title
            )
            yield Sheet(name, shown, filters=whole.filters, **{field: group})  # type: ignore[arg-type]  # as above
    if whole.pairs and whole.pairs.rows:
        yield Sheet("pairs", words("page.pairs"), filters=whole.filters, pairs=whole.pairs)
    yield Sheet(SEARCH, words("page.register"), filters=whole.filters, register=_register(whole))


def _register(whole: Sheet) -> tuple[Chapter, ...]:
    return bounded(
        (
            Chapter("disputes", "section.disputes", dispute_finds(whole.disputes)),
            Chapter("explained", "section.explained", dispute_finds(whole.explained)),
            Chapter("facts", "section.facts", fact_finds(whole.facts)),
            Chapter("one-origin", "section.single_origin", fact_finds(whole.one_origin)),
            Chapter("articles", "section.articles", article_finds(whole.articles)),
            Chapter("single", "section.single_report", fact_finds(whole.single)),
        )
    )


def _chunks(items: Sequence[Item], size: int) -> list[tuple[Item, ...]]:
    return [tuple(items[at : at + size]) for at in range(0, len(items), size)]


def _bound(sheets: Sequence[Sheet], whole: Sheet, places: Places) -> Iterator[Sheet]:
    """The pages with the ways from each to the others."""
    front, others = sheets[0], sheets[1:]
    parts = tuple(Entry(places.page(sheet.name, ""), sheet.title) for sheet in (others[-1], *others[:-1]))
    disputes = bounded((Chapter("disputes", "section.disputes", dispute_finds(whole.disputes)),))
    yield replace(front, parts=parts, register=disputes, search=places.page(SEARCH, ""))
    for sheet, before, after in zip(others, (None, *others), (*others[1:], None), strict=False):
        yield replace(
            sheet,
            before=Entry(places.page(before.name, sheet.name), before.title) if before else None,
            after=Entry(places.page(after.name, sheet.name), after.title) if after else None,
            search=places.page(SEARCH, sheet.name),
        )


def _anchors(sheet: Sheet) -> Iterator[str]:
    for group in (sheet.disputes, sheet.explained, sheet.facts, sheet.one_origin, sheet.single, sheet.articles):
        yield from (entry.anchor for entry in group)


def _contents(sheet: Sheet, view: Outline, words: Words) -> Iterator[Entry]:
    """The sections that the page has, in its order."""
    if sheet.parts:
        yield Entry("#parts", words("page.parts"))
    for chapter in sheet.register:
        title = words(chapter.key)
        yield Entry(f"#{chapter.name}", title[:1].upper() + title[1:], len(chapter.finds) + chapter.left_out)
    sections: tuple[tuple[str, str, int | None], ...] = (
        ("disputes", "section.disputes", len(sheet.disputes)),
        ("explained", "section.explained", len(sheet.explained)),
        ("timelines", "page.timelines", len(sheet.timelines)),
        ("possible", "section.possible", sheet.possible_pairs),
        ("matrix", "page.matrix", None if sheet.matrix and sheet.matrix.rows else 0),
        ("facts", "section.facts", len(sheet.facts)),
        ("one-origin", "verdict.single_origin", len(sheet.one_origin)),
        ("single", "verdict.single_report", len(sheet.single)),
        ("shared", "page.shared", len(sheet.shared_texts)),
        ("origins", "page.origins", len(view.origins) if sheet.origins else 0),
        ("articles", "section.articles", len(sheet.articles)),
        ("troubles", "section.troubles", len(view.troubles) if sheet.front else 0),
        ("decisions", "decision.section", len(view.decisions) if sheet.front else 0),
        ("method", "section.method", None if sheet.front else 0),
        ("pairs", "page.pairs", None if sheet.pairs and sheet.pairs.rows else 0),
    )
    for name, key, number in sections:
        if number != 0:
            title = words(key)
            yield Entry(f"#{name}", title[:1].upper() + title[1:], number)


def _filters(lookup: Lookup, words: Words) -> Iterator[tuple[str, str, tuple[tuple[str, str], ...]]]:
    """What a reader can narrow the page by; only values that occur, and no filter with one value."""
    types = sorted({claim.type for claim in lookup.claims.values()})
    languages = sorted({article.language for article in lookup.articles.values() if article.language})
    fixed = (
        ("label", "page.filter_label", [(k, words(f"label.{k}")) for k in ("contradicts", "supports", "unrelated")]),
        ("verdict", "page.filter_verdict", [(k, words(f"verdict.{k}")) for k in wording.SIGNS]),
        ("kind", "page.filter_kind", [(k, words(f"kind.{k}")) for k in wording.KINDS]),
        ("nature", "page.filter_nature", [(k, words(key)) for k, key in NATURES.items()]),
        ("publisher", "page.filter_publisher", [(name, name) for name in lookup.publishers]),
        ("type", "page.filter_type", [(k, words(f"type.{k}")) for k in types]),
        ("language", "page.filter_language", [(k, words.language(k)) for k in languages]),
    )
    for name, title, options in fixed:
        if len(options) > 1:
            yield name, words(title), tuple(options)


def _fingerprint(report: Report) -> str:
    """The same for two runs that found the same."""
    ids = [
        sorted(d.id for d in report.disputes),
        sorted(f.id for f in report.facts),
        sorted(a.id for a in report.articles),
    ]
    return hashlib.sha256(json.dumps(ids).encode("utf-8", "surrogatepass")).hexdigest()[:16]
