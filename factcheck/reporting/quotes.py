"""The sentence of an article that bears what is said of it, verbatim and with where it stands."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from factcheck.models import Article, BaseClaim, StatementClaim
from factcheck.reporting.marking import Marked, excerpt, mark, shortened
from factcheck.reporting.provenance import article_name
from factcheck.reporting.words.catalogue import Words

QUOTE_LIMIT = 320
"""Characters of a quote that is shown."""
JOINED = 3
"""Sentences that a quote joins at most."""
TITLE_LIMIT = 60
"""Characters of an article's title where it stands beside a quote."""
_SHORT_WORD = 4
"""Words below this length tell two sentences apart badly, whatever the language; figures always do."""
_BRACKET = re.compile(r"\s*[(\[]([^()\[\]]+)[)\]]\s*$")


@dataclass(frozen=True)
class Quote:
    """Verbatim words of an article and where they stand."""

    words: Marked
    source: str


def best_quote(
    claims: Sequence[BaseClaim],
    articles: Mapping[str, Article],
    text: str,
    words: Sequence[str] = (),
    against: Collection[tuple[str, int]] = (),
    *,
    w: Words,
) -> Quote | None:
    """The sentence that bears the claims; when it lacks the `words`, the claim's other evidence with it.

    In this order: of a grounded claim; not a sentence `against` them (article and number), as that of a denial is
    with what it denies; with the words; of the claim with the `text` that stands for all; with most words of the
    claim; and of a denial the last, for what is denied is told before it.
    """
    best: tuple[tuple[float, ...], BaseClaim, int] | None = None
    for order, claim in enumerate(claims):
        article = articles.get(claim.article_id)
        for evidence in claim.evidence if article else ():
            assert article is not None
            sentence = article.quote(evidence.sentence)
            rank = (
                bool(claim.ungrounded),
                (claim.article_id, evidence.sentence) in against,
                not mark(sentence, words).any,
                claim.text != text,
                -len(content_words(sentence) & content_words(claim.text)),
                -evidence.sentence if denies(claim) else 0,
                order,
            )
            if best is None or rank < best[0]:
                best = rank, claim, evidence.sentence
    if best is None:
        return None
    _, claim, number = best
    article = articles[claim.article_id]
    alone = _sentence(number, claim, article)
    joined = None if mark(alone, words).any else _joined(claim, article)
    return Quote(mark(joined or excerpt(alone, words, QUOTE_LIMIT), words), source(claim, article, w))


def source(claim: BaseClaim, article: Article, w: Words) -> str:
    """Publisher, article and date: `Corriere, in “Title” (2024-10-25)`."""
    name = shortened(article_name(article), TITLE_LIMIT)
    named = w("quote.in", publisher=claim.publisher, title=name) if claim.publisher else w("quote.alone", title=name)
    return w("quote.dated", where=named, date=article.published_at.isoformat()) if article.published_at else named


def denies(claim: BaseClaim) -> bool:
    """Whether the claim is a denial, or the act of denying."""
    return claim.modality == "denied" or (isinstance(claim, StatementClaim) and claim.stance == "denies")


def content_words(text: str) -> set[str]:
    """The words that tell texts apart: not the short ones, but every one with a figure."""
    words = re.findall(r"\w+", text.casefold())
    return {word for word in words if len(word) >= _SHORT_WORD or any(map(str.isdigit, word))}


def _joined(claim: BaseClaim, article: Article) -> str | None:
    """The evidence of a claim together, gaps marked, when it is a few short sentences; without the mere context.

    Context is what shares less than half as many words with the claim as the best sentence does; in a denial the last
    sentence stays, for the words of denying are not those of the claim. Sentences of two paragraphs, such as a
    headline and the body, are not read as one text.
    """
    numbers = sorted({evidence.sentence for evidence in claim.evidence})
    shared = {number: len(content_words(article.quote(number)) & content_words(claim.text)) for number in numbers}
    last = numbers[-1] if denies(claim) else None
    kept = [number for number in numbers if 2 * shared[number] >= max(shared.values()) or number == last]
    if not 1 < len(kept) <= JOINED:
        return None
    text = _sentence(kept[0], claim, article)
    for before, number in pairwise(kept):
        one, other = article.sentences[before - 1], article.sentences[number - 1]
        follows = number == before + 1 and one.paragraph == other.paragraph
        text += (" " if follows else " … ") + _sentence(number, claim, article)
    return text if len(text) <= QUOTE_LIMIT else None


def _sentence(number: int, claim: BaseClaim, article: Article) -> str:
    """The words of a sentence without the name of its source in brackets behind them, which nobody said."""
    words = article.quote(number)
    signed = _BRACKET.search(words)
    names = {name.casefold() for name in (claim.publisher, claim.origin, article.publisher) if name}
    return words[: signed.start()] if signed and signed.start() and signed[1].strip().casefold() in names else words
