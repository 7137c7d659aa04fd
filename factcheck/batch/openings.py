"""What grouping looks at of an article, its opening, and how alike openings are.

Words, names and figures of title and first words, each as TF-IDF. Names are brought to one script and also taken apart,
so that Долгих and Dolgikh, or Ostwald and Ostwalder, are near each other. Nothing here raises on any text.
"""

from __future__ import annotations

import datetime as dt
import math
from array import array
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

import regex

from factcheck.claim_types.lexicon_function_words import STOP
from factcheck.claim_types.names import find_names
from factcheck.claim_types.numbers import NumberMention, find_numbers
from factcheck.claim_types.text import primary, unaccented, words_once
from factcheck.models import Article, Value

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

OPENING_WORDS = 150
"""Words of the body that count beside the title: news leads hold who, what, where and when.

In scripts without spaces two characters are counted as a word.
"""
LONGEST = 2_000
"""Characters of the body beyond which nothing counts, whatever it takes for words."""
WORDS_WEIGHT, NAMES_WEIGHT, FIGURES_WEIGHT = 0.7, 1.0, 0.6
"""Names weigh most: they are what reports in two languages have in common, and what tells two fires apart."""
FEW = 3.0
"""TF-IDF length below which figures count less: a report whose only figure is 12 is not like all that tell of 12."""
PRIOR = 1_000
"""Openings without a term that every folder is thought to hold beside its own.

In a folder of a dozen articles what one story tells in all its reports is no common word; only in a large one do
document frequencies say what is.
"""
FEW_ARTICLES, FEW_OF_OUTLET, STEEP = 10, 3, 4
"""What nearly all openings of a folder, or of an outlet, hold says nothing, unless there are few.

Agencies, bylines, invitations to subscribe: weights fall with (holders / (openings + 10)) ** 4, and in the openings of
an outlet with (holders / (openings + 3)) ** 4.
"""
ACROSS = 1.5
"""Times the similarity of two languages: so unrelated texts are as much alike as in one (99 in 100 below .14)."""
NEAR = 2
"""Days between two publications that say nothing against one event."""
HALVING = 14
"""Days after which, beyond those, similarity counts half."""
LEAST = 0.3
"""What counts however far apart: nearly equal texts stay together, for days of publication can be wrong."""
GRAM = 3
"""Characters of the pieces of names; the ends of the name count as one."""

SHORT = 3
"""Letters of a word that counts as a function word in languages without a list, if their script has capitals."""

_WORD, _NAME, _PIECE, _FIGURE = " ", "=", "~", "#"
"""What a column stands for."""
_SPACELESS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_COUNTED = regex.compile(rf"[{_SPACELESS}]{{1,2}}|[^\s{_SPACELESS}]+")
_HIRAGANA = regex.compile(r"\p{Hiragana}")
"""In which endings and particles are written, and names hardly ever."""
_JOINT = regex.compile(r"[.&-]")
_NOT_PLAIN = regex.compile(r"[^a-z0-9]+")


def parameters() -> list[float]:
    """All that the likeness of given openings depends on."""
    weights = [WORDS_WEIGHT, NAMES_WEIGHT, FIGURES_WEIGHT, FEW, PRIOR, FEW_ARTICLES, FEW_OF_OUTLET, STEEP, ACROSS]
    return [*weights, NEAR, HALVING, LEAST, GRAM, SHORT, OPENING_WORDS]


class Opening(Value):
    """What grouping looks at of one article."""

    article_id: str
    title: str
    text: str
    """Title and first words."""
    names: tuple[str, ...]
    """Words of the names in the text, folded; one with a hyphen as a whole and in its parts."""
    figures: tuple[str, ...]
    """Of the text, as plain decimals: `4200000000` for "4,2 Milliarden"; no dates, times and ordinals."""
    publisher: str | None
    language: str | None
    published_at: dt.date | None


def opening_of(article: Article) -> Opening:
    """The opening of an article; the title when it has one, else its first sentence."""
    first = article.quote(1) if article.sentences else article.text[:100]
    title = article.title or first
    start = _first_words(article.text.removeprefix(title)[:LONGEST])
    text = f"{title[:LONGEST]}\n{start}"
    named = start if start and _all_capitals(title) else text
    return Opening(
        article_id=article.id,
        title=" ".join(title.split()),
        text=text,
        names=names_of(named, article.language),
        figures=figures_of(text, article.language),
        publisher=article.publisher,
        language=article.language,
        published_at=article.published_at,
    )


def _first_words(body: str) -> str:
    end = 0
    for word in islice(_COUNTED.finditer(body), OPENING_WORDS):
        end = word.end()
    return " ".join(body[:end].split())


def _all_capitals(title: str) -> bool:
    """Whether the title is printed so that capitals mark no names: "Fire Halts Plant in Eskerby", or in capitals."""
    long = [word for word in title.split() if len(word) > SHORT and word[0].upper() != word[0].lower()]
    return len(long) > 2 and all(word[0].isupper() for word in long)


def names_of(text: str, language: str | None) -> tuple[str, ...]:
    """The words of all names in `text`, folded and sorted; of "Transalp-Streik" the whole and both parts.

    In Chinese and Japanese pairs of characters stand for words.
    """
    found = {word for name in find_names(text, language) for word in name.split() if not _HIRAGANA.search(word)}
    return tuple(sorted(found.union(*map(_JOINT.split, found)) - {""}))


