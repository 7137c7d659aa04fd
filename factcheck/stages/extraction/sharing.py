"""What a copy need not be asked: sentences that it shares with its original, whose answer holds for both.

A paragraph is taken over whole or not at all, and only when nothing that it gave rests on what the copy changed: not
the evidence of its claims, not the name or the source that they take from elsewhere, not a date that counts from the
day of publication. In doubt it is asked: that costs a paragraph, a wrong attribution would cost the report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from factcheck.claim_types.dates import find_dates
from factcheck.claim_types.names import find_names
from factcheck.claim_types.text import unaccented
from factcheck.models import Article, Sentence, Value
from factcheck.stages.extraction.checking import loose_parts, plausible_time
from factcheck.stages.extraction.standing import SPACELESS, WORD
from factcheck.stages.extraction.wire import AnyWireClaim, WireExtraction, WireGroup, WirePassage, sentence_range

_YEAR = re.compile(r"\d{4}")
_CREDIT = re.compile(r"\(([^()\n]{2,60})\)[.\s]*$")


class Borrowed(Value):
    """What an original's answers give a copy."""

    answer: WireExtraction
    """The original's answers as far as they rest on shared sentences, with the copy's sentence numbers."""
    sentences: tuple[int, ...]
    """The copy's sentences that are not asked."""

    def own(self, copy: Article) -> tuple[int, ...]:
        """The copy's other sentences."""
        taken = frozenset(self.sentences)
        return tuple(s.number for s in copy.sentences if s.number not in taken)


class _Told(NamedTuple):
    """A claim of the original with the group that says who asserts it."""

    group: WireGroup
    claim: AnyWireClaim


def unshared(copy: Article, original: Article) -> tuple[int, ...]:
    """The sentences of the copy that are certain to be asked; those whose claims turn out to rest on them add to it."""
    paired = paired_sentences(copy, original) if copy.language == original.language else {}
    return tuple(s.number for s in copy.sentences if s.number not in paired)


def paired_sentences(copy: Article, original: Article) -> dict[int, int]:
    """Sentence of the copy -> the same sentence of the original, in paragraphs that neither of them changed.

    The same but for white space. A paragraph counts when all its sentences follow one another in the other article too,
    which may part its paragraphs elsewhere.
    """
    left, right = ([_key(article, s) for s in article.sentences] for article in (original, copy))
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    paired = {block.b + at + 1: block.a + at + 1 for block in matcher.get_matching_blocks() for at in range(block.size)}
    while broken := _broken(copy, original, paired):
        paired = {mine: theirs for mine, theirs in paired.items() if mine not in broken}
    return paired


def _key(article: Article, sentence: Sentence) -> tuple[bool, str]:
    return sentence.headline, " ".join(article.text[sentence.start : sentence.end].split())


def _broken(copy: Article, original: Article, paired: Mapping[int, int]) -> set[int]:
    """Paired sentences of the copy whose paragraph, here or there, is not paired whole and in one run."""
    found: set[int] = set()
    for numbers in _paragraphs(copy):
        theirs = [paired[n] for n in numbers if n in paired]
        if theirs and (len(theirs) < len(numbers) or theirs[-1] - theirs[0] >= len(theirs)):
            found.update(n for n in numbers if n in paired)
    back = {theirs: mine for mine, theirs in paired.items()}
    for numbers in _paragraphs(original):
        mine = [back[n] for n in numbers if n in back]
        if mine and len(mine) < len(numbers):
            found.update(mine)
    return found


def _paragraphs(article: Article) -> Iterable[list[int]]:
    runs: dict[int, list[int]] = {}
    for sentence in article.sentences:
        runs.setdefault(sentence.paragraph, []).append(sentence.number)
    return runs.values()


def borrow(copy: Article, original: Article, answers: Sequence[WireExtraction]) -> Borrowed | None:
    """What `copy` takes over of the answers to all windows of `original`; None when it is nothing."""
    if copy.language != original.language or _credits_another(copy, original):
        return None
    told = [_Told(group, claim) for answer in answers for group in answer.groups for claim in group.claims]
    paired = paired_sentences(copy, original)
    while paired:
        doubtful = set(_Doubts(copy, original, paired).of(told, answers))
        if not doubtful:
            break
        asked = {copy.sentences[n - 1].paragraph for n in doubtful}
        paired = {m: t for m, t in paired.items() if copy.sentences[m - 1].paragraph not in asked}
    if not paired:
        return None
    return Borrowed(answer=_renumbered(answers, paired), sentences=tuple(sorted(paired)))


def outgrown(copy: Article, original: Article, own: Iterable[WireExtraction]) -> bool:
    """Whether the copy's own sentences name a source, or outlets, that could stand behind the shared ones as well.

    A page whose headline passes on another paper's disclosure passes it on to all that it tells.
    """
    known = _words(_head_and_text(original), copy.publisher or "")
    origins = (group.or_ or "" for answer in own for group in answer.groups)
    outlets = (passage.p for answer in own for passage in answer.passages)
    return any(_words(name) - known for name in (*origins, *outlets))


