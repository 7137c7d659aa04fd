"""Metadata at the head of a text file: YAML front matter, or lines such as `Title: ...`."""

from __future__ import annotations

import regex

from factcheck.ingestion import language

_NAMES = {
    "title": "title headline titolo titre título titulo titel überschrift",
    "publisher": "publisher source outlet newspaper site site_name sitename publication fonte testata quelle fuente",
    "author": "author authors byline autore autori auteur autor autoren",
    "url": "url link permalink canonical source_url",
    "published_at": "date published published_at publication_date date_published pubdate data datum",
    "language": "language lang lingua langue sprache idioma",
}
KEYS = {name: field for field, names in _NAMES.items() for name in names.split()}
"""Key as people write it, lower case -> field of a raw document."""

LINE = regex.compile(
    r"(?P<key>[\p{L}_][\p{L}_ -]{1,18}?)\s*:\s+(?P<value>\S.*)|(?P<key>[\p{L}_]{2,18}):(?P<value>https?://\S+)"
)
FRONT_MATTER = regex.compile(r"\A---[ \t]*\n(?P<head>(?:[^\n]*\n){0,200}?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)")


def read_head(text: str) -> tuple[dict[str, str], str]:
    """Fields found at the head of `text` (lines ended by `\\n`), and the text below them."""
    matter = FRONT_MATTER.match(text)
    if matter is not None:
        fields: dict[str, str] = {}
        for line in matter["head"].splitlines():
            _take(line, fields)
        return fields, text[matter.end() :].lstrip("\n")
    return _head_lines(text)


def _head_lines(text: str) -> tuple[dict[str, str], str]:
    fields: dict[str, str] = {}
    position = 0
    while position < len(text):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        line = text[position:end].strip()
        if line and not _take(line, fields):
            break
        if not line and fields:
            break
        position = end + 1
    if not fields:
        return {}, text
    return fields, text[position:].lstrip("\n")


def _take(line: str, fields: dict[str, str]) -> bool:
    match = LINE.fullmatch(line.strip())
    if match is None:
        return False
    field = KEYS.get(match["key"].strip().lower().replace(" ", "_"))
    value = match["value"].strip().strip("\"'").strip()
    if field is None or field in fields or not _fits(field, value):
        return False
    if value.startswith("[") and value.endswith("]"):
        value = ", ".join(part.strip().strip("\"'") for part in value[1:-1].split(","))
    fields[field] = value
    return True


def _fits(field: str, value: str) -> bool:
    """Whether the value is of its field's kind; `Date: what we know so far` is a headline."""
    if field == "url":
        return value.lower().startswith(("http://", "https://"))
    if field == "published_at":
        return any(c.isdigit() for c in value)
    if field == "language":
        return language.subtag(value) is not None
    return bool(value)
