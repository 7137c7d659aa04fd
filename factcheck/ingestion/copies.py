"""Articles that share their text: wire copy, syndication, near-duplicates. Grouped, never dropped.

Texts are compared as sets of 5-word shingles by containment (Broder 1997). Candidates come from an index of every
shingle whose hash falls into a fixed fraction of the hash space (FracMinHash, Irber et al. 2022).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import combinations, pairwise

import regex

from factcheck.models import Article, Change, CopyGroup

SHINGLE = 5
SHARED = 0.5
"""Share of the shorter text's shingles that the other must hold; two reports on one event stay below .1."""
FEWEST = 10
"""Shingles that must be shared: shorter overlaps are quotations."""
SHORTEST = 0.2
"""Of the longer text's length: a brief inside a long round-up is quoted there, the two are not copies."""
COMMON = 50
"""Holders of one shingle from which it is boilerplate, or one very widely printed text."""
LONG = 5_000
"""Words from which differences are sought with less care, to bound the time."""
FRACTION = 4
"""One shingle in this many is indexed."""
SAMPLED = 400
"""Texts with fewer shingles are indexed whole."""
WORD = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]|[\p{L}\p{M}\p{N}]+(?:[.,]\p{N}+)*"
)


def group_copies(articles: Sequence[Article]) -> tuple[CopyGroup, ...]:
    """Groups of two or more articles that share most of the shorter one's text, in the order of their first members."""
    shingles = [shingles_of(article.text) for article in articles]
    leader = list(range(len(articles)))
    for a, b in sorted(_candidates(shingles)):
        if _root(leader, a) != _root(leader, b) and is_copy(shingles[a], shingles[b]):
            first, second = sorted((_root(leader, a), _root(leader, b)))
            leader[second] = first
    members: dict[int, list[int]] = defaultdict(list)
    for index in range(len(articles)):
        members[_root(leader, index)].append(index)
    return tuple(_group(articles, shingles, group) for group in members.values() if len(group) > 1)


def shingles_of(text: str) -> frozenset[int]:
    """Hashes of the runs of five words in `text`, case and punctuation aside; of all words when there are fewer."""
    words = [word.lower() for word in WORD.findall(text)]
    if not words:
        return frozenset()
    return frozenset(_hash(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1)))


def containment(left: frozenset[int], right: frozenset[int]) -> float:
    """Share of the smaller set that the other holds; 0 when one is empty."""
    return len(left & right) / min(len(left), len(right)) if left and right else 0.0


def is_copy(left: frozenset[int], right: frozenset[int]) -> bool:
    """Whether two texts share so many shingles that one was made from the other, or both from a third."""
    if min(len(left), len(right)) < FEWEST:
        return left == right and bool(left)
    if min(len(left), len(right)) < SHORTEST * max(len(left), len(right)):
        return False
    return len(left & right) >= FEWEST and containment(left, right) >= SHARED


def _hash(words: Iterable[str]) -> int:
    return int.from_bytes(hashlib.blake2b(" ".join(words).encode("utf-8", "replace"), digest_size=8).digest(), "big")


def _candidates(shingles: Sequence[frozenset[int]]) -> set[tuple[int, int]]:
    """Pairs that share an indexed shingle; one of very many texts links each only to its neighbour and the first."""
    places: dict[int, list[int]] = defaultdict(list)
    for index, found in enumerate(shingles):
        whole = len(found) < SAMPLED
        for shingle in found:
            if whole or shingle % FRACTION == 0:
                places[shingle].append(index)
    pairs: set[tuple[int, int]] = set()
    for holders in places.values():
        if len(holders) <= COMMON:
            pairs.update(combinations(holders, 2))
        else:
            pairs.update(pairwise(holders))
            pairs.update((holders[0], other) for other in holders[1:])
    return pairs


def _root(leader: list[int], index: int) -> int:
    while leader[index] != index:
        leader[index] = leader[leader[index]]
        index = leader[index]
    return index


def _group(articles: Sequence[Article], shingles: Sequence[frozenset[int]], group: list[int]) -> CopyGroup:
    def order(index: int) -> tuple[bool, str, int, int]:
        date = articles[index].published_at
        return date is None, str(date), -len(articles[index].text), index

    first = min(group, key=order)
    others = [index for index in group if index != first]
    return CopyGroup(
        representative=articles[first].id,
        articles=(articles[first].id, *(articles[index].id for index in others)),
        shared={articles[i].id: round(containment(shingles[first], shingles[i]), 3) for i in others},
        changes=tuple(change for i in others for change in changes_between(articles[first], articles[i])),
    )


def changes_between(original: Article, copy: Article) -> tuple[Change, ...]:
    """The runs of words in which `copy` differs from `original`, in order; case and punctuation do not count."""
    left = list(WORD.finditer(original.text))
    right = list(WORD.finditer(copy.text))
    matcher = SequenceMatcher(
        None,
        [word[0].lower() for word in left],
        [word[0].lower() for word in right],
        autojunk=max(len(left), len(right)) > LONG,
    )
    return tuple(
        Change(
            article=copy.id,
            original=original.text[left[a].start() : left[b - 1].end()] if b > a else "",
            original_start=left[a].start() if a < len(left) else len(original.text),
            copy_words=copy.text[right[c].start() : right[d - 1].end()] if d > c else "",
            copy_start=right[c].start() if c < len(right) else len(copy.text),
        )
        for kind, a, b, c, d in matcher.get_opcodes()
        if kind != "equal"
    )
