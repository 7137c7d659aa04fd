"""The language of an article."""

from __future__ import annotations

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
    """The most likely language of `text`; None without letters. Loads its model (1 s, 100 MB) when first asked."""
    sample = text[:SAMPLE]
    if not any(c.isalpha() for c in sample):
        return None
    import py3langid

    code, _ = py3langid.classify(sample)
    return str(code)


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
