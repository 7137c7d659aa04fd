"""OpenDocument texts, as LibreOffice saves them: the words of `content.xml`, tracked deletions left out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from factcheck.ingestion.base import BadRecord, RawDocument, Refused, Source
from factcheck.ingestion.docx import part
from factcheck.ingestion.xml import parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
DC = "{http://purl.org/dc/elements/1.1/}"
LEFT_OUT = frozenset((f"{TEXT}tracked-changes", f"{TEXT}note", f"{TEXT}hidden-text", f"{TEXT}hidden-paragraph"))
INSTEAD = {f"{TEXT}s": " ", f"{TEXT}tab": " ", f"{TEXT}line-break": "\n"}


class OpenDocument:
    """`.odt`."""

    isolated = True

    def documents(self, source: Source) -> Iterator[RawDocument | BadRecord]:
        """One document. Raises Refused when the file is not a text document or unpacks to too much."""
        try:
            with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
                content, meta = part(archive, "content.xml"), part(archive, "meta.xml")
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
            raise Refused("not a sound OpenDocument text; save it again as ODT, DOCX or text") from None
        if content is None:
            raise Refused("a zip file, but not an OpenDocument text; unpack it and name the files in it")
        tree = parse_xml(content)
        head = parse_xml(meta) if meta else None
        lines = [
            words
            for paragraph in tree.iter(f"{TEXT}p", f"{TEXT}h")
            if not any(above.tag in LEFT_OUT for above in paragraph.iterancestors())
            and (words := "".join(_words(paragraph)).strip())
        ]
        yield RawDocument(
            text="\n\n".join(lines),
            title=(head.findtext(f".//{DC}title") if head is not None else None) or None,
            title_in_text=True,
            author=(head.findtext(f".//{DC}creator") if head is not None else None) or None,
        )


def _words(element: _Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag in INSTEAD:
            yield INSTEAD[str(child.tag)]
        elif child.tag not in LEFT_OUT and child.tag not in (f"{TEXT}p", f"{TEXT}h"):
            yield from _words(child)
        yield child.tail or ""
