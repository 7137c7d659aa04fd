"""The parts that reports are made of by hand, with what a test does not care about filled in."""

from __future__ import annotations

from collections.abc import Sequence

from factcheck.findings import DisputePoint, Fact, Origin, RunInfo, Side, StorySummary, Usage, Verdict
from factcheck.models import Article, ConflictKind, ConflictNature, EventClaim, Evidence, Modality, Sentence


def article(article_id: str, lines: Sequence[str], title: str | None = None, **fields: object) -> Article:
    """An article with one sentence a line, one paragraph a sentence, the first being its headline."""
    sentences, at = [], 0
    for number, line in enumerate(lines, 1):
        sentences.append(Sentence(number=number, start=at, end=at + len(line), paragraph=number, headline=number == 1))
        at += len(line) + 2
    given: dict[str, object] = {"path": f"{article_id}.txt", "title": title or lines[0], "language": "en", **fields}
    return Article.model_validate({"id": article_id, "text": "\n\n".join(lines), "sentences": sentences, **given})


def claim(
    claim_id: str,
    source: Article,
    sentence: int,
    text: str,
    publisher: str,
    *,
    origin: str | None = None,
    speaker: str | None = None,
    modality: Modality = "asserted",
) -> EventClaim:
    """A claim stated by one sentence."""
    held = source.sentences[sentence - 1]
    evidence = Evidence(sentence=sentence, start=held.start, end=held.end, quote=source.quote(sentence))
    return EventClaim(
        id=claim_id,
        article_id=source.id,
        text=text,
        evidence=(evidence,),
        passage=1,
        publisher=publisher,
        origin=origin,
        speaker=speaker,
        modality=modality,
    )


def by(origin: Origin, *publishers: str) -> Origin:
    """The origin as it stands behind one fact: only those who repeat it there."""
    return origin.model_copy(update={"publishers": publishers})


def side(
    text: str,
    claims: Sequence[str],
    words: Sequence[str],
    origin: Origin,
    publishers: Sequence[str],
    speakers: Sequence[str] = (),
) -> Side:
    """One side that rests on one origin."""
    return Side(
        claims=tuple(claims),
        text=text,
        words=tuple(words),
        publishers=tuple(publishers),
        speakers=tuple(speakers),
        origins=(origin,),
    )


def point(
    kind: ConflictKind, question: str, sides: Sequence[Side], reason: str, nature: ConflictNature = "direct"
) -> DisputePoint:
    """One point with one reason, about the first claims of its sides."""
    pair = (sides[0].claims[0], sides[1].claims[0])
    return DisputePoint(
        kind=kind, nature=nature, question=question, sides=tuple(sides), reasons=(reason,), pairs=(pair,)
    )


def fact(
    fact_id: str, text: str, claims: Sequence[str], verdict: Verdict, publishers: Sequence[str], *origins: Origin
) -> Fact:
    """A fact whose first claim stands for it."""
    return Fact(
        id=fact_id,
        text=text,
        representative=claims[0],
        claims=tuple(claims),
        publishers=tuple(publishers),
        origins=origins,
        verdict=verdict,
    )


def run(**fields: object) -> RunInfo:
    """How a run with a priced model was made."""
    given: dict[str, object] = {
        "version": "0.1.0",
        "model": "gpt-5.4-mini",
        "confirm_model": "gpt-5.4",
        "base_url": None,
        "prompts": {"extract_claims/v1": "sha256:aa11", "judge_pairs/v1": "sha256:bb22"},
        "settings": {"detail": "full", "pairs_per_request": 100},
        "cassette": "cassettes/demo/veld.yaml",
        "usage": Usage(
            requests=5,
            reasks=1,
            cache_hits=2,
            prompt_tokens=9120,
            cached_tokens=4096,
            completion_tokens=1830,
            cost_usd=0.0123,
        ),
        "rules": {"all pairs": 19},
        **fields,
    }
    return RunInfo.model_validate(given)


def summary(**fields: object) -> StorySummary:
    """The counts of a story, all zero where not given."""
    counts = ("articles", "publishers", "claims", "facts", "disputes", "origins", "pairs", "judged", "inferred")
    given: dict[str, object] = {"verdicts": {}, "not_checked": (), "headline": "Nothing was compared.", "possible": 0}
    return StorySummary.model_validate({**dict.fromkeys(counts, 0), "failed_pairs": 0, **given, **fields})
