"""The clashing words of a text, marked, without changing the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Thai, Lao, Burmese, Khmer, kana and ideographs: scripts in which no blank shows where a word ends."""


@dataclass(frozen=True)
class Marked:
    """A text in parts, each with whether it is marked; the parts joined are the text."""

    parts: tuple[tuple[str, bool], ...]

    @property
    def text(self) -> str:
        """The text without marks."""
        return "".join(part for part, _ in self.parts)

    @property
    def any(self) -> bool:
        """Whether anything is marked."""
        return any(marked for _, marked in self.parts)


def mark(text: str, words: Sequence[str]) -> Marked:
    """Mark every whole-word occurrence of the `words` (case does not matter); overlapping ones become one."""
    spans = sorted(span for word in words for span in _spans(text, word))
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    parts: list[tuple[str, bool]] = []
    at = 0
    for start, end in merged:
        parts += [(text[at:start], False), (text[start:end], True)]
        at = end
    parts.append((text[at:], False))
    return Marked(tuple(part for part in parts if part[0]))


def excerpt(text: str, words: Sequence[str], limit: int) -> str:
    """At most `limit` characters of the text, around the first of the `words` that occurs, cut at blanks."""
    if len(text) <= limit:
        return text
    found = [span for word in words for span in _spans(text, word)]
    centre = (found[0][0] + found[0][1]) // 2 if found else 0
    start = max(0, min(centre - limit // 2, len(text) - limit))
    end = start + limit
    if start:
        blank = text.find(" ", start, start + 30)
        start = blank + 1 if blank >= 0 else start
    if end < len(text):
        blank = text.rfind(" ", end - 30, end)
        end = blank if blank >= 0 else end
    return ("… " if start else "") + text[start:end] + (" …" if end < len(text) else "")


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters from the beginning, cut at a blank where there is one, with `…` for the rest."""
    if len(text) <= limit:
        return text
    blank = text.rfind(" ", limit // 2, limit)
    return text[: blank if blank > 0 else limit - 1].rstrip(" ,;:–—-") + "…"


def _spans(text: str, word: str) -> list[tuple[int, int]]:
    if not word.strip():
        return []
    pattern = r"\s+".join(re.escape(part) for part in word.split())
    if not _UNSPACED.search(word):
        pattern = rf"(?<!\w){pattern}(?!\w)"
    return [m.span() for m in re.finditer(pattern, text, re.IGNORECASE)]