def _credits_another(copy: Article, original: Article) -> bool:
    """Whether a sentence of the copy ends with a name in brackets that the original does not have."""
    known = _words(_head_and_text(original))
    for sentence in copy.sentences:
        credit = _CREDIT.search(copy.quote(sentence.number))
        if credit is not None and any(c.isupper() for c in credit[1]) and _words(credit[1]) - known:
            return True
    return False


class _Doubts:
    """Which paired sentences cannot be taken over after all, given that the others of the copy are asked."""

    def __init__(self, copy: Article, original: Article, paired: Mapping[int, int]) -> None:
        self._copy = copy
        self._original = original
        self._paired = paired
        self._back = {theirs: mine for mine, theirs in paired.items()}
        self._there = _words(_head_and_text(original))
        self._kept = _words(*(copy.quote(n) for n in paired), copy.publisher or "", copy.author or "")
        self._after = frozenset(self._after_news())

    def of(self, told: Sequence[_Told], answers: Sequence[WireExtraction]) -> Iterator[int]:
        """Sentences of the copy."""
        for answer in answers:
            for passage in answer.passages:
                numbers = sentence_range(passage.s) or ()
                mine = [self._back[n] for n in numbers if n in self._back]
                if mine and (len(mine) < len(numbers) or mine[-1] - mine[0] >= len(mine)):
                    yield from mine
        for each in told:
            kept = [self._back[n] for n in each.claim.s if n in self._back]
            if kept and self._doubtful(each, kept):
                yield from kept

    def _doubtful(self, told: _Told, kept: Sequence[int]) -> bool:
        claim = told.claim
        body = [n for n in claim.s if 0 < n <= len(self._original.sentences) and not self._is_headline(n)]
        if any(n not in self._back for n in body):
            return True
        said = _words(claim.x, told.group.sp or "", told.group.or_ or "") & self._there
        if said - self._kept:
            return True
        if self._after.intersection(kept) and said - _words(*(self._copy.quote(n) for n in kept)):
            return True
        return self._counts_from_publication(claim, kept) or self._grounds_less(claim, kept)

    def _is_headline(self, number: int) -> bool:
        return self._original.sentences[number - 1].headline

    def _counts_from_publication(self, claim: AnyWireClaim, kept: Sequence[int]) -> bool:
        """Whether the claim's time could be another when the day of publication is."""
        if self._copy.published_at == self._original.published_at:
            return False
        quotes = [self._copy.quote(n) for n in kept]
        years = set(_YEAR.findall(" ".join(quotes)))
        if claim.d is not None and not years.issuperset(_YEAR.findall(claim.d)):
            return True
        mentions = (m for quote in quotes for m in find_dates(quote, self._copy.language, None))
        return any(m.kind in ("relative", "weekday") or (m.year is None and m.kind != "decade") for m in mentions)

    def _grounds_less(self, claim: AnyWireClaim, kept: Sequence[int]) -> bool:
        """Whether code finds something wanting in the claim that it did not find in the original."""
        mine = claim.model_copy(update={"s": sorted(kept)})
        if loose_parts(self._copy, mine) and not loose_parts(self._original, claim):
            return True
        if claim.d is None or plausible_time(self._copy, claim.d):
            return False
        return plausible_time(self._original, claim.d)

    def _after_news(self) -> Iterator[int]:
        """Sentences of paragraphs that follow one of the copy's own with a name that the original does not have."""
        news = False
        for numbers in _paragraphs(self._copy):
            if numbers[0] in self._paired:
                if news:
                    yield from numbers
                news = False
            elif not self._copy.sentences[numbers[0] - 1].headline:
                quotes = " ".join(self._copy.quote(n) for n in numbers)
                names = find_names(quotes, self._copy.language) & find_names(self._copy.text, self._copy.language)
                news = bool(_words(*names) - self._there)


def _renumbered(answers: Sequence[WireExtraction], paired: Mapping[int, int]) -> WireExtraction:
    back = {theirs: mine for mine, theirs in paired.items()}
    passages, outside, groups = list[WirePassage](), set[int](), list[WireGroup]()
    for answer in answers:
        outside |= {back[n] for spec in answer.outside for n in sentence_range(spec) or () if n in back}
        for passage in answer.passages:
            mine = [back[n] for n in sentence_range(passage.s) or () if n in back]
            if mine:
                passages.append(WirePassage(p=passage.p, s=f"{mine[0]}-{mine[-1]}"))
        for group in answer.groups:
            claims = [
                claim.model_copy(update={"s": sorted(back[n] for n in claim.s if n in back)})
                for claim in group.claims
                if any(n in back for n in claim.s)
            ]
            if claims:
                groups.append(group.model_copy(update={"claims": claims}))
    return WireExtraction(passages=passages, outside=[str(n) for n in sorted(outside)], groups=groups)


def _head_and_text(article: Article) -> str:
    return "\n".join(filter(None, (article.title, article.publisher, article.author, article.text)))


def _words(*texts: str) -> frozenset[str]:
    """Words, case and accents folded; of scripts that part none, each pair of characters."""
    found: set[str] = set()
    for word in WORD.findall(unaccented(" ".join(texts))):
        if SPACELESS.search(word):
            found.update(word[at : at + 2] for at in range(max(1, len(word) - 1)))
        else:
            found.add(word)
    return frozenset(found)
