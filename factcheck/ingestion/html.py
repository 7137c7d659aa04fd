"""Saved web pages; trafilatura finds the article, in its precision mode so that menus do not become claims."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from factcheck.ingestion import markup, page_metadata
from factcheck.ingestion.base import BadRecord, RawDocument, Refused, Source
from factcheck.ingestion.decoding import decode

CHARSET = regex.compile(rb"""<meta[^<>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{2,30})""", regex.I)
XML_CHARSET = regex.compile(rb"""^\s*<\?xml[^<>]{0,100}?encoding\s*=\s*["']([\w:.-]{2,30})["']""", regex.I)
HEAD_BYTES = 4096
MENUS = "//nav | //select | //button | /html/body/footer"
"""Never the story; taken out first because the search for the story costs time per element."""


class Page:
    """`.html`, `.htm`, `.xhtml`."""

    isolated = True

    def documents(self, source: Source) -> Iterator[RawDocument | BadRecord]:
        """One document. Raises Refused when the page holds no article."""
        head = source.data[:HEAD_BYTES]
        declared = CHARSET.search(head) or XML_CHARSET.search(head)
        decoded = decode(source.data, declared[1].decode("ascii") if declared else None, forced=source.encoding)
        yield extract(decoded.text, notes=(decoded.note,) if decoded.note else ())


def extract(
    page: str, *, url: str | None = None, record: str | None = None, notes: tuple[str, ...] = ()
) -> RawDocument:
    """The article of a page. Raises Refused when there is none."""
    from trafilatura import bare_extraction

    tree = markup.parse(page)
    notes = (*notes, *markup.remove_unseen(tree))
    said = page_metadata.declared(tree)
    for menu in tree.xpath(MENUS):
        if menu.getparent() is not None:
            menu.drop_tree()
    complete = "title" in said and "published_at" in said
    for precise in (True, False):
        found = bare_extraction(
            tree,
            url=url,
            favor_precision=precise,
            include_comments=False,
            with_metadata=not complete,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
        if found is not None and not isinstance(found, dict) and (found.text or "").strip():
            break
    else:
        raise Refused("no article text found in the page (a menu, a pay wall, a script?); save the text itself")
    guessed = {
        "title": found.title,
        "publisher": found.sitename,
        "author": found.author,
        "url": found.url,
        "published_at": found.date,
    }
    values = {**{field: value for field, value in guessed.items() if value}, **said}
    if url:
        values["url"] = url
    text = "\n\n".join((found.text or "").splitlines())
    return RawDocument.model_validate({**values, "record": record, "text": text, "notes": notes})
