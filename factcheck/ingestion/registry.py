"""File name suffix -> format; a new format is one file and one line here."""

from __future__ import annotations

from pathlib import PurePath

from factcheck.ingestion.base import Format
from factcheck.ingestion.docx import Docx
from factcheck.ingestion.feeds import Feed
from factcheck.ingestion.html import Page
from factcheck.ingestion.json_records import JsonFile, JsonLines
from factcheck.ingestion.pdf import Pdf
from factcheck.ingestion.plain import Markdown, PlainText
from factcheck.ingestion.tables import Table
from factcheck.ingestion.warc import WebArchive

FORMATS: dict[str, Format] = {
    ".txt": PlainText(),
    ".text": PlainText(),
    ".md": Markdown(),
    ".markdown": Markdown(),
    ".html": Page(),
    ".htm": Page(),
    ".xhtml": Page(),
    ".json": JsonFile(),
    ".jsonl": JsonLines(),
    ".ndjson": JsonLines(),
    ".csv": Table(),
    ".tsv": Table(),
    ".pdf": Pdf(),
    ".docx": Docx(),
    ".rss": Feed(),
    ".atom": Feed(),
    ".xml": Feed(),
    ".warc": WebArchive(),
    ".warc.gz": WebArchive(),
}


def suffix_of(path: PurePath) -> str | None:
    """The key of the format that reads files of this name, or None."""
    name = path.name.lower()
    return next((name[at:] for at, c in enumerate(name) if c == "." and at > 0 and name[at:] in FORMATS), None)


SIGNATURES: tuple[tuple[bytes, str, tuple[str, ...]], ...] = (
    (b"%PDF-", "a PDF", (".pdf",)),
    (b"PK\x03\x04", "a zip file or Office document", (".docx",)),
    (b"{\\rtf", "an RTF document", ()),
    (b"\xd0\xcf\x11\xe0", "an old Office document", ()),
    (b"\x1f\x8b", "a gzip file", (".warc.gz",)),
    (b"<!doctype html", "a web page", (".html", ".htm", ".xhtml", ".md", ".markdown")),
    (b"<html", "a web page", (".html", ".htm", ".xhtml", ".md", ".markdown")),
    (b"\x89PNG", "a picture", ()),
    (b"\xff\xd8\xff", "a picture", ()),
    (b"GIF8", "a picture", ()),
)
"""First bytes (letters in lower case), what they betray, and the suffixes under which that is right."""


def mismatch(suffix: str, data: bytes) -> str | None:
    """Why a file is not what its suffix says, with the remedy; None when nothing speaks against it."""
    head = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    for signature, kind, right in SIGNATURES:
        if (head.startswith(signature) or head.lower().startswith(signature)) and suffix not in right:
            remedy = f"rename it to {right[0]}" if right else "save it as text, PDF or DOCX"
            return f"named {suffix} but is {kind}; {remedy}"
    return None
