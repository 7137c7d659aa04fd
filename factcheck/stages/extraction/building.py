"""From the model's answers to claims: passages, evidence copied from the text, ids by content, duplicates merged."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from factcheck.claim_types.dates import parse_interval
from factcheck.claim_types.duplicates import near_identical
from factcheck.claim_types.lexicon_function_words import ALL_STOP
from factcheck.claim_types.names import find_names, same_name
from factcheck.claim_types.text import normalised, unaccented
from factcheck.models import (
    CLAIM,
    Article,
    Claim,
    Evidence,
    Extraction,
    Passage,
    TimeSpan,
    tagged_hash,
)
from factcheck.stages.extraction.asking import windows
from factcheck.stages.extraction.checking import loose_parts, outside_sentences, plausible_time
from factcheck.stages.extraction.wire import AnyWireClaim, WireExtraction, WireGroup, sentence_range

_FIELDS = {
    "event": {},
    "quantity": {"of": "counted", "v": "value", "hi": "upper", "u": "unit", "c": "comparator"},
    "statement": {"st": "stance"},
    "attribute": {"sub": "subject", "att": "attribute", "val": "value"},
    "causal": {"cause": "cause", "eff": "effect"},
    "rule": {"by": "body", "req": "requirement"},
    "prediction": {"hz": "horizon"},
    "opinion": {},
}
"""Per claim type: key on the wire -> field of the claim."""

_WORD = re.compile(r"[^\W_]+")
_SPACELESS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_EMPTY = frozenset(map(unaccented, ALL_STOP))
"""Words that are part of many names and show none to stand in a text: "The", "di"."""
_SIGNIFICANT = 3
"""Fewest letters of a word that shows a name to stand in a text; shorter ones stand everywhere."""
_UNINFLECTED = 4
"""Most letters of a word that counts only as it is written: "Ann" does not stand in "announced"."""
_ACRONYM = 6
"""Most letters of an acronym."""


def build(article: Article, answers: Sequence[WireExtraction]) -> Extraction:
    """The extraction of an article from the answers to its windows, in their order."""
    # An answer decides only about its own window: to a later one the lead is mere context, not outside of the story.
    outside = frozenset(
        number
        for window, answer in zip(windows(article), answers, strict=True)
        for number in outside_sentences(article, answer)
        if window.first <= number <= window.last
    )
    given = {name for answer in answers for name in _names_given(answer)}
    standing = _standing(article, given)
    passages = _passages(article, answers, standing)
    claims: list[Claim] = []
    dropped = 0
    for answer in answers:
        for group in answer.groups:
            attribution = _attribution(group, standing)
            for wire in group.claims:
                built = list(_claims(article, attribution, wire, passages, outside))
                dropped += not built
                claims.extend(built)
    merged = _told_apart(merge_duplicates(claims, article.language))
    covered = {evidence.sentence for claim in merged for evidence in claim.evidence}
    everything = range(1, len(article.sentences) + 1)
    notes = [f"{dropped} claims rested only on sentences outside the story and were left out"] if dropped else []
    if invented := len(given) - len(standing):
        one = "1 name that does not stand in the article was left out"
        notes.append(one if invented == 1 else f"{invented} names that do not stand in the article were left out")
    return Extraction(
        article_id=article.id,
        passages=passages,
        claims=merged,
        outside=tuple(sorted(outside)),
        uncovered=tuple(n for n in everything if n not in covered and n not in outside),
        notes=tuple(notes),
    )


def _names_given(answer: WireExtraction) -> Iterable[str]:
    """Whom an answer names as publisher of a passage, speaker or origin; several origins are parted by `;`."""
    names: list[str | None] = [_publisher(passage.p) for passage in answer.passages]
    for group in answer.groups:
        names += [_name(group.sp), *_origins(group.or_)]
    return [name for name in names if name]


def _standing(article: Article, names: Iterable[str]) -> frozenset[str]:
    """The names, or descriptions, of which a word or the initials stand in the article, its byline or its publisher.

    A model that fills in who said something from what it knows, and not from the text, would make up origins.
    """
    whole = "\n".join(filter(None, (article.title, article.publisher, article.author, article.text)))
    plain = unaccented(whole)
    words = frozenset(_WORD.findall(plain))
    written = _WORD.findall(whole)
    short = {word for word in written if word[0].isupper() and 1 < len(word) <= _ACRONYM}
    candidates = find_names(whole, article.language) | short
    initials = "".join(unaccented(word)[:1] or " " for word in written)

    def stands(name: str) -> bool:
        tokens = _WORD.findall(unaccented(name))
        if any(_in_text(token, plain, words) for token in tokens if token not in _EMPTY):
            return True
        if len(tokens) == 1 and (tokens[0] in words or (_is_acronym(name) and tokens[0] in initials)):
            return True
        return any(same_name(name, candidate) for candidate in candidates)

    return frozenset(name for name in names if stands(name))


def _in_text(token: str, plain: str, words: frozenset[str]) -> bool:
    """Whether a word that is long enough stands in the text, a longer one also with another ending: Kreml, Kremla.

    In scripts without spaces, where nothing shows the end of a word, three characters in a row are enough.
    """
    if _SPACELESS.search(token):
        return any(token[at : at + _SIGNIFICANT] in plain for at in range(max(1, len(token) - _SIGNIFICANT + 1)))
    if len(token) < _SIGNIFICANT:
        return False
    return token in words or (len(token) > _UNINFLECTED and any(word.startswith(token) for word in words))


def _is_acronym(name: str) -> bool:
    return _SIGNIFICANT <= len(name) <= _ACRONYM and name[-1].isupper()


def _attribution(group: WireGroup, standing: frozenset[str]) -> dict[str, str | None]:
    """Speaker, origin and modality of a group's claims, less the names that the article does not have."""
    speaker = _name(group.sp)
    origins = [origin for origin in _origins(group.or_) if origin in standing]
    return {
        "speaker": speaker if speaker in standing else None,
        "origin": "; ".join(origins) or None,
        "modality": group.m,
    }


