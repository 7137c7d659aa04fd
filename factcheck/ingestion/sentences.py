"""Sentences with exact offsets, for any script.

The base is Unicode Standard Annex 29, section 5 (sentence boundaries, properties from the `regex` module), tailored the
way the annex provides for: abbreviations, initials and ordinals per language, no break before a small letter, and a
source in brackets after a passage (`... disse. (Milano Finanza) Il ...`) stays with the passage before it.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

from factcheck.ingestion import abbreviations
from factcheck.ingestion.layout import blocks
from factcheck.models import Sentence

LONGEST = 2_000
"""Characters; a longer run without an end, as in scripts without full stops, is cut at a space."""

END = regex.compile(r"(?P<term>[\p{SB=STerm}\p{SB=ATerm}…]+)(?P<close>[\p{SB=Close}]*)(?:\[\d{1,3}\])*")
OPENING = regex.compile(r"[\p{SB=Close}¿¡*_\s]*")
CREDIT = regex.compile(r"\((?:[^()\n.!?。]|\.(?!\s)){1,60}\)")
WORD_BEFORE = regex.compile(r"[^\s(\[«“\"'’/–—-]{1,24}\Z")
WORD_AFTER = regex.compile(r"\p{L}+")
ACRONYM = regex.compile(r"(?:\p{L}{1,3}\.)+\p{L}{1,3}")
JAPANESE_QUOTING = frozenset("とっのがはをに、，")
TRAILING_QUOTES = frozenset("»”’")


def split(text: str, language: str | None = None, *, titled: bool = False) -> tuple[Sentence, ...]:
    """The sentences of `text`, numbered from 1.

    Spans are trimmed of whitespace, in order, disjoint, and together cover all that is not whitespace. Headings, list
    items and short lines are sentences of their own. `titled` says that the first line is the article's title.
    `language` is a BCP 47 primary subtag and only chooses the abbreviations.
    """
    found: list[Sentence] = []
    for paragraph, block in enumerate(blocks(text, titled=titled), start=1):
        title = titled and paragraph == 1
        spans = [(block.start, block.end)] if title else _spans(text, block.start, block.end, language)
        for start, end in spans:
            headline = title or block.kind == "heading"
            found.append(Sentence(number=len(found) + 1, start=start, end=end, paragraph=paragraph, headline=headline))
    return tuple(found)


def _spans(text: str, start: int, end: int, language: str | None) -> Iterator[tuple[int, int]]:
    position = start
    while position < end:
        stop = _next_end(text, position, end, language)
        yield from _pieces(text, position, stop)
        position = stop
        while position < end and text[position].isspace():
            position += 1


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > LONGEST:
        cut = start + LONGEST
        while cut > start + LONGEST // 2 and not text[cut].isspace():
            cut -= 1
        if not text[cut].isspace():
            cut = start + LONGEST
        stop = cut
        while text[stop - 1].isspace():
            stop -= 1
        yield start, stop
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end


def _next_end(text: str, start: int, end: int, language: str | None) -> int:
    """Where the sentence that begins at `start` ends; `end` when nothing in the block ends it."""
    position = start
    while (match := END.search(text, position, end)) is not None:
        position = match.end()
        stop = _break_after(text, start, match, end, language)
        if stop is not None:
            return stop
    return end


def _break_after(text: str, start: int, match: regex.Match[str], end: int, language: str | None) -> int | None:
    stop = match.end()
    if stop >= end:
        return end
    following = _skip_space(text, stop, end)
    if following == stop:
        return stop if _ends_without_space(match, text[stop]) else None
    if text[following] in TRAILING_QUOTES and (following + 1 >= end or not text[following + 1].isalnum()):
        stop = following + 1
        following = _skip_space(text, stop, end)
        if following >= end:
            return end
    credit = CREDIT.match(text, following, end)
    if credit is not None:
        after = _skip_space(text, credit.end(), end)
        if after >= end or (after > credit.end() and _begins(text, after, end)):
            return credit.end()
    if not _begins(text, following, end):
        return None
    word_stop = match["term"] == "." and not match["close"]
    if word_stop and _abbreviated(text, start, match.start(), following, end, language or ""):
        return None
    return stop


def _skip_space(text: str, position: int, end: int) -> int:
    while position < end and text[position].isspace():
        position += 1
    return position


def _ends_without_space(match: regex.Match[str], following: str) -> bool:
    """Terminators such as `。` need no space after them; `.`, `!`, `?` and `…` do."""
    last = match["term"][-1]
    if last in ".!?…" or last == "\u2024":
        return False
    return not (match["close"] and following in JAPANESE_QUOTING)


def _begins(text: str, position: int, end: int) -> bool:
    """Whether a sentence can begin here: rules SB8 and SB8a of the annex."""
    if text[position] in ",;:":
        return False
    if text[position] in "-–—":
        position = _skip_space(text, position + 1, end)
    opened = OPENING.match(text, position, end)
    first = opened.end() if opened else position
    return first >= end or not text[first].islower()


def _abbreviated(text: str, start: int, stop: int, following: int, end: int, language: str) -> bool:
    """Whether the full stop at `stop` belongs to its word and ends nothing."""
    before = WORD_BEFORE.search(text, max(start, stop - 24), stop)
    if before is None:
        return False
    word = before[0].lower()
    opened = OPENING.match(text, following, end)
    first = opened.end() if opened else following
    if word.isdigit():
        if stop - len(word) == start and len(word) <= 3:
            return True
        return len(word) <= 2 and language in abbreviations.ORDINAL_STOP and not _starter(text, first, end, language)
    if first < end and text[first].isdigit():
        return word in abbreviations.SHARED_BEFORE_NUMBER or word in abbreviations.BEFORE_NUMBER.get(language, ())
    if word in abbreviations.SHARED_BEFORE_NAME or word in abbreviations.BEFORE_NAME.get(language, ()):
        return True
    if (len(word) == 1 and word.isalpha()) or (ACRONYM.fullmatch(word) and word not in abbreviations.DOTTED_ENDS):
        return not _starter(text, first, end, language) and text[first : first + 1].isupper()
    return False


def _starter(text: str, position: int, end: int, language: str) -> bool:
    """Whether a function word begins here; a single letter before a full stop is another initial."""
    word = WORD_AFTER.match(text, position, end)
    if word is None or text[word.end() : word.end() + 1] == ".":
        return False
    return word[0].lower() in abbreviations.STARTERS.get(language, ())
