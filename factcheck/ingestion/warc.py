"""Web archives (`warc` extra): every HTML answer in them, by warcio."""

from __future__ import annotations

import io
from collections.abc import Iterator

import regex

from factcheck.ingestion.base import BadRecord, RawDocument, Refused, Source
from factcheck.ingestion.decoding import decode
from factcheck.ingestion.html import CHARSET, HEAD_BYTES, extract

CHARSET_PARAMETER = regex.compile(r"charset=\"?([\w:.-]{2,30})", regex.I)
PAGE_BYTES = 20_000_000


class WebArchive:
    """`.warc`, `.warc.gz`."""

    isolated = True

    def documents(self, source: Source) -> Iterator[RawDocument | BadRecord]:
        """One document per page that holds an article; the others are bad records with their address."""
        try:
            from warcio.archiveiterator import ArchiveIterator
            from warcio.exceptions import ArchiveLoadFailed
        except ImportError:
            raise Refused("web archives need warcio: pip install 'warcio>=1.7,<2' (the extra [warc])") from None
        number = 0
        try:
            for record in ArchiveIterator(io.BytesIO(source.data)):
                if record.rec_type != "response" or "html" not in (_header(record, "Content-Type") or ""):
                    continue
                number += 1
                yield _page(record, str(number))
        except ArchiveLoadFailed as error:
            raise Refused(f"not a sound web archive from page {number + 1} on ({str(error)[:80]})") from None
        if number == 0:
            raise Refused("a web archive without a page in it; export the pages as HTML")


def _page(record: object, number: str) -> RawDocument | BadRecord:
    data = record.content_stream().read(PAGE_BYTES + 1)  # type: ignore[attr-defined]
    url = record.rec_headers.get_header("WARC-Target-URI")  # type: ignore[attr-defined]
    if len(data) > PAGE_BYTES:
        return BadRecord(record=number, reason=f"{url}: page larger than {PAGE_BYTES:,} bytes")
    declared = CHARSET_PARAMETER.search(_header(record, "Content-Type") or "")
    inside = CHARSET.search(data[:HEAD_BYTES])
    label = declared[1] if declared else inside[1].decode("ascii") if inside else None
    try:
        decoded = decode(data, label)
        return extract(decoded.text, url=url, record=number, notes=(decoded.note,) if decoded.note else ())
    except Refused as error:
        return BadRecord(record=number, reason=f"{url}: {error}")


def _header(record: object, name: str) -> str | None:
    headers = record.http_headers  # type: ignore[attr-defined]
    value: str | None = headers.get_header(name) if headers is not None else None
    return value
