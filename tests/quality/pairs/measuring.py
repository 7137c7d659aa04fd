"""Recall of the labelled pairs after blocking, and what it costs in candidates; prints both halves when run.

Run as `python -m tests.quality.pairs.measuring` after a change of a parameter of blocking; choose parameters by the
half `tune` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pydantic import SkipValidation

from factcheck.models import CandidatePair, Value
from factcheck.stages.blocking.base import Known
from factcheck.stages.blocking.index import nearest_pairs
from factcheck.stages.blocking.stage import NEIGHBOURS
from factcheck.stages.blocking.subjects import Subject
from tests.quality.pairs.labelled import LabelledPair, LabelledStory

LANGUAGES = ("de", "en", "es", "fr", "it")


class Recall(Value):
    """Labelled pairs that blocking chose, of how many; the contradictions among them apart."""

    pairs: tuple[int, int]
    contradictions: tuple[int, int]
    candidates_per_claim: float

    @property
    def share(self) -> float:
        """Of all labelled pairs, those chosen."""
        return self.pairs[0] / self.pairs[1]


class Recalls(Value):
    """The recall of one half of the stories."""

    one_language: Recall
    """All stories told in one language are one run, for each language, without gists."""
    mixed_within: Recall
    """Every story is one run in its three languages, with gists: pairs within a language."""
    mixed_across: Recall
    """The same runs: pairs across languages."""
    without_gists: Recall
    """The same runs without gists: pairs across languages."""


def measure(stories: Sequence[LabelledStory], gists: Mapping[str, Mapping[str, str]]) -> Recalls:
    """The recall over these stories; each story's siblings are in the run as distractors."""
    alone = [
        run([x for story in stories for x in (*story.subjects(language), *story.distractors(language))], {})
        for language in LANGUAGES
    ]
    with_gists, without = [], []
    for story in stories:
        told = [*story.subjects(), *story.distractors()]
        with_gists.append(run(told, {**gists[story.name], **story.sibling_gists(gists[story.name])}))
        without.append(run(told, {}))
    within = [pair for story in stories for pair in story.pairs() if not pair.across]
    across = [pair for story in stories for pair in story.pairs() if pair.across]
    return Recalls(
        one_language=recall(within, alone),
        mixed_within=recall(within, with_gists),
        mixed_across=recall(across, with_gists),
        without_gists=recall(across, without),
    )


class Run(Value):
    """The candidates of one run, and of how many claims."""

    pairs: SkipValidation[Sequence[CandidatePair]]
    claims: int


def run(subjects: Sequence[Subject], gists: Mapping[str, str]) -> Run:
    """The nearest pairs of these claims."""
    ordered = sorted(subjects, key=lambda subject: subject.id)
    return Run(pairs=nearest_pairs(ordered, Known(gists=gists), NEIGHBOURS).pairs, claims=len(ordered))


def recall(labelled: Iterable[LabelledPair], runs: Sequence[Run]) -> Recall:
    """How many of the labelled pairs are among the candidates of the runs."""
    chosen = {pair.key for each in runs for pair in each.pairs}
    found = [(pair.relation == "contradicts", (pair.left, pair.right) in chosen) for pair in labelled]
    return Recall(
        pairs=(sum(hit for _, hit in found), len(found)),
        contradictions=(sum(hit for clash, hit in found if clash), sum(clash for clash, _ in found)),
        candidates_per_claim=round(len(chosen) / sum(each.claims for each in runs), 1),
    )


if __name__ == "__main__":
    from tests.quality.pairs.labelled import load
    from tests.quality.pairs.record import TAPE, recorded

    recorded_gists = recorded(TAPE)
    for half in ("tune", "test"):
        print(half, measure([s for s in load() if s.half == half], recorded_gists).model_dump_json(indent=1))
