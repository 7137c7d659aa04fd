"""Plain text and Markdown, with metadata at the head when there is any."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from factcheck.ingestion.base import BadRecord, RawDocument, Source
from factcheck.ingestion.cleaning import clean
from factcheck.ingestion.decoding import decode
from factcheck.ingestion.head_lines import read_head

HEADING = regex.compile(r"^ {0,3}#{1,6}[ \t]+(?P<words>[^\n]*?)[ \t]*#*[ \t]*$", regex.M)
COMMENT = regex.compile(r"<!--.*?-->", regex.S)
IMAGE = regex.compile(r"!\[[^\[\]\n]{0,500}\]\([^()\n]{0,2000}\)")
LINK = regex.compile(r"\[(?P<words>[^\[\]\n]{1,500})\]\([^()\n]{0,2000}\)")


class PlainText:
    """`.txt`: the text as it stands."""

    isolated = False

    def documents(self, source: Source) -> Iterator[RawDocument | BadRecord]:
        """One document; its first line may be the title."""
        fields, body, notes = _opened(source)
        yield RawDocument.model_validate({"text": body, "title_in_text": True, "notes": notes, **fields})


class Markdown:
    """`.md`: headings, links and pictures lose their marks, comments are taken out; the words stay."""

    isolated = False

    def documents(self, source: Source) -> Iterator[RawDocument | BadRecord]:
        """One document; its first heading is the title unless the front matter names one."""
        fields, body, notes = _opened(source)
        body, comments = COMMENT.subn("", body)
        if comments:
            notes = (*notes, f"{comments} hidden comments removed")
        body = LINK.sub(r"\g<words>", IMAGE.sub("", body))
        first = HEADING.search(body)
        if first is not None and first["words"] and not body[: first.start()].strip():
            fields.setdefault("title", first["words"])
        body = HEADING.sub(r"\g<words>", body)
        yield RawDocument.model_validate({"text": body, "title_in_text": True, "notes": notes, **fields})


def _opened(source: Source) -> tuple[dict[str, str], str, tuple[str, ...]]:
    decoded = decode(source.data, forced=source.encoding)
    text, notes = clean(decoded.text)
    fields, body = read_head(text)
    return fields, body, (*((decoded.note,) if decoded.note else ()), *notes)
