"""What can be said of claims before anything is compared: coverage, grounding, headline against body, attribution."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from factcheck.models import Article, BaseClaim, Claim, Extraction, Judgement, TimeSpan
from factcheck.reporting.untrusted import clean
from factcheck.reporting.words.catalogue import Words

_DAY = r"\d{4}(?:-\d\d){0,2}"
_INTERVAL = re.compile(rf"(?:({_DAY})|\.\.)?(?:/(?:({_DAY})|\.\.)?)?")
"""A date, or an interval with one end open or none."""


@dataclass(frozen=True)
class Coverage:
    """What became of each sentence of an article: every number is in exactly one of the three."""

    covered: tuple[int, ...]
    """Sentences that a claim rests on."""
    outside: tuple[int, ...]
    """Sentences of another story that no claim rests on."""
    neither: tuple[int, ...]
    """All others: read as part of the story, and without a claim."""

    @property
    def sentences(self) -> int:
        """How many sentences the article has."""
        return len(self.covered) + len(self.outside) + len(self.neither)


def coverage(article: Article, extraction: Extraction) -> Coverage:
    """Sort the sentences of `article` by what the claims of its `extraction` rest on."""
    held = {evidence.sentence for claim in extraction.claims for evidence in claim.evidence}
    outside = set(extraction.outside) - held
    numbers = [sentence.number for sentence in article.sentences]
    return Coverage(
        covered=tuple(n for n in numbers if n in held),
        outside=tuple(n for n in numbers if n in outside),
        neither=tuple(n for n in numbers if n not in held and n not in outside),
    )


def coverage_line(found: Coverage, w: Words) -> str:
    """`19 sentences: 12 with a claim, 5 of another story, 2 with neither`."""
    return w(
        "claims.coverage",
        found.sentences,
        covered=len(found.covered),
        outside=len(found.outside),
        neither=len(found.neither),
    )


def grounding_line(extraction: Extraction, w: Words) -> str:
    """`15 of 16 claims grounded`: how many hold no number, date or quoted words that their evidence lacks."""
    grounded = sum(not claim.ungrounded for claim in extraction.claims)
    return w("claims.grounded", len(extraction.claims), grounded=grounded)


def ungrounded_line(claim: BaseClaim, w: Words) -> str:
    """`not grounded, not compared: “…” (99 is not in its sentences)`."""
    missing = w.listed([clean(part).strip() for part in claim.ungrounded])
    return w("claims.ungrounded", len(claim.ungrounded), text=clean(claim.text).strip(), missing=missing)


def headline_only(article: Article, extraction: Extraction) -> tuple[Claim, ...]:
    """The claims whose evidence is nothing but headlines of `article`: these say more than the body, or other than it.

    None when the file holds no body to compare with: a part of an article, or headlines alone. Nothing is compared
    here, so that a body which says the same in other words, as a claim of its own, does not show.
    """
    headlines = {sentence.number for sentence in article.sentences if sentence.headline}
    if article.partial or len(headlines | set(extraction.outside)) >= len(article.sentences):
        return ()
    return tuple(
        claim
        for claim in extraction.claims
        if claim.evidence and all(evidence.sentence in headlines for evidence in claim.evidence)
    )


def unborne_headlines(article: Article, extraction: Extraction, judgements: Iterable[Judgement]) -> tuple[Claim, ...]:
    """Those of `headline_only` that no claim of the article's body bears out, as far as the pairs were judged.

    A claim of the body bears one out when a firm judgement finds them equivalent or finds that it entails the
    headline's; a headline that says more than the body stays. One that the body contradicts is left to the disputes.
    An ungrounded claim bears nothing out and is in no dispute.
    """
    alone = {claim.id: claim for claim in headline_only(article, extraction)}
    body = {claim.id for claim in extraction.claims if claim.id not in alone and not claim.ungrounded}
    settled = set()
    for judgement in judgements if alone else ():
        if judgement.certainty != "firm":
            continue
        for headline, other, bears in (
            (judgement.left, judgement.right, "b_entails_a"),
            (judgement.right, judgement.left, "a_entails_b"),
        ):
            if headline not in alone or other not in body:
                continue
            disputed = judgement.relation == "contradicts" and not alone[headline].ungrounded
            if disputed or judgement.relation in ("equivalent", bears):
                settled.add(headline)
    return tuple(claim for id_, claim in alone.items() if id_ not in settled)


def attribution(claim: BaseClaim, w: Words) -> str:
    """`denied by B, from C, in A`: how it is put, then speaker, origin and publisher, as far as they are known.

    Who speaks in a report is not who reports: `reported, said by B`.
    """
    modality = w(f"modality.{claim.modality}")
    by = "said.reported_by" if claim.modality == "reported" else "said.by"
    parts = [w(by, modality=modality, speaker=claim.speaker) if claim.speaker else modality]
    parts += [w("said.from", origin=claim.origin)] if claim.origin else []
    parts += [w("said.in", publisher=claim.publisher)] if claim.publisher else []
    return ", ".join(parts)


def importance(claim: BaseClaim) -> str:
    """`core` or `detail`, for programs."""
    return "core" if claim.core else "detail"


def span(when: TimeSpan, w: Words) -> str:
    """`end of 2022 (2022-10-01 to 2022-12-31)`: the words of the text and what they were read as.

    Where the words are a date or an interval as ISO 8601 writes it (`2022-10/..`), they are told once: `from 2022-10`.
    """
    start, end = (day.isoformat() if day else "" for day in (when.start, when.end))
    if not start and not end:
        return when.expression or ""
    if found := _INTERVAL.fullmatch(when.expression or ""):
        first, last = found[1] or "", (found[2] if "/" in found[0] else found[1]) or ""
        if start.startswith(first) and end.startswith(last) and bool(first) == bool(start) and bool(last) == bool(end):
            return _between(first, last, w)
    dates = _between(start, end, w)
    return w("span.read_as", expression=when.expression, dates=dates) if when.expression else dates


def _between(start: str, end: str, w: Words) -> str:
    """One or two dates in words; an empty one is open."""
    if start and end:
        return start if start == end else w("span.dates", start=start, end=end)
    return w("span.since", start=start) if start else w("span.until", end=end)


def details(claim: BaseClaim) -> str:
    """The fields that only claims of this type have, as one line of JSON; empty when there are none."""
    own = claim.model_dump(mode="json", exclude={*BaseClaim.model_fields, "type"}, exclude_none=True)
    return json.dumps(own, ensure_ascii=False) if own else ""
