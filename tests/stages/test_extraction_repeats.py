"""What one passage says twice is one claim, found without comparing every two."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from factcheck.claim_types.duplicates import near_identical
from factcheck.models import CLAIM, Claim
from factcheck.stages.extraction.repeats import merge_duplicates

_WORDS = st.sampled_from(
    [
        "the",
        "a",
        "old",
        "bridge",
        "in",
        "Eastley",
        "fell",
        "not",
        "on",
        "3",
        "12",
        "May",
        "twice",
        "river",
        "mayor",
        "said",
        "and",
        "was",
        "shut",
    ]
)
_BASES = st.lists(_WORDS, min_size=1, max_size=24)


@st.composite
def _claims(draw: st.DrawFn) -> list[Claim]:
    """Claims of which many are small changes of one another."""
    found: list[Claim] = []
    for number in range(draw(st.integers(min_value=1, max_value=12))):
        words = (
            list(found[draw(st.integers(0, number - 1))].text.split())
            if number and draw(st.booleans())
            else draw(_BASES)
        )
        if draw(st.booleans()):
            words[draw(st.integers(0, len(words) - 1))] = draw(_WORDS)
        fields: dict[str, Any] = {"speaker": draw(st.sampled_from([None, "Bose"])), "passage": draw(st.integers(1, 2))}
        evidence = ({"sentence": number + 1, "start": number, "end": number + 1, "quote": "x"},)
        loose = draw(st.sampled_from([(), ("12",)]))
        found.append(
            CLAIM.validate_python(
                {
                    "type": "event",
                    "id": f"c{number}",
                    "article_id": "a",
                    "text": " ".join(words),
                    "evidence": evidence,
                    "ungrounded": loose,
                    **fields,
                }
            )
        )
    return found


def compared_with_all(claims: list[Claim]) -> tuple[Claim, ...]:
    """The definition, word for word: each claim against every one that is kept, in order."""
    kept: list[Claim] = []
    for claim in claims:
        for place, other in enumerate(kept):
            if (claim.type, claim.passage, claim.speaker, claim.modality) == (
                other.type,
                other.passage,
                other.speaker,
                other.modality,
            ) and near_identical(claim.text, other.text, "en"):
                evidence = {e.sentence: e for e in (*other.evidence, *claim.evidence)}
                first = claim if other.ungrounded and not claim.ungrounded else other
                update = {"evidence": tuple(evidence[n] for n in sorted(evidence)), "core": other.core or claim.core}
                kept[place] = first.model_copy(update=update)
                break
        else:
            kept.append(claim)
    return tuple(sorted(kept, key=lambda c: ([e.sentence for e in c.evidence], c.id)))


@given(_claims())
def test_the_index_finds_what_comparing_all_finds(claims: list[Claim]) -> None:
    """Whatever the claims, the merged ones are those that comparing every two would give."""
    assert merge_duplicates(claims, "en") == compared_with_all(claims)
