"""The language of an article."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any

import regex

SAMPLE = 2_000
"""Characters looked at; longer samples change nothing and cost time."""
TAG = regex.compile(r"([a-z]{2,3})(?:[-_].*)?", regex.I)


def subtag(written: str | None) -> str | None:
    """The BCP 47 primary subtag of a stated language such as `it-IT`; None when it is not one."""
    match = TAG.fullmatch(written.strip()) if written else None
    if match is None:
        return None
    code = match[1].lower()
    return {"no": "nb", "iw": "he", "ita": "it", "eng": "en", "fra": "fr", "deu": "de", "spa": "es"}.get(code, code)


def guess(text: str) -> str | None:
    """The most likely language of `text`; None without letters. Loads its model (half a second) when first asked."""
    sample = text[:SAMPLE]
    if not any(c.isalpha() for c in sample):
        return None
    code, _ = _detector().classify(sample)
    return str(code)


_LOADING = threading.Lock()
_loaded: list[Any] = []
"""The detector, once it is there."""


def prepare() -> None:
    """Load the model beside what the caller does next, which it hardly holds up."""
    threading.Thread(target=_ahead, name="language model", daemon=True).start()


def _ahead() -> None:
    with suppress(Exception):  # told to whoever asks for a language; a run that has ended already does not
        _detector()


def _detector() -> Any:
    """The detector with its model loaded, once, whichever thread comes first."""
    with _LOADING:
        if not _loaded:
            from factcheck.ingestion import language_model

            _loaded.append(language_model.load())
        return _loaded[0]


def release() -> None:
    """Let go of the model, which is up to 68 MB, when little more is to be read; the next `guess` loads it again."""
    with _LOADING:
        _loaded.clear()


CLOSE = tuple(
    frozenset(group.split())
    for group in (
        "nb nn no da",
        "hr bs sr sl mk",
        "pt gl es ca",
        "id ms jv",
        "cs sk",
        "ru uk be bg",
        "zh yue",
        "hi mr ne",
        "nl af",
    )
)
"""Languages that the detector takes for each other in short texts."""


def alike(one: str, other: str) -> bool:
    """Whether two languages are the same or too close for the detector to tell apart with certainty."""
    return one == other or any(one in group and other in group for group in CLOSE)
