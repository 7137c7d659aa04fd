"""HTML: one self-contained page, or a front with a folder of pages when one would be too large to open quickly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from weakref import proxy

from factcheck.findings import Report
from factcheck.reporting.base import Style
from factcheck.reporting.html import environment as env
from factcheck.reporting.html.sheets import Book, Sheet, book
from factcheck.reporting.words.catalogue import Words, words_in

PAGE_LIMIT = 5_000_000
"""Bytes of one page, above which the report becomes a folder of pages."""
CODES: Mapping[str | None, str] = {
    "corroborated": "vc",
    "disputed": "vd",
    "superseded": "vs",
    "single_origin": "vo",
    "single_report": "vr",
    None: "vn",
}
"""Classes of the verdicts; short, because they stand at every claim."""
SCRIPT_WORDS = (
    "page.accept",
    "page.copied",
    "page.copy",
    "page.export",
    "page.forget",
    "page.found",
    "page.kept",
    "page.marks",
    "page.not_kept",
    "page.note",
    "page.nothing_found",
    "page.permalink",
    "page.reject",
    "page.relabel",
    "page.reviewer",
    "label.contradicts",
    "label.supports",
    "label.unrelated",
)
"""Words of the catalogue that only the script shows."""


class HtmlReport:
    """The report as HTML: no network, no markup of an article or a model, readable without its script."""

    name = "html"
    suffixes: tuple[str, ...] = (".html",)

    def render(self, document: Report, style: Style) -> str:
        """The whole report as one page, whatever its size."""
        words = words_in(style.lang)
        bound = book(document, words, "", paged=False)
        return "".join(_page(bound, bound.sheets[0], words, document.run.version))

    def pages(self, document: Report, style: Style, stem: str) -> Mapping[str, str]:
        """File name -> page; the front is named by the empty name, and alone when it stays within `PAGE_LIMIT`.

        `stem` is the file name of the front without its suffix; the others belong into a folder of that name.
        """
        if _least(document) <= PAGE_LIMIT:
            whole = self.render(document, style)
            if len(whole.encode()) <= PAGE_LIMIT:
                return {"": whole}
        return self.parted(document, style, stem)

    def parted(self, document: Report, style: Style, stem: str) -> Mapping[str, str]:
        """As `pages`, in several pages whatever the size."""
        words = words_in(style.lang)
        bound = book(document, words, stem, paged=True)
        version = document.run.version
        return {
            f"{sheet.name}.html" if sheet.name else "": "".join(_page(bound, sheet, words, version))
            for sheet in bound.sheets
        }


def _least(report: Report) -> int:
    """Characters that a page holds at the very least, so that one which cannot fit is not made first."""
    claims = sum(len(claim.text) for extraction in report.extractions for claim in extraction.claims)
    return claims * 2 + sum(len(article.text) for article in report.articles)


def _page(bound: Book, sheet: Sheet, words: Words, version: str) -> Iterator[str]:
    template = env.environment().get_template("page.html.jinja")
    data = {
        "id": bound.fingerprint,
        "publishers": bound.lookup.publishers,
        "words": {key.partition(".")[2]: words.texts[key] for key in SCRIPT_WORDS},
    }
    # Macros are in circles with what their template was given, and would keep a story long after its page is written.
    yield from template.generate(
        w=words,
        view=proxy(bound.view),
        sheet=proxy(sheet),
        here=sheet.name,
        places=proxy(bound.places),
        lang=env.language_attribute,
        codes=CODES,
        policy=env.policy(),
        style=env.own_file("report.css"),
        script=env.own_file("report.js"),
        data=env.data_block(data),
        version=version,
    )