def figures_of(text: str, language: str | None) -> tuple[str, ...]:
    """Counts, sums and shares in `text`, in digits or words, as plain decimals, sorted."""
    counts = (m for m in find_numbers(text, language) if m.role in ("cardinal", "money", "percent"))
    values = {value for mention in counts for value in _told(mention) if math.isfinite(value)}
    return tuple(f"{value:.6f}".rstrip("0").rstrip(".") for value in sorted(values))


def _told(mention: NumberMention) -> tuple[float, ...]:
    """The number that stands there: 900 of "about 900", 400 of "more than 400", both ends of a range."""
    if mention.comparator == "about":
        return ((mention.low + mention.high) / 2,)
    if mention.comparator in ("at_least", "more_than"):
        return (mention.low,)
    if mention.comparator in ("at_most", "less_than"):
        return (mention.high,)
    return mention.low, mention.high


class Gathered:
    """What is counted of openings, which are added one by one; of their texts nothing is held."""

    def __init__(self) -> None:
        self.ids = list[str]()
        """Of the articles."""
        self.titles = list[str]()
        self.days = list[dt.date | None]()
        """Of publication."""
        self.languages = list[str | None]()
        self.outlets: dict[str, list[int]] = defaultdict(list)
        """The openings of each publisher that is named, by their number."""
        self.words, self.names, self.figures = Terms(), Terms(), Terms()
        self._written = dict[str, str]()

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, opening: Opening) -> None:
        """Count the terms of an opening."""
        if opening.publisher:
            self.outlets[unaccented(opening.publisher)].append(len(self.ids))
        self.ids.append(opening.article_id)
        self.titles.append(opening.title)
        self.days.append(opening.published_at)
        self.languages.append(primary(opening.language))
        for part in opening.names:
            plain = latin(part)
            known = self._written.get(plain)
            if part != plain or known is not None:
                if known is None and _NAME + plain in self.names.columns:  # till now it was always written so
                    known = plain
                self._written[plain] = min(part, known or part)
        self.words.add(_words(opening))
        self.names.add(_names(opening))
        self.figures.add(_figures(opening))

    def shown(self, term: str) -> str:
        """A term as people read it: a name in a script of the articles, pieces of names not at all."""
        if term[:1] in ("", _PIECE):
            return ""
        return self._written.get(term[1:], term[1:]) if term[0] == _NAME else term[1:]

    def tells_figure(self, term: str) -> bool:
        """Whether a term is a figure; all others are names and words."""
        return term.startswith(_FIGURE)


def gather(openings: Iterable[Opening]) -> Gathered:
    """What is counted of these openings, in their order."""
    gathered = Gathered()
    for opening in openings:
        gathered.add(opening)
    return gathered


class Terms:
    """The terms of one kind, opening by opening: a number for each that was found."""

    def __init__(self) -> None:
        self.columns = dict[str, int]()
        """Terms in the order in which they were met."""
        self._found, self._ends = array("i"), array("q", (0,))

    def add(self, terms: Iterable[str]) -> None:
        """The terms of the next opening."""
        self._found.extend([self.columns.setdefault(term, len(self.columns)) for term in terms])
        self._ends.append(len(self._found))

    def taken(self) -> tuple[csr_matrix, list[str]]:
        """How often each opening holds each term, one column per term by their names, and these names.

        They are held here no longer.
        """
        import numpy as np
        from scipy.sparse import csr_matrix

        found, ends, names = np.array(self._found, np.int32), np.array(self._ends, np.int64), sorted(self.columns)
        place = np.empty(len(names), np.int32)
        place[[self.columns[name] for name in names]] = np.arange(len(names), dtype=np.int32)
        self.columns, self._found, self._ends = {}, array("i"), array("q", (0,))
        met = csr_matrix((np.ones(len(found), np.float32), found, ends), shape=(len(ends) - 1, max(1, len(names))))
        met.sum_duplicates()
        # Within a row they stay as they were met, for sums of floats depend on the order.
        return csr_matrix((met.data, place[met.indices], met.indptr), shape=(len(ends) - 1, len(names))), names


def _words(opening: Opening) -> list[str]:
    """Without digits, which the figures hold, and without short words where nobody says which are function words."""
    stop = STOP.get(primary(opening.language) or "", frozenset())
    least = 2 if stop else SHORT + 1
    return [
        _WORD + unaccented(token)
        for token in words_once(opening.text)
        if token not in stop and not token.isdecimal() and len(token) >= (least if token.upper() != token else 2)
    ]


def _names(opening: Opening) -> list[str]:
    """The words of names in Latin letters, each as a whole and in pieces; those with a hyphen as a whole."""
    plain = {latin(name): _JOINT.search(name) is None for name in opening.names}
    names = [name for name in sorted(plain) if len(name) > 1]
    pieces = (piece for name in names if plain[name] for piece in _pieces(name))
    return [*(_NAME + name for name in names), *(_PIECE + piece for piece in pieces)]


def _figures(opening: Opening) -> list[str]:
    return [_FIGURE + figure for figure in opening.figures]


def _pieces(name: str) -> list[str]:
    padded = f" {name} "
    return [padded[start : start + GRAM] for start in range(len(padded) - GRAM + 1)]


@lru_cache(maxsize=8_192)
def latin(name: str) -> str:
    """A name in plain Latin letters and digits, small; as it stands where nothing is known of its script."""
    if name.isascii():
        return _NOT_PLAIN.sub("", name.lower()) or name
    from anyascii import anyascii

    return _NOT_PLAIN.sub("", anyascii(name).lower()) or name
