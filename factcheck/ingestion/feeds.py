"""RSS, Atom and NITF files; a feed mostly holds summaries, which are marked as partial."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from factcheck.ingestion.base import BadRecord, RawDocument, Refused, Source
from factcheck.ingestion.decoding import decode
from factcheck.ingestion.markup import words_of
from factcheck.ingestion.xml import parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

FULL = ("encoded", "content")
"""Local names of elements that hold the whole text (`content:encoded`, Atom `content`)."""
NO_ARTICLE = frozenset(("attachment", "nav_menu_item", "revision", "custom_css", "wp_template", "wp_navigation"))
"""Entries of a WordPress export that are no article: its pictures, menus and styles."""
PART = ("description", "summary")


class Feed:
    """`.rss`, `.atom`, `.xml`."""

    isolated = True

    def documents(self, source: Source) -> Iterator[RawDocument | BadRecord]:
        """One document per entry, or the one story of a NITF file. Raises Refused for other XML."""
        root = parse_xml(_utf8(source), tolerant=True)
        name = _local(root)
        if name == "nitf":
            yield _nitf(root)
        elif name in ("rss", "RDF", "feed"):
            yield from _entries(root)
        else:
            raise Refused(f"XML of a kind that is not known (<{name[:40]}>); RSS, Atom and NITF are")


def _utf8(source: Source) -> bytes:
    """The bytes as they are when the parser can read them, else re-encoded by our own rules."""
    head = source.data[:200].lower()
    if source.encoding is None and (b"encoding=" in head or source.data.startswith((b"\xff\xfe", b"\xfe\xff"))):
        return source.data
    return decode(source.data, forced=source.encoding).text.encode("utf-8", "replace")


def _entries(root: _Element) -> Iterator[RawDocument | BadRecord]:
    channel = next((element for element in root.iter() if _local(element) in ("channel", "feed")), root)
    publisher = _text(channel, ("title",))
    language = _text(channel, ("language",)) or root.get("{http://www.w3.org/XML/1998/namespace}lang")
    entries = [element for element in root.iter() if _local(element) in ("item", "entry")]
    if not entries:
        raise Refused("a feed without entries; save it again")
    for number, entry in enumerate(entries, start=1):
        if _text(entry, ("post_type",)) in NO_ARTICLE:
            continue
        full = _text(entry, FULL)
        body = full or _text(entry, PART)
        if not body:
            yield BadRecord(record=str(number), reason="an entry without text; save the article itself")
            continue
        try:
            text, notes = words_of(body)
        except Refused as error:
            yield BadRecord(record=str(number), reason=str(error))
            continue
        yield RawDocument(
            record=str(number),
            text=text,
            title=_text(entry, ("title",)),
            publisher=_text(entry, ("source",)) or publisher,
            author=_text(entry, ("creator", "author")),
            url=_link(entry),
            published_at=_text(entry, ("pubDate", "published", "date", "updated")),
            language=language,
            partial=full is None,
            notes=notes if full else (*notes, "only a summary, not the whole text"),
        )


def _nitf(root: _Element) -> RawDocument:
    content = next((element for element in root.iter() if _local(element) == "body.content"), None)
    if content is None:
        raise Refused("NITF without a body; export it again")
    paragraphs = [_inner(element) for element in content.iter() if _local(element) in ("p", "hl2")]
    headline = next(
        (_inner(element) for element in root.iter() if _local(element) in ("hl1", "headline", "title")), None
    )
    issued = next((element.get("norm") for element in root.iter() if _local(element) == "date.issue"), None)
    return RawDocument(
        text="\n\n".join(p for p in paragraphs if p),
        title=headline or None,
        author=next((_inner(element) for element in root.iter() if _local(element) == "byline"), None),
        publisher=next((_inner(element) for element in root.iter() if _local(element) == "distributor"), None),
        published_at=issued,
    )


def _local(element: _Element) -> str:
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def _inner(element: _Element) -> str:
    return " ".join("".join(str(part) for part in element.itertext()).split())


def _text(element: _Element, names: tuple[str, ...]) -> str | None:
    for name in names:
        for child in element:
            if _local(child) == name:
                words = "".join(str(part) for part in child.itertext()).strip()
                if words:
                    return words
    return None


def _link(entry: _Element) -> str | None:
    for child in entry:
        if _local(child) == "link":
            if child.text and child.text.strip():
                return child.text.strip()
            if child.get("rel", "alternate") == "alternate" and child.get("href"):
                return child.get("href")
    return None
