"""From the model's answers to claims: passages, evidence copied from the text, ids by content, duplicates merged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from factcheck.claim_types.dates import parse_interval
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
from factcheck.stages.extraction.asking import Window, windows
from factcheck.stages.extraction.checking import loose_parts, outside_sentences, plausible_time
from factcheck.stages.extraction.repeats import merge_duplicates
from factcheck.stages.extraction.standing import standing
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


def build(article: Article, answers: Sequence[WireExtraction], asked: Sequence[Window] | None = None) -> Extraction:
    """The extraction of an article from the answers to the windows that it was asked in, in their order.

    `asked` are those windows when they are not `windows(article)`.
    """
    # An answer decides only about its own window: to a later one the lead is mere context, not outside of the story.
    outside = frozenset(
        number
        for window, answer in zip(windows(article) if asked is None else asked, answers, strict=True)
        for number in outside_sentences(article, answer)
        if number in window.numbers
    )
    given = {name for answer in answers for name in names_given(answer)}
    # A model that fills in who said something from what it knows, and not from the text, would make up origins.
    known = standing(given, (article.title, article.publisher, article.author, article.text), article.language)
    passages = _passages(article, answers, known)
    claims: list[Claim] = []
    dropped = 0
    for answer in answers:
        for group in answer.groups:
            attribution = _attribution(group, known)
            for wire in group.claims:
                built = list(_claims(article, attribution, wire, passages, outside))
                dropped += not built
                claims.extend(built)
    if asked is not None:  # what a copy took over and what it was asked stand between each other
        claims.sort(key=lambda claim: [evidence.sentence for evidence in claim.evidence])
    merged = _told_apart(merge_duplicates(claims, article.language))
    covered = {evidence.sentence for claim in merged for evidence in claim.evidence}
    everything = range(1, len(article.sentences) + 1)
    notes = [f"{dropped} claims rested only on sentences outside the story and were left out"] if dropped else []
    if invented := len(given) - len(known):
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


def names_given(answer: WireExtraction) -> Iterable[str]:
    """Whom an answer names as publisher of a passage, speaker or origin; several origins are parted by `;`."""
    names: list[str | None] = [_publisher(passage.p) for passage in answer.passages]
    for group in answer.groups:
        names += [_name(group.sp), *_origins(group.or_)]
    return [name for name in names if name]


def _attribution(group: WireGroup, known: frozenset[str]) -> dict[str, str | None]:
    """Speaker, origin and modality of a group's claims, less the names that the article does not have."""
    speaker = _name(group.sp)
    origins = [origin for origin in _origins(group.or_) if origin in known]
    return {
        "speaker": speaker if speaker in known else None,
        "origin": "; ".join(origins) or None,
        "modality": group.m,
    }


def _passages(article: Article, answers: Iterable[WireExtraction], known: frozenset[str]) -> tuple[Passage, ...]:
    """Passage 1 is the article itself; the outlets of an aggregator page follow, in the order of the text.

    A passage whose outlet does not stand in the article is the article's own publisher's.
    """
    total = len(article.sentences)
    runs = {
        (numbers[0], min(numbers[-1], total)): name if name in known else article.publisher
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


def _told_apart(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Claims with ids of their own: one text of one sentence that two speakers say is two claims."""
    count = Counter(claim.id for claim in claims)
    return tuple(
        claim
        if count[claim.id] == 1
        else claim.model_copy(update={"id": tagged_hash([claim.id, claim.type, claim.speaker, claim.modality])})
        for claim in claims
    )
