"""From the model's answers to claims: passages, evidence copied from the text, ids by content, duplicates merged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from factcheck.claim_types.dates import parse_interval
from factcheck.claim_types.duplicates import near_identical
from factcheck.claim_types.text import normalised
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


def build(article: Article, answers: Sequence[WireExtraction]) -> Extraction:
    """The extraction of an article from the answers to its windows, in their order."""
    # An answer decides only about its own window: to a later one the lead is mere context, not outside of the story.
    outside = frozenset(
        number
        for window, answer in zip(windows(article), answers, strict=True)
        for number in outside_sentences(article, answer)
        if window.first <= number <= window.last
    )
    passages = _passages(article, answers)
    claims: list[Claim] = []
    dropped = 0
    for answer in answers:
        for group in answer.groups:
            for wire in group.claims:
                built = list(_claims(article, group, wire, passages, outside))
                dropped += not built
                claims.extend(built)
    merged = _told_apart(merge_duplicates(claims, article.language))
    covered = {evidence.sentence for claim in merged for evidence in claim.evidence}
    everything = range(1, len(article.sentences) + 1)
    notes = (f"{dropped} claims rested only on sentences outside the story and were left out",) if dropped else ()
    return Extraction(
        article_id=article.id,
        passages=passages,
        claims=merged,
        outside=tuple(sorted(outside)),
        uncovered=tuple(n for n in everything if n not in covered and n not in outside),
        notes=notes,
    )


def _passages(article: Article, answers: Iterable[WireExtraction]) -> tuple[Passage, ...]:
    """Passage 1 is the article itself; the outlets of an aggregator page follow, in the order of the text."""
    total = len(article.sentences)
    runs = {
        (numbers[0], min(numbers[-1], total)): " ".join(passage.p.strip(" ()[]").split())
        for answer in answers
        for passage in answer.passages
        if (numbers := sentence_range(passage.s)) and numbers[0] <= total and passage.p.strip(" ()[]")
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
    group: WireGroup,
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
        yield _claim(article, group, wire, passages[passage - 1], sentences)


def _claim(article: Article, group: WireGroup, wire: AnyWireClaim, passage: Passage, sentences: Sequence[int]) -> Claim:
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
            "speaker": _name(group.sp),
            "origin": _name(group.or_),
            "modality": group.m,
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
