"""The findings by title, a line each, so that one page can be searched for what stands on many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from factcheck.findings import Verdict
from factcheck.reporting.html.articles import ArticlePage
from factcheck.reporting.html.disputes import DisputePage
from factcheck.reporting.html.facts import FactPage

LISTED = 20_000
"""Lines of a register; at some 250 bytes a line it stays within the size of one page."""


@dataclass(frozen=True)
class Find:
    """One finding with what filters ask of it."""

    target: str
    """Anchor of the finding, wherever it stands."""
    text: str
    lang: str
    publishers: str
    types: str
    languages: str
    verdict: Verdict | None = None
    weight: str = ""
    """Of a dispute, how much there is to it; of an article, where it is from."""
    labels: str = ""
    kinds: str = ""
    natures: str = ""


@dataclass(frozen=True)
class Chapter:
    """The lines of one section of the report."""

    name: str
    key: str
    """Of the section's title in the catalogue."""
    finds: tuple[Find, ...]
    left_out: int = 0


def dispute_finds(disputes: tuple[DisputePage, ...]) -> tuple[Find, ...]:
    """The disputes by their questions."""
    return tuple(
        Find(
            d.anchor, d.view.title, d.lang, d.publishers, d.types, d.languages,
            weight=d.view.weight, labels="contradicts", kinds=d.kinds, natures=d.natures,
        )
        for d in disputes
    )  # fmt: skip


def fact_finds(facts: tuple[FactPage, ...]) -> tuple[Find, ...]:
    """The facts by the words that stand for all who state them."""
    return tuple(
        Find(f.anchor, f.view.text, f.lang, f.publishers, f.types, f.languages, verdict=f.view.verdict) for f in facts
    )


def article_finds(articles: tuple[ArticlePage, ...]) -> tuple[Find, ...]:
    """The articles by their titles."""
    return tuple(
        Find(a.anchor, a.view.name, a.lang, a.publishers, a.types, a.lang, weight=a.view.about, labels=a.labels)
        for a in articles
    )


def bounded(chapters: Iterator[Chapter] | tuple[Chapter, ...], limit: int = LISTED) -> tuple[Chapter, ...]:
    """The chapters that have lines, with `limit` lines in all; what a chapter loses is counted in it."""
    kept, room = [], limit
    for chapter in chapters:
        shown = chapter.finds[:room]
        room -= len(shown)
        if chapter.finds:
            kept.append(Chapter(chapter.name, chapter.key, shown, len(chapter.finds) - len(shown)))
    return tuple(kept)
