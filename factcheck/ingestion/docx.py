"""Word documents: the words of `word/document.xml`, read directly so that tracked and hidden text are told apart."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from factcheck.ingestion.base import BadRecord, RawDocument, Refused, Source
from factcheck.ingestion.xml import parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
DC = "{http://purl.org/dc/elements/1.1/}"
INSTEAD = {f"{W}tab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
UNPACKED = 100_000_000
"""Bytes that a part may unpack to."""
TITLE_STYLES = frozenset(("title", "titolo", "titre", "titel", "título"))


class Docx:
    """`.docx`."""

    isolated = True

    def documents(self, source: Source) -> Iterator[RawDocument | BadRecord]:
        """One document. Raises Refused when the file is not a Word document or unpacks to too much."""
        try:
            with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
                body = part(archive, "word/document.xml")
                core = part(archive, "docProps/core.xml")
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
            raise Refused("not a sound Word document; save it again as DOCX or text") from None
        if body is None:
            raise Refused("a zip file, but not a Word document; unpack it and name the files in it")
        yield _document(parse_xml(body), parse_xml(core) if core else None)


def part(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """A member of a zip file, None when it has none of that name. Raises Refused when it unpacks to too much."""
    try:
        with archive.open(name) as stream:
            data = stream.read(UNPACKED + 1)
    except KeyError:
        return None
    except zipfile.zlib.error:  # type: ignore[attr-defined]
        raise Refused("not a sound document; save it again as DOCX or text") from None
    if len(data) > UNPACKED:
        raise Refused(f"unpacks to more than {UNPACKED:,} bytes; save its text")
    return data


def _document(tree: _Element, core: _Element | None) -> RawDocument:
    paragraphs: list[str] = []
    title: str | None = None
    hidden = deleted = 0
    for paragraph in tree.iter(f"{W}p"):
        if any(True for _ in paragraph.iterancestors(FALLBACK)):
            continue
        words, unseen, struck = _words(paragraph)
        hidden += unseen
        deleted += struck
        if not words.strip():
            continue
        paragraphs.append(words)
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        if title is None and style is not None and style.get(f"{W}val", "").lower() in TITLE_STYLES:
            title = words.strip()
    notes = []
    if hidden:
        notes.append(f"hidden text removed: {hidden} characters")
    if deleted:
        notes.append(f"text struck out by tracked changes removed: {deleted} characters")
    language = core.findtext(f"{DC}language") if core is not None else None
    return RawDocument(
        text="\n\n".join(paragraphs),
        title=title or (core.findtext(f"{DC}title") if core is not None else None) or None,
        title_in_text=True,
        author=(core.findtext(f"{DC}creator") if core is not None else None) or None,
        language=language or None,
        notes=tuple(notes),
    )


def _words(paragraph: _Element) -> tuple[str, int, int]:
    """Words of one paragraph (not of those nested in it), and how many characters were hidden or struck out."""
    parts: list[str] = []
    hidden = deleted = 0
    for run in paragraph.iter(f"{W}r"):
        if next(run.iterancestors(f"{W}p")) is not paragraph:
            continue
        unseen = _is_unseen(run)
        for element in run:
            if element.tag == f"{W}delText":
                deleted += len(element.text or "")
            elif element.tag == f"{W}t" and unseen:
                hidden += len(element.text or "")
            elif element.tag == f"{W}t":
                parts.append(element.text or "")
            else:
                parts.append(INSTEAD.get(str(element.tag), ""))
    return "".join(parts), hidden, deleted


def _is_unseen(run: _Element) -> bool:
    """Whether a run is marked as hidden, or white with nothing behind it."""
    vanish = run.find(f"{W}rPr/{W}vanish")
    if vanish is not None and vanish.get(f"{W}val", "true") not in ("0", "false"):
        return True
    colour = run.find(f"{W}rPr/{W}color")
    if colour is None or colour.get(f"{W}val", "").lower() != "ffffff":
        return False
    properties = (f"{W}rPr", f"{W}pPr", f"{W}tcPr", f"{W}tblPr")
    grounds = (f"{held}/{W}{kind}" for held in properties for kind in ("shd", "highlight"))
    places = (run, *run.iterancestors())
    return not any(place.find(ground) is not None for ground in grounds for place in places)
