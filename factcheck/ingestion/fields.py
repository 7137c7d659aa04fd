"""The names under which tools and agencies keep the fields of an article.

Sources: trafilatura and news-please/CC-News exports, schema.org NewsArticle, IPTC ninjs 1.x and 2.x, NewsAPI,
common tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import regex

from factcheck.ingestion.base import BadRecord, RawDocument
from factcheck.ingestion.markup import words_of

_NAMES = {
    "text": "text maintext articlebody article_body body_text bodytext full_text fulltext content_text plain_text "
    "article_text bodies body_xhtml bodyxhtml content body article testo texte texto",
    "title": "title headline headlines name titolo titre titel título",
    "publisher": "publisher sitename site_name outlet source_name media_name publication newspaper provider "
    "infosources source source_domain domain hostname testata fonte",
    "author": "author authors byline by creator autore auteur autor",
    "url": "url link canonical_url source_url mainentityofpage permalink",
    "published_at": "published_at publishedat date_publish datepublished publish_date publication_date date_published "
    "published "
    "pubdate pub_date firstpublished contentcreated firstcreated versioncreated date datecreated data datum fecha",
    "language": "language lang inlanguage lingua langue",
}
NAMES = {field: tuple(names.split()) for field, names in _NAMES.items()}
"""Field of a raw document -> names in order of preference, lower case."""

PARTS = ("description", "summary", "abstract", "snippet", "lead", "excerpt", "description_text")
"""Where a part of the text may be when the text itself is missing."""

CUT = regex.compile(r"(?:…|\.\.\.)?\s*\[\+(?P<rest>\d+) chars\]\s*\Z")
"""How NewsAPI marks that it cut a text."""

INNER = ("name", "value", "@value", "@id", "alternateName", "href", "text")
"""Where an object keeps its plain value."""


def document(
    record: Mapping[str, Any], number: str | None, columns: Mapping[str, str], notes: tuple[str, ...] = ()
) -> RawDocument | BadRecord:
    """The raw document in a record with any of the known names; `columns` (field -> name) goes before them."""
    lowered = _lowered(record)
    values = _known(lowered, columns)
    partial = False
    if "text" not in values:
        part = next((value for name in PARTS if (value := plain(lowered.get(name)))), None)
        if part is None:
            return BadRecord(record=number or "1", reason=_without_text(lowered, columns.get("text")))
        values["text"], partial = part, True
        notes = (*notes, "only a summary, not the whole text")
    cut = CUT.search(values["text"])
    if cut is not None:
        values["text"], partial = values["text"][: cut.start()], True
        notes = (*notes, f"the export holds the beginning only ({cut['rest']} characters are missing)")
    values["text"], removed = words_of(values["text"])
    return RawDocument.model_validate({**values, "record": number, "partial": partial, "notes": (*notes, *removed)})


def metadata(record: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a raw document that a record holds under any of the known names, without its text."""
    values = _known(_lowered(record), {})
    values.pop("text", None)
    return values


def _lowered(record: Mapping[str, Any]) -> dict[str, Any]:
    return {str(key).strip().lower(): value for key, value in record.items()}


def _known(record: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, str]:
    values = {}
    for field, names in NAMES.items():
        own = columns.get(field)
        candidates = [own.strip().lower()] if own else names
        value = next((value for name in candidates if (value := plain(record.get(name)))), None)
        if value is not None:
            values[field] = value
    return values


def _without_text(record: Mapping[str, Any], own: str | None) -> str:
    wanted = own or "text, maintext, articleBody, content"
    keys = ", ".join(list(record)[:8]) or "none"
    return f"no text under {wanted} (keys: {keys[:200]}); name the column that holds it, or export the full text"


def plain(value: Any) -> str | None:
    """The words in a value: a string, a number, an object with a name, or a list of those; None when there are none."""
    return ", ".join(_plain(value, 0)) or None


def _plain(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        if value.strip():
            yield value.strip() if depth else value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)
    elif depth < 4 and isinstance(value, Mapping):
        for key in INNER:
            if value.get(key):
                yield from _plain(value[key], depth + 1)
                return
    elif depth < 4 and isinstance(value, list):
        for item in _main(value):
            yield from _plain(item, depth + 1)


def _main(items: list[Any]) -> list[Any]:
    """Of alternatives with roles (ninjs 2.x headlines and bodies) the main one; else all, at most 20."""
    roles = [item for item in items if isinstance(item, Mapping) and "value" in item]
    if not roles:
        return items[:20]
    main = [
        item for item in roles if str(item.get("role", "main")).rsplit("/", 1)[-1].lower() in ("main", "text", "body")
    ]
    return (main or roles)[:1]
