"""Texts that repeat each other's words: copy that no credit admits."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from factcheck.models import Article, Extraction
from factcheck.stages.aggregation.facts import components

SHINGLE = 5
"""Words per shingle; five is the usual length for finding news copy (Broder 1997)."""
SHARED_SHINGLES = 3
"""Fewest shingles that two texts must share: a run of seven words, longer than most names and set phrases."""
CONTAINMENT = 0.5
"""Share of the shorter text's shingles that must stand in the longer one for the two to count as one text."""

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")


def shingles(text: str) -> frozenset[int]:
    """Hashes of all runs of five words, case and punctuation apart; scripts without spaces count characters."""
    words = _WORD.findall(text.casefold())
    return frozenset(hash(tuple(words[i : i + SHINGLE])) for i in range(len(words) - SHINGLE + 1))


def sharing(texts: Mapping[str, frozenset[int]]) -> Iterator[tuple[str, str]]:
    """The pairs of keys whose shingles overlap enough to be one text, lower key first."""
    holders: dict[int, list[str]] = defaultdict(list)
    for key in sorted(texts):
        for shingle in texts[key]:
            holders[shingle].append(key)
    shared: Counter[tuple[str, str]] = Counter()
    for keys in holders.values():
        shared.update(combinations(keys, 2))
    for (left, right), count in sorted(shared.items()):
        if count >= SHARED_SHINGLES and count >= CONTAINMENT * min(len(texts[left]), len(texts[right])):
            yield left, right


def passage_texts(extractions: Sequence[Extraction], articles: Mapping[str, Article]) -> dict[tuple[str, int], str]:
    """Passage -> its own words: a sentence belongs to the narrowest passage around it, teasers to none."""
    texts: dict[tuple[str, int], list[str]] = {}
    for extraction in extractions:
        article = articles[extraction.article_id]
        narrowest_last = sorted(extraction.passages, key=lambda p: (p.first - p.last, p.number))
        owner = {number: p.number for p in narrowest_last for number in range(p.first, p.last + 1)}
        texts |= {(article.id, p.number): [] for p in extraction.passages}
        for sentence in article.sentences:
            if sentence.number in owner and sentence.number not in extraction.outside:
                texts[article.id, owner[sentence.number]].append(article.quote(sentence.number))
    return {key: " ".join(quotes) for key, quotes in texts.items()}


def alike(texts: Mapping[tuple[str, int], str]) -> dict[tuple[str, int], str]:
    """Passage -> a name equal for all passages that share their text."""
    by_name = {f"{article_id}/{number}": (article_id, number) for article_id, number in texts}
    pieces = {name: shingles(texts[key]) for name, key in by_name.items()}
    return {by_name[name]: cluster[0] for cluster in components(sorted(by_name), sharing(pieces)) for name in cluster}
