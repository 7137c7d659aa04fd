"""The articles with their claims marked, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table

from factcheck.findings import ExtractionReport
from factcheck.reporting import annotation
from factcheck.reporting.base import Style
from factcheck.reporting.terminal import RED, TEAL, printed
from factcheck.reporting.terminal import words as _text
from factcheck.reporting.words.catalogue import Words, words_in


class AnnotatedText:
    """Plain text; colour only repeats what signs and words say."""

    name = "text"
    suffixes: tuple[str, ...] = (".txt",)

    def render(self, document: ExtractionReport, style: Style) -> str:
        """All sentences and claims within `style.width` columns; with `style.color`, ANSI colours."""
        return printed(_page(document, words_in(style.lang)), style)


def _page(report: ExtractionReport, w: Words) -> Iterator[RenderableType]:
    yield _text(annotation.title(report, w), "bold")
    if report.extractions:
        yield _text(w("claims.legend"), "dim")
    for article in annotation.annotate(report, w):
        yield _text("")
        yield _text(article.title, "bold underline")
        yield _text(article.about, "dim")
        if article.failure is not None:
            yield _text(article.failure, RED)
        else:
            yield _text(article.counts)
            yield _sentences(article.sentences, w)
            yield from _claims(article, w)
        for note in article.notes:
            yield _text("")
            yield _text(w("claims.note", note=note), "dim")
    refused = annotation.refused(report, w)
    if refused:
        yield _text("")
        yield _text(w("section.not_read"), "bold")
        yield from (_text(f"- {line}") for line in refused)


def _sentences(sentences: tuple[annotation.MarkedSentence, ...], w: Words) -> RenderableType:
    """Numbers in a margin, a blank line between paragraphs."""
    grid = _numbered()
    for sentence in sentences:
        if sentence.opens_paragraph:
            grid.add_row()
        look = "bold" if sentence.headline else "dim" if sentence.fate == "of_another_story" else ""
        line = _text(w("claims.headline", text=sentence.text) if sentence.headline else sentence.text, look)
        if sentence.fate is not None:
            line.append(" — " + w(f"claims.{sentence.fate}"), "dim italic")
        else:
            line.append(" →", "dim")
            for number, mark in enumerate(sentence.marks):
                line.append(", " if number else " ", "dim")
                line.append(mark, f"bold {RED if mark.endswith('!') else TEAL}")
        grid.add_row(_text(str(sentence.number), "dim"), line)
    return grid


def _claims(article: annotation.MarkedArticle, w: Words) -> Iterator[RenderableType]:
    yield _text("")
    yield _text(w("section.claims" if article.claims else "claims.none"), "bold")
    grid = _numbered()
    for claim in article.claims:
        grid.add_row(_text(str(claim.number), f"bold {TEAL}"), _text(claim.text))
        grid.add_row(None, _text(claim.about, "dim"))
        if claim.flag is not None:
            grid.add_row(None, _text(f"! {claim.flag}", RED))
    yield grid
    if article.headline_only:
        yield _text("")
        yield _text(w("claims.headline_only"), "bold")
        listed = _numbered()
        for claim in article.headline_only:
            listed.add_row(_text(str(claim.number), f"bold {TEAL}"), _text(claim.text))
        yield listed


def _numbered() -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(justify="right", no_wrap=True, min_width=3)
    grid.add_column(overflow="fold")
    return grid
