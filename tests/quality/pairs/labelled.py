"""Labelled claims for blocking: stories of ours in which each fact is told several times, and contradicted.

The stories are written for this repository (Apache-2.0); their people, places, companies and events are invented.
Claims and labels were written by one annotator, a language model; no person has checked them yet.

A file holds one story: `half: tune|test`, then blocks `fact` with lines `SIDE LANGUAGE TEXT` (claims of one side
support each other, claims of two sides contradict each other), then `alone` with claims that have no counterpart.
A line `sibling:` names what another event of the same kind is called; the whole story is told again with those names,
dates and sums, as distractors that share all other words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Literal

from factcheck.models import CLAIM, Value
from factcheck.stages.blocking.subjects import Subject, subject

FOLDER = Path(__file__).resolve().parent


class LabelledClaim(Value):
    """A claim and the fact it is about; `side` parts those that contradict each other."""

    id: str
    fact: int
    side: str
    language: str
    text: str


class LabelledPair(Value):
    """Two claims about one fact, in canonical order."""

    left: str
    right: str
    relation: Literal["supports", "contradicts"]
    across: bool
    """Whether the claims are in different languages."""


class LabelledStory(Value):
    """One story; `siblings` are lists of (name here, name there)."""

    name: str
    half: Literal["tune", "test"]
    claims: tuple[LabelledClaim, ...]
    siblings: tuple[tuple[tuple[str, str], ...], ...]

    def pairs(self) -> Iterator[LabelledPair]:
        """All related pairs of the story."""
        for left, right in combinations(self.claims, 2):
            if left.fact == right.fact:
                yield LabelledPair(
                    left=min(left.id, right.id),
                    right=max(left.id, right.id),
                    relation="supports" if left.side == right.side else "contradicts",
                    across=left.language != right.language,
                )

    def subjects(self, language: str | None = None) -> list[Subject]:
        """The claims as they are paired, each from an article of its own; of one language when it is named."""
        return [paired(c.id, c.text, c.language) for c in self.claims if language in (None, c.language)]

    def distractors(self, language: str | None = None) -> list[Subject]:
        """The claims of all siblings."""
        return [
            paired(_sibling_id(c.id, number), renamed(c.text, names), c.language)
            for number, names in enumerate(self.siblings)
            for c in self.claims
            if language in (None, c.language)
        ]

    def sibling_gists(self, gists: Mapping[str, str]) -> dict[str, str]:
        """The gists of the siblings' claims, from those of the story."""
        return {
            _sibling_id(id_, number): renamed(gist, names)
            for number, names in enumerate(self.siblings)
            for id_, gist in gists.items()
        }


def load() -> tuple[LabelledStory, ...]:
    """All stories, by name."""
    return tuple(parse(path.stem, path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.txt")))


def parse(name: str, source: str) -> LabelledStory:
    """A story from the text of its file; ValueError where a line is none of the kinds above."""
    half, siblings, claims, fact, alone = "", [], list[LabelledClaim](), 0, False
    for line in filter(None, source.splitlines()):
        word, _, rest = line.partition(" ")
        if word == "half:":
            half = rest
        elif word == "sibling:":
            siblings.append(tuple(tuple(part.strip().split("=")) for part in rest.split(";")))
        elif line in ("fact", "alone"):
            fact, alone = fact + 1, line == "alone"
        else:
            side, language, text = ("A", word, rest) if alone else (word, *rest.split(" ", 1))
            fact += alone
            claims.append(
                LabelledClaim(id=f"{name}-{len(claims):02}", fact=fact, side=side, language=language, text=text)
            )
    return LabelledStory.model_validate({"name": name, "half": half, "claims": claims, "siblings": siblings})


def paired(id_: str, text: str, language: str) -> Subject:
    """One claim as it is paired."""
    fields = {"type": "event", "id": id_, "article_id": id_, "text": text, "evidence": (), "passage": 1}
    return subject([CLAIM.validate_python(fields)], language)


def renamed(text: str, names: Sequence[tuple[str, str]]) -> str:
    """The same told of the sibling."""
    for here, there in names:
        text = text.replace(here, there)
    return text


def _sibling_id(id_: str, number: int) -> str:
    return f"{id_}~{number}"
