"""A raw document becomes an Article: cleaned, titled, dated, split, identified by its content."""

from __future__ import annotations

from urllib.parse import urlsplit

import regex

from factcheck.errors import InputError
from factcheck.ingestion import dates, imprints, language
from factcheck.ingestion.base import RawDocument, Refused
from factcheck.ingestion.cleaning import clean, fold, one_line
from factcheck.ingestion.layout import blocks, looks_like_heading
from factcheck.ingestion.limits import DEFAULT_LIMITS, Limits
from factcheck.ingestion.sentences import split
from factcheck.models import Article, tagged_hash

CONVINCING = 200
"""Characters from which the words say more about the language than the file does."""


def article_id(text: str, publisher: str | None) -> str:
    """Identity by content: the folded text and the publisher, so that a copy at another publisher is an article too."""
    return tagged_hash({"text": fold(text), "publisher": publisher.casefold() if publisher else None})


def build(raw: RawDocument, path: str, limits: Limits = DEFAULT_LIMITS) -> Article:
    """The article in `raw`. Raises Refused when it is too short, too long or not words."""
    _check_length(raw.text, limits)
    body, notes = clean(raw.text)
    body = body.strip()
    title = one_line(raw.title)
    if title is None and raw.title_in_text:
        title = title_of(body)
    elif title is not None:
        opening = _opening_title(body, title)
        if opening is None and body:
            body = f"{title}\n\n{body}"
        title = opening or title
    _check(body, title, limits)
    spoken, doubt = _language(raw, body)
    written = one_line(raw.published_at)
    published_at = dates.parse(written, spoken) if written else dates.stated_in(body, spoken)
    url = _http(one_line(raw.url))
    said = one_line(raw.publisher) or domain(url)
    publisher = said or imprints.publisher_in(body)
    if said is None and publisher is not None:
        notes = (*notes, f"publisher taken from a line of the text: {publisher}")
    return Article(
        id=article_id(body, publisher),
        path=path,
        title=title,
        publisher=publisher,
        author=one_line(raw.author),
        url=url,
        published_at=published_at,
        language=spoken,
        partial=raw.partial,
        text=body,
        sentences=split(body, spoken, titled=title is not None),
        notes=(*raw.notes, *notes, *doubt, *_remarks(body, written, published_at is None, limits)),
    )


def of_words(words: str, label: str) -> Article:
    """The article that a person has written as words, published by nobody but `label`.

    Raises InputError when there are no words.
    """
    try:
        limits = DEFAULT_LIMITS.model_copy(update={"shortest_article": 1, "fewest_letters": 2, "suspicious_article": 1})
        return build(RawDocument(text=words, publisher=label), f"text {label}", limits)
    except Refused as refused:
        raise InputError(f"text {label}: {refused}") from None


def _language(raw: RawDocument, body: str) -> tuple[str | None, tuple[str, ...]]:
    """The language of the text, and a note when the file says another and the text is long enough to tell."""
    stated = language.subtag(raw.language)
    if stated is not None and (raw.language_certain or len(body) < CONVINCING):
        return stated, ()
    read = language.guess(body)
    if stated is None or read is None or language.alike(stated, read):
        return stated or read, ()
    return read, (f"says that it is in {stated}, reads as {read}",)


def _remarks(body: str, written: str | None, undated: bool, limits: Limits) -> list[str]:
    remarks = []
    if written and undated:
        remarks.append(f"date not understood or ambiguous: {written[:60]}")
    if len(body) < limits.suspicious_article:
        remarks.append(f"very short: {len(body)} characters")
    return remarks


def _check(body: str, title: str | None, limits: Limits) -> None:
    if not body:
        raise Refused("empty: nothing to read; remove the file or save the article again")
    if regex.match(rf"(?:\P{{L}}*\p{{L}}){{{limits.fewest_letters}}}", body) is None:
        raise Refused("holds hardly any letters; save the article as text")
    if len(body) < limits.shortest_article or body == title:
        raise Refused(
            f"too short to be an article ({len(body)} characters); a pay wall or a failed download? save the full text"
        )


def _check_length(text: str, limits: Limits) -> None:
    if len(text) > limits.article_characters:
        raise Refused(
            f"{len(text):,} characters are more than one article ({limits.article_characters:,}); split it, "
            "one article a file"
        )


def title_of(body: str) -> str | None:
    """The first line when it reads as a headline and more text follows."""
    found = blocks(body)
    if len(found) < 2 or found[0].kind == "item":
        return None
    line = body[found[0].start : found[0].end]
    return fold(line) if "\n" not in line and looks_like_heading(line) else None


def _opening_title(body: str, title: str) -> str | None:
    """The first line when it is the title, be it with or without the site's name after it; None when it is not."""
    line = fold(body.split("\n", 1)[0])
    shown, said = line.casefold(), title.casefold()
    alike = bool(shown) and (said == shown or (len(shown) > 15 and said.startswith(shown)) or shown.startswith(said))
    return line if alike and (said == shown or looks_like_heading(line)) else None


def domain(url: str | None) -> str | None:
    """The host of an address without `www.`; None when there is none."""
    if url is None:
        return None
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def _http(url: str | None) -> str | None:
    return url if url and url.lower().startswith(("http://", "https://")) else None
