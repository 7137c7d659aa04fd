"""Plain text and Markdown, with metadata at the head when there is any."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from factcheck.ingestion.base import BadRecord, RawDocument, Refused, Source
from factcheck.ingestion.cleaning import clean
from factcheck.ingestion.decoding import decode
from factcheck.ingestion.head_lines import read_head

BYTES_PER_CHARACTER = 4
HEADING = regex.compile(r"^ {0,3}#{1,6}[ \t]+(?P<words>[^\n]*)$", regex.M)
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
        body, comments = _without_comments(body)
        if comments:
            notes = (*notes, f"{comments} hidden comments removed")
        body = LINK.sub(r"\g<words>", IMAGE.sub("", body))
        first = HEADING.search(body)
        if first is not None and _words(first) and not body[: first.start()].strip():
            fields.setdefault("title", _words(first))
        body = HEADING.sub(_words, body)
        yield RawDocument.model_validate({"text": body, "title_in_text": True, "notes": notes, **fields})


def _words(heading: regex.Match[str]) -> str:
    """The words of a heading without the marks that may close it."""
    return heading["words"].rstrip(" \t").rstrip("#").rstrip(" \t")


def _without_comments(text: str) -> tuple[str, int]:
    """The text without `<!-- ... -->`, and how many there were; in one pass, however many are left open."""
    parts = []
    position = count = 0
    while (start := text.find("<!--", position)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        parts.append(text[position:start])
        position = end + 3
        count += 1
    return "".join((*parts, text[position:])), count


def _opened(source: Source) -> tuple[dict[str, str], str, tuple[str, ...]]:
    if len(source.data) > BYTES_PER_CHARACTER * source.limits.article_characters:
        raise Refused(
            f"{len(source.data):,} bytes are more than one article ({source.limits.article_characters:,} characters); "
            "split it, one article a file"
        )
    decoded = decode(source.data, forced=source.encoding)
    text, notes = clean(decoded.text)
    fields, body = read_head(text)
    return fields, body, (*((decoded.note,) if decoded.note else ()), *notes)
