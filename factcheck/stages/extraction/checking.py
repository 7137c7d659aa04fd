"""What code checks in an extraction after the schema; none of it can be talked round by a model."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator

from factcheck.claim_types.dates import find_dates, parse_interval
from factcheck.claim_types.grounding import ungrounded
from factcheck.claim_types.text import content_tokens
from factcheck.models import Article, TimeSpan
from factcheck.stages.extraction.asking import Window
from factcheck.stages.extraction.wire import AnyWireClaim, WireExtraction, sentence_range

LONG_ARTICLE = 8
"""From this many sentences of the story on, an answer without a single claim is suspicious."""
SAME_LANGUAGE = 0.25
"""Least share of a claim's words that occur in the article when both are in one language.

Measured over the recorded claims of the three seed stories: at least .78 within one language, at most .21 against an
article of the same story in another.
"""
YEARS_AWAY = 3
"""How far a claim's year may lie from a year that the article names."""
LINKING_WORD = 3
"""Words up to this length only link the parts of a date ("del", "of")."""
_WORD = re.compile(r"\w+")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_SHORT_YEAR = re.compile(r"(?<!\w)['’](\d{2})(?!\d)")
_NO_WORD_BREAKS = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")
SHOWN = 6
"""Problems named in one complaint; the rest would cost tokens and teach nothing new."""


def complaint(article: Article, window: Window, answer: WireExtraction) -> str | None:
    """What is wrong with an answer, in one short line for the model; None when nothing is."""
    problems = [text for _, text in _problems(article, window, answer)]
    if not problems:
        return None
    more = f"; and {len(problems) - SHOWN} more of the kind" if len(problems) > SHOWN else ""
    return "; ".join(problems[:SHOWN]) + more


def defects(article: Article, window: Window, answer: WireExtraction) -> Iterator[str]:
    """The kinds of what is wrong with an answer, once for each claim or range, for the counts of a run."""
    return (kind for kind, _ in _problems(article, window, answer))


def worth_keeping(article: Article, window: Window, answer: WireExtraction) -> bool:
    """Whether an answer may be kept for later runs: not when it is wrong as a whole, in which nothing can be dropped.

    A single claim that is wrong is left out or flagged whenever the answer is read, so the rest of it stays paid for.
    """
    return not {"no_claims", "other_language"} & set(defects(article, window, answer))


def _problems(article: Article, window: Window, answer: WireExtraction) -> Iterator[tuple[str, str]]:
    for spec in (*answer.outside, *(passage.s for passage in answer.passages)):
        numbers = sentence_range(spec)
        if numbers is None or numbers[-1] > len(article.sentences):
            yield "sentence_unknown", f'"{spec[:20]}" is not a range of sentences of this article'
    outside = outside_sentences(article, answer)
    claims = [(g, c) for g, group in enumerate(answer.groups, 1) for c in group.claims]
    for group, claim in claims:
        where = f'group {group}, claim "{claim.x[:40]}"'
        wrong = [n for n in claim.s if n not in range(1, len(article.sentences) + 1)]
        if wrong or not claim.s:
            yield "sentence_unknown", f"{where}: sentences {wrong or 'missing'} do not exist"
            continue
        if all(n in outside for n in claim.s):
            yield "claim_outside", f"{where}: rests only on sentences that you put outside the story"
        loose = loose_parts(article, claim)
        if loose:
            yield "ungrounded", f"{where}: {', '.join(loose)} not in its sentences {claim.s}"
        if claim.d is not None and not plausible_time(article, claim.d):
            said = f"time {claim.d[:25]!r} is no EDTF interval, or its year is not in the article"
            yield "time_implausible", f"{where}: {said}"
    inside = [n for n in window.numbers if n not in outside]
    if not claims and len(inside) >= LONG_ARTICLE:
        yield "no_claims", f"no claim at all from {len(inside)} sentences of the story"
    if claims and not same_language(article, (claim.x for _, claim in claims)):
        language = article.language or "see the sentences"
        yield "other_language", f"the claims are not in the language of the article ({language})"


def outside_sentences(article: Article, answer: WireExtraction) -> frozenset[int]:
    """The sentences that the answer puts outside the story, out-of-range numbers dropped."""
    ranges = (sentence_range(spec) for spec in answer.outside)
    return frozenset(n for numbers in ranges if numbers for n in numbers if n <= len(article.sentences))