def _passages(article: Article, answers: Iterable[WireExtraction], standing: frozenset[str]) -> tuple[Passage, ...]:
    """Passage 1 is the article itself; the outlets of an aggregator page follow, in the order of the text.

    A passage whose outlet does not stand in the article is the article's own publisher's.
    """
    total = len(article.sentences)
    runs = {
        (numbers[0], min(numbers[-1], total)): name if name in standing else article.publisher
        for answer in answers
        for passage in answer.passages
        if (numbers := sentence_range(passage.s)) and numbers[0] <= total and (name := _publisher(passage.p))
    }
    own = Passage(article_id=article.id, number=1, publisher=article.publisher, first=1, last=max(total, 1))
    others = (
        Passage(article_id=article.id, number=number, publisher=name, first=first, last=last)
        for number, ((first, last), name) in enumerate(sorted(runs.items()), 2)
    )
    return (own, *others)


def _passage_of(passages: Sequence[Passage], sentence: int) -> Passage:
    inner = [p for p in passages[1:] if p.first <= sentence <= p.last]
    return min(inner, key=lambda p: p.last - p.first) if inner else passages[0]


def _claims(
    article: Article,
    attribution: Mapping[str, str | None],
    wire: AnyWireClaim,
    passages: Sequence[Passage],
    outside: frozenset[int],
) -> Iterable[Claim]:
    """The claim, once per passage that its evidence lies in; none when all its evidence is outside the story."""
    numbers = sorted({n for n in wire.s if 1 <= n <= len(article.sentences)})
    inside = [n for n in numbers if n not in outside]
    if numbers and not inside:
        return
    by_passage: dict[int, list[int]] = {}
    for number in inside:
        by_passage.setdefault(_passage_of(passages, number).number, []).append(number)
    for passage, sentences in (by_passage or {1: []}).items():
        yield _claim(article, attribution, wire, passages[passage - 1], sentences)


def _claim(
    article: Article,
    attribution: Mapping[str, str | None],
    wire: AnyWireClaim,
    passage: Passage,
    sentences: Sequence[int],
) -> Claim:
    text = " ".join(wire.x.split())
    # Only what stands in this passage: another outlet's figure must not speak for this one's vaguer words.
    own = wire.model_copy(update={"s": list(sentences)})
    loose = loose_parts(article, own) if sentences else ("no evidence",)
    fields = {field: getattr(wire, key) for key, field in _FIELDS[wire.t].items()}
    return CLAIM.validate_python(
        {
            "type": wire.t,
            "id": tagged_hash({"article": article.id, "sentences": list(sentences), "text": text}),
            "article_id": article.id,
            "text": text,
            "evidence": tuple(_evidence(article, number) for number in sentences),
            "passage": passage.number,
            "publisher": passage.publisher,
            **attribution,
            "when": _when(article, wire.d),
            "core": wire.k,
            "ungrounded": loose,
            **fields,
        }
    )


def _evidence(article: Article, number: int) -> Evidence:
    sentence = article.sentences[number - 1]
    return Evidence(sentence=number, start=sentence.start, end=sentence.end, quote=article.quote(number))


def _name(text: str | None) -> str | None:
    return " ".join((text or "").split()) or None


def _publisher(text: str) -> str:
    return " ".join(text.strip(" ()[]").split())


def _origins(text: str | None) -> list[str]:
    return [part for origin in (text or "").split(";") if (part := " ".join(origin.split()))]


def _when(article: Article, interval: str | None) -> TimeSpan | None:
    if interval is None or not plausible_time(article, interval):
        return None
    span = parse_interval(interval)
    return span.model_copy(update={"expression": interval}) if span else None


def merge_duplicates(claims: Iterable[Claim], language: str | None) -> tuple[Claim, ...]:
    """Claims that one passage makes twice, merged into the first with the evidence of both, in order of evidence.

    The same words, or nearly the same with the same numbers and negations (claim_types.duplicates), from the same
    speaker in the same modality. A grounded claim takes the place of an ungrounded one, which would never be compared.
    """
    kept: list[Claim] = []
    for claim in claims:
        for index, other in enumerate(kept):
            if _same(claim, other, language):
                evidence = {e.sentence: e for e in (*other.evidence, *claim.evidence)}
                first = claim if other.ungrounded and not claim.ungrounded else other
                kept[index] = first.model_copy(
                    update={
                        "evidence": tuple(evidence[n] for n in sorted(evidence)),
                        "core": other.core or claim.core,
                    }
                )
                break
        else:
            kept.append(claim)
    return tuple(sorted(kept, key=lambda c: ([e.sentence for e in c.evidence], c.id)))


def _told_apart(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Claims with ids of their own: one text of one sentence that two speakers say is two claims."""
    count = Counter(claim.id for claim in claims)
    return tuple(
        claim
        if count[claim.id] == 1
        else claim.model_copy(update={"id": tagged_hash([claim.id, claim.type, claim.speaker, claim.modality])})
        for claim in claims
    )


def _same(a: Claim, b: Claim, language: str | None) -> bool:
    if (a.type, a.passage, a.speaker, a.modality) != (b.type, b.passage, b.speaker, b.modality):
        return False
    return normalised(a.text) == normalised(b.text) or near_identical(a.text, b.text, language)
