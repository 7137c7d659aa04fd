"""File name suffix -> format; a new format is one file and one line here."""

from __future__ import annotations

from pathlib import PurePath

from factcheck.ingestion.base import Format
from factcheck.ingestion.docx import Docx
from factcheck.ingestion.feeds import Feed
from factcheck.ingestion.html import Page
from factcheck.ingestion.json_records import JsonFile, JsonLines
from factcheck.ingestion.mail import Mail, SavedPage
from factcheck.ingestion.opendocument import OpenDocument
from factcheck.ingestion.pdf import Pdf
from factcheck.ingestion.plain import Markdown, PlainText
from factcheck.ingestion.rtf import RichText
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
    ".rtf": RichText(),
    ".odt": OpenDocument(),
    ".eml": Mail(),
    ".mht": SavedPage(),
    ".mhtml": SavedPage(),
    ".rss": Feed(),
    ".atom": Feed(),
    ".xml": Feed(),
    ".warc": WebArchive(),
    ".warc.gz": WebArchive(),
}


def suffix_of(path: PurePath) -> str | None:
    """The key of the format that reads files of this name, or None."""
    name = path.name.lower()
    if name.startswith("~$"):
        return None
    return next((name[at:] for at, c in enumerate(name) if c == "." and at > 0 and name[at:] in FORMATS), None)


SIGNATURES: tuple[tuple[bytes, str, tuple[str, ...]], ...] = (
    (b"%PDF-", "a PDF", (".pdf",)),
    (b"PK\x03\x04", "a zip file or Office document", (".docx", ".odt")),
    (b"{\\rtf", "an RTF document", (".rtf",)),
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


OTHERS: dict[str, str] = {
    **dict.fromkeys(
        (".doc", ".dot", ".wpd", ".pages", ".wps"), "an older or foreign word processor's; save it as DOCX"
    ),
    **dict.fromkeys(
        (".jpg", ".jpeg", ".png", ".gif", ".webp", ".tif", ".tiff", ".heic", ".svg"), "a picture; save its text"
    ),
    **dict.fromkeys(
        (".mp3", ".mp4", ".m4a", ".wav", ".mov", ".avi", ".webm"), "sound or film; save a transcript as text"
    ),
    **dict.fromkeys((".zip", ".7z", ".rar", ".tar", ".gz", ".tgz"), "an archive; unpack it"),
    **dict.fromkeys((".xls", ".xlsx", ".ods", ".numbers"), "a spreadsheet; save it as CSV"),
    **dict.fromkeys((".ppt", ".pptx", ".odp", ".key"), "a presentation; save its text"),
    **dict.fromkeys(
        (".msg", ".webarchive", ".epub", ".url", ".webloc"), "not a format that can be read; save it as HTML or text"
    ),
}
"""Suffix of what newsrooms have and cannot be read -> what it is, with the remedy."""


def unread(path: PurePath) -> str:
    """Why a file that no format reads is left out, with the remedy."""
    if path.name.startswith("~$"):
        return "a word processor's mark that a document is open; close it there"
    known = OTHERS.get(path.suffix.lower())
    return known or f"not a format that can be read ({' '.join(FORMATS)}); save it as one of them"
