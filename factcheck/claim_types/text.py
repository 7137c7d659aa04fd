"""Text reduced to what counts when claims are compared: folded form, content words, negations.

Function words and negations are known for en, it, de, fr, es, pt, nl; in other languages every word is a content
word and no negation is counted. Nothing here raises on any text.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import regex

from factcheck.claim_types.lexicon_function_words import NEGATIONS, STOP

_BETWEEN_DIGITS = regex.compile(r"(?<=\p{Nd})[.,:/](?=\p{Nd})")
_DROP = regex.compile(r"[^\p{L}\p{M}\p{N}\p{S}%§\uE000-\uE003-]+|-(?!\p{N})|(?<=[\p{L}\p{N}])-")
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_ENGLISH_CONTRACTION = regex.compile(r"n['’ʼ]t\b", regex.IGNORECASE)
_KEEP = {".": "\ue000", ",": "\ue001", ":": "\ue002", "/": "\ue003"}
_RESTORE = {ord(v): k for k, v in _KEEP.items()}
_DASHES = {ord(c): "-" for c in "‐‑‒–—―−"}

TEXTS_HELD = 256
"""Texts of which what was found is kept. One text is read by several rules in a row and for each of its pairs. Four
times as many take 9 MB more and save a batch of small stories no time, and one story of 200 articles 6 % of it."""


def primary(language: str | None) -> str | None:
    """The primary subtag of a BCP 47 tag, lower case: `it` of `it-IT`; None stays None."""
    return language.replace("_", "-").split("-", 1)[0].lower() if language else None


def folded(text: str) -> str:
    """NFKC and casefold, repeated until nothing changes, with all dashes as `-`."""
    if text.isascii():
        return text.lower()
    for _ in range(4):
        once = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).translate(_DASHES)
        if once == text:
            break
        text = once
    return text


def unaccented(text: str) -> str:
    """`folded` without combining marks: `perché` and `Perche` become `perche`."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", folded(text))
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if unicodedata.category(c) != "Mn"))


def normalised(text: str) -> str:
    """The form in which equal claims are equal: NFKC, case, punctuation and white space folded; digits keep theirs."""
    marked = _BETWEEN_DIGITS.sub(lambda m: _KEEP[m.group()], folded(text))
    return " ".join(_DROP.sub(" ", marked).translate(_RESTORE).split())


@lru_cache(maxsize=TEXTS_HELD)
def words(text: str) -> tuple[str, ...]:
    """All words and numbers of the folded text, in order."""
    return tuple(words_once(text))


def words_once(text: str) -> list[str]:
    """The same of a text that is too long to be remembered, and looked at once."""
    return _WORD.findall(folded(text))


def content_tokens(text: str, language: str | None) -> tuple[str, ...]:
    """The words of `text` that are no function words of `language`, folded, in order."""
    stop = STOP.get(primary(language) or "", frozenset())
    return tuple(word for word in words(text) if word not in stop)


def polarity_words(text: str, language: str | None) -> int:
    """How many negations and denials `text` holds; 0 in languages without a list."""
    code = primary(language) or ""
    negations = NEGATIONS.get(code, frozenset())
    count = sum(word in negations for word in words(text))
    if code == "en":
        count += len(_ENGLISH_CONTRACTION.findall(text))
    return count
