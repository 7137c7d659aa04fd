"""PDF files with a text layer, by pypdf."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator

import regex

from factcheck.ingestion.base import BadRecord, RawDocument, Refused, Source

HYPHEN = regex.compile(r"(?<=\p{L})[-\u00ad\u2010]\n(?=\p{Ll})")
DIGITS = regex.compile(r"\d+")
FEWEST_PAGES = 3
"""Pages from which a line at the same end of most pages is a running head."""


class Pdf:
    """`.pdf`."""

    isolated = True

    def documents(self, source: Source) -> Iterator[RawDocument | BadRecord]:
        """One document. Raises Refused when the file is locked, broken or only pictures."""
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError

        try:
            reader = PdfReader(io.BytesIO(source.data), strict=False)
            if reader.is_encrypted and not reader.decrypt(""):
                raise Refused("locked with a password; save an unlocked copy")
            pages = _pages(reader, source.limits.article_characters)
        except PyPdfError as error:
            raise Refused(f"not a sound PDF ({type(error).__name__}); save it again, or its text") from None
        pages, dropped = _without_running_heads(pages)
        text, joined = HYPHEN.subn("", _join(pages))
        if not text.strip():
            raise Refused("a PDF of pictures without text; run text recognition (OCR) on it first")
        notes = [f"{dropped} running heads and page numbers removed"] if dropped else []
        if joined:
            notes.append(f"{joined} words joined over a line end")
        yield RawDocument(text=text, title_in_text=True, notes=tuple(notes))


def _pages(reader: object, limit: int) -> list[list[str]]:
    pages: list[list[str]] = []
    length = 0
    for page in reader.pages:  # type: ignore[attr-defined]
        text = page.extract_text() or ""
        length += len(text)
        if length > limit:
            raise Refused(f"more than {limit:,} characters of text; split it, one article a file")
        pages.append([line.rstrip() for line in text.splitlines()])
    return pages


def _without_running_heads(pages: list[list[str]]) -> tuple[list[list[str]], int]:
    """Drop first and last lines that recur on most pages, numbers aside."""
    if len(pages) < FEWEST_PAGES:
        return pages, 0
    dropped = 0
    for end in (0, -1):
        shapes = Counter(_shape(page[end]) for page in pages if page)
        kept = []
        for page in pages:
            if page and shapes[_shape(page[end])] > len(pages) / 2:
                dropped += 1
                page = page[1:] if end == 0 else page[:-1]  # noqa: PLW2901 - the page without that line
            kept.append(page)
        pages = kept
    return pages, dropped


def _shape(line: str) -> str:
    return DIGITS.sub("0", line.strip().lower())


def _join(pages: list[list[str]]) -> str:
    """Pages follow each other by a blank line only where a sentence has ended."""
    text = ""
    for page in pages:
        body = "\n".join(page).strip()
        if not body:
            continue
        if not text:
            text = body
        else:
            text += ("\n\n" if text[-1] in '.!?…»”")' else "\n") + body
    return text