def loose_parts(article: Article, claim: AnyWireClaim) -> tuple[str, ...]:
    """Numbers, dates and quoted words of a claim that neither its evidence nor the article's head holds."""
    known = [article.quote(n) for n in claim.s if 1 <= n <= len(article.sentences)]
    head = [text for text in (article.title, article.publisher, article.author) if text]
    when = parse_interval(claim.d) if claim.d else None
    loose = ungrounded(claim.x, [*known, *head], article.language, article.published_at, when)
    return tuple(part for part in loose if not _excused(part, claim, " ".join(known), article))


def _excused(part: str, claim: AnyWireClaim, evidence: str, article: Article) -> bool:
    """Whether a part that the evidence does not hold as it stands is no invention all the same.

    - a number whose digits stand in the evidence, and whose unit stands in its paragraph or in a headline (tables);
    - the day of publication, or a part of it, which the head of the request gives;
    - a date that a self-contained claim takes over from elsewhere in the article;
    - a number that is part of a name the article uses ("Warehouse 7").
    """
    words, held = _WORD.findall(part.casefold()), set(_WORD.findall(evidence.casefold()))
    around = held | set(_WORD.findall(_surroundings(claim, article).casefold()))
    if all(word in (held if word[0].isdigit() else around) for word in words):
        return True
    dates = find_dates(part, article.language, article.published_at)
    if dates:
        published = article.published_at
        if published and all(_holds(mention.span, published) for mention in dates):
            return True
        named = set(_WORD.findall(article.text.casefold()))
        if published:
            named |= {str(published.year + step) for step in (-1, 0, 1)}
        return all(word in named or (word.isalpha() and len(word) <= LINKING_WORD) for word in words)
    carriers = re.findall(rf"(\w+)\s+{re.escape(part)}(?!\w)", claim.x)
    return any(word[0].isupper() and f"{word} {part}" in article.text for word in carriers)


def _holds(span: TimeSpan, day: dt.date) -> bool:
    return span.start is not None and span.end is not None and span.start <= day <= span.end


def _surroundings(claim: AnyWireClaim, article: Article) -> str:
    """The paragraphs of the evidence, and the headlines."""
    paragraphs = {article.sentences[n - 1].paragraph for n in claim.s if 1 <= n <= len(article.sentences)}
    near = (s.number for s in article.sentences if s.headline or s.paragraph in paragraphs)
    return " ".join(article.quote(number) for number in near)


def plausible_time(article: Article, interval: str) -> bool:
    """Whether an interval parses and each of its years is near one that the article or its publication names.

    Near is within YEARS_AWAY, because "eighteen months before" names no year of its own; "for thirty years" and "since
    the eighties" name one in words.
    """
    if parse_interval(interval) is None:
        return False
    named = {int(year) for year in _YEAR.findall(article.text)}
    if article.published_at:
        named.add(article.published_at.year)
    years = {int(year) for year in _YEAR.findall(interval)}
    named |= {2000 + int(short) for short in _SHORT_YEAR.findall(article.text)}
    if _all_near(years, named):
        return True
    mentions = find_dates(article.text, article.language, article.published_at)
    return _all_near(years, named | {day.year for m in mentions for day in (m.span.start, m.span.end) if day})


def _all_near(years: Iterable[int], named: Iterable[int]) -> bool:
    known = frozenset(named)
    return all(any(abs(year - other) <= YEARS_AWAY for other in known) for year in years)


def same_language(article: Article, claims: Iterable[str]) -> bool:
    """Whether the claims share enough words with the article to be in its language, over all claims together.

    Scripts that part no words (Han, Kana, Thai and their kin) are compared by their characters instead.
    """
    texts = list(claims)
    letters = [char for char in article.text if char.isalpha()]
    if sum(map(_parts_no_words, letters)) * 3 > len(letters):
        written = [char for text in texts for char in text if char.isalpha()]
        return sum(map(_parts_no_words, written)) * 3 > len(written)
    vocabulary = set(content_tokens(article.text, article.language))
    words = [word for text in texts for word in content_tokens(text, article.language)]
    if len(words) < 12 or not vocabulary:
        return True
    return sum(word in vocabulary for word in words) / len(words) >= SAME_LANGUAGE


def _parts_no_words(char: str) -> bool:
    return char >= "\u0e00" and unicodedata.name(char, "").startswith(_NO_WORD_BREAKS)
