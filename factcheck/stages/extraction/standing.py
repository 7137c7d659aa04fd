"""Whether a name that a model gives stands in a text, inflected, abbreviated or in other scripts."""

from __future__ import annotations

import re
from collections.abc import Iterable

from factcheck.claim_types.lexicon_function_words import ALL_STOP
from factcheck.claim_types.names import find_names, same_name
from factcheck.claim_types.text import unaccented

WORD = re.compile(r"[^\W_]+")
SPACELESS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""A letter of a script that writes no spaces between words."""
_EMPTY = frozenset(map(unaccented, ALL_STOP))
"""Words that are part of many names and show none to stand in a text: "The", "di"."""
_SIGNIFICANT = 3
"""Fewest letters of a word that shows a name to stand in a text; shorter ones stand everywhere."""
_UNINFLECTED = 4
"""Most letters of a word that counts only as it is written: "Ann" does not stand in "announced"."""
_ACRONYM = 6
"""Most letters of an acronym."""


def standing(names: Iterable[str], texts: Iterable[str | None], language: str | None) -> frozenset[str]:
    """The names, or descriptions, of which a word or the initials stand in one of the texts."""
    whole = "\n".join(filter(None, texts))
    plain = unaccented(whole)
    words = frozenset(WORD.findall(plain))
    written = WORD.findall(whole)
    short = {word for word in written if word[0].isupper() and 1 < len(word) <= _ACRONYM}
    candidates = find_names(whole, language) | short
    initials = "".join(unaccented(word)[:1] or " " for word in written)

    def stands(name: str) -> bool:
        tokens = WORD.findall(unaccented(name))
        if any(_in_text(token, plain, words) for token in tokens if token not in _EMPTY):
            return True
        if len(tokens) == 1 and (tokens[0] in words or (_is_acronym(name) and tokens[0] in initials)):
            return True
        return any(same_name(name, candidate) for candidate in candidates)

    return frozenset(name for name in names if stands(name))


def _in_text(token: str, plain: str, words: frozenset[str]) -> bool:
    """Whether a word that is long enough stands in the text, a longer one also with another ending: Kreml, Kremla.

    In scripts without spaces, where nothing shows the end of a word, three characters in a row are enough.
    """
    if SPACELESS.search(token):
        return any(token[at : at + _SIGNIFICANT] in plain for at in range(max(1, len(token) - _SIGNIFICANT + 1)))
    if len(token) < _SIGNIFICANT:
        return False
    return token in words or (len(token) > _UNINFLECTED and any(word.startswith(token) for word in words))


def _is_acronym(name: str) -> bool:
    return _SIGNIFICANT <= len(name) <= _ACRONYM and name[-1].isupper()
