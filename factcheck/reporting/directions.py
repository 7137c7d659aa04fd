"""Scripts written from right to left within our own lines: each run keeps its own order, the line keeps ours."""

from __future__ import annotations

import re

from factcheck.reporting.untrusted import clean

FSI, PDI = "\u2068", "\u2069"
_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
_RUN = re.compile(rf"[{_RTL}](?:[^A-Za-zÀ-ɏ“”—·←×;,]*[{_RTL}])?")
"""From the first right-to-left letter to the last before anything that parts names and quotes in our own lines."""


def harmless(text: str) -> str:
    """Text made harmless, in which words of right-to-left scripts keep the rest of the line in its order.

    Each run of them stands between the isolates FSI and PDI (Unicode UAX 9): what arranges scripts, a browser or a
    terminal, then sets `A — B` in this order though both are Arabic, and what does not shows nothing of them.
    """
    return _RUN.sub(_isolated, clean(text))


def _isolated(run: re.Match[str]) -> str:
    """The run between isolates; a bracket that our own line closes behind it parts it in two."""
    words = run[0]
    if words.count("(") <= words.count(")"):
        return f"{FSI}{words}{PDI}"
    head, bracket, tail = words.rpartition("(")
    return _RUN.sub(_isolated, head) + bracket + _RUN.sub(_isolated, tail)


def right_to_left(text: str) -> bool:
    """Whether any of it is of a script written from right to left."""
    return bool(_RUN.search(text))
