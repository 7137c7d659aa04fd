"""Which facts of two reports are the same: those that share a claim; of the rest, those in nearly the same words."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from factcheck.changes.values import Matched

ALIKE = 0.6
"""Share of all content words (Jaccard) from which two texts with the same figures are taken for one. A guess, and shown
as one: it was chosen so that a changed name or verb in a sentence of ten words still matches, not measured."""
COMMON = 200
"""Texts that may share a word before it is too common to look for candidates by; it still counts for likeness."""
_SHORT = 4


@dataclass(frozen=True)
class Match:
    """An earlier and a later id, and how they were found to be the same."""

    earlier: str
    later: str
    how: Matched


def match(
    earlier: Mapping[str, tuple[Sequence[str], str]], later: Mapping[str, tuple[Sequence[str], str]]
) -> tuple[Match, ...]:
    """Pair things by id -> (ids of their parts, text): most shared parts first, then the likest texts.

    Ids of parts are content hashes, so that what did not change is equal in both. Each thing is paired once.
    """
    shared = _by_parts(
        {id_: parts for id_, (parts, _) in earlier.items()}, {id_: parts for id_, (parts, _) in later.items()}
    )
    done, found = {m.earlier for m in shared}, {m.later for m in shared}
    alike = _by_words(
        {id_: text for id_, (_, text) in earlier.items() if id_ not in done},
        {id_: text for id_, (_, text) in later.items() if id_ not in found},
    )
    return (*shared, *alike)


def _by_parts(earlier: Mapping[str, Sequence[str]], later: Mapping[str, Sequence[str]]) -> list[Match]:
    holders: dict[str, list[str]] = defaultdict(list)
    for id_, parts in earlier.items():
        for part in parts:
            holders[part].append(id_)
    common = Counter((other, id_) for id_, parts in later.items() for part in parts for other in holders.get(part, ()))
    return _greedy({pair: float(number) for pair, number in common.items()}, "claims")


def _by_words(earlier: Mapping[str, str], later: Mapping[str, str]) -> list[Match]:
    before = {id_: _words(text) for id_, text in earlier.items()}
    holders: dict[str, list[str]] = defaultdict(list)
    for id_, words in before.items():
        for word in words:
            holders[word].append(id_)
    scores: dict[tuple[str, str], float] = {}
    for id_, text in later.items():
        words = _words(text)
        near = {other for word in words if len(holders[word]) <= COMMON for other in holders[word]}
        for other in near:
            if _figures(words) == _figures(before[other]):
                score = len(words & before[other]) / len(words | before[other])
                if score >= ALIKE:
                    scores[other, id_] = score
    return _greedy(scores, "words")


def _greedy(scores: Mapping[tuple[str, str], float], how: Matched) -> list[Match]:
    taken, given = set[str](), set[str]()
    matches = []
    for earlier, later in sorted(scores, key=lambda pair: (-scores[pair], pair)):
        if earlier not in taken and later not in given:
            taken.add(earlier)
            given.add(later)
            matches.append(Match(earlier, later, how))
    return matches


def _words(text: str) -> frozenset[str]:
    words = re.findall(r"\w+", text.casefold())
    return frozenset(word for word in words if len(word) >= _SHORT or not word.isascii() or any(map(str.isdigit, word)))


def _figures(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in words if any(map(str.isdigit, word)))
