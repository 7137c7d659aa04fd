"""What the thin net between stories holds of the labelled stories when a grouping has parted each in two.

Run as `python -m tests.quality.pairs.across`: every other claim of a story is told in a second one, and with siblings
stand the stories of other events of the same kind beside them, with which no claim has to do. Among many claims of
other stories document frequencies count, and another score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from factcheck.models import Claim, Value
from factcheck.stages.blocking.across import pairs_across
from factcheck.stages.blocking.base import Known
from factcheck.stages.blocking.subjects import Subject
from tests.benchmarks.blocking import CLAIMS_PER_STORY, claims_of
from tests.quality.pairs.labelled import LabelledStory


class Net(Value):
    """What became of the related pairs of which the claims are in the two halves of a story."""

    related: int
    held: int
    contradictions: int
    contradictions_held: int
    pairs: int
    """All pairs in the net."""
    strangers: int
    """Of these, pairs of claims of two different events."""
    claims: int

    @property
    def recall(self) -> float:
        """Share of the related pairs that the net holds."""
        return self.held / self.related


def cast(
    stories: Sequence[LabelledStory],
    gists: Mapping[str, Mapping[str, str]],
    *,
    language: str | None = None,
    siblings: bool = False,
    among: Mapping[str, Sequence[Claim]] | None = None,
) -> Net:
    """The net over the halves of these stories; with `siblings` over other events of the same kind too.

    Pairs with claims of `among`, which are other stories, do not count.
    """
    told: dict[str, list[Claim]] = {}
    languages, event, known = dict[str, str | None](), dict[str, str](), dict[str, str]()

    def tell(subject: Subject, story: str, about: str) -> None:
        told.setdefault(story, []).append(subject.claims[0])
        languages[subject.id], event[subject.id] = subject.language, about

    for story in stories:
        for number, subject in enumerate(story.subjects(language)):
            tell(subject, f"{story.name}/{number % 2}", story.name)
        for subject in story.distractors(language) if siblings else ():
            sibling = f"{story.name}~{subject.id.rpartition('~')[2]}"
            tell(subject, sibling, sibling)
        if story.name in gists:
            known |= {**gists[story.name], **story.sibling_gists(gists[story.name])}
    home = {claim.id: name for name, claims in told.items() for claim in claims}
    found = pairs_across({**told, **(among or {})}, languages, Known(gists=known))
    chosen = {pair.key for pair in found if pair.left in home and pair.right in home}
    parted = [
        pair
        for story in stories
        for pair in story.pairs()
        if pair.left in home and pair.right in home and home[pair.left] != home[pair.right]
    ]
    against = [pair for pair in parted if pair.relation == "contradicts"]
    return Net(
        related=len(parted),
        held=sum((pair.left, pair.right) in chosen for pair in parted),
        contradictions=len(against),
        contradictions_held=sum((pair.left, pair.right) in chosen for pair in against),
        pairs=len(chosen),
        strangers=sum(event[left] != event[right] for left, right in chosen),
        claims=len(home),
    )


def others(count: int) -> dict[str, list[Claim]]:
    """So many claims of made-up stories, thirty each."""
    told: dict[str, list[Claim]] = {}
    for number, claim in enumerate(sorted(claims_of(count), key=lambda claim: claim.id)):
        told.setdefault(f"other{number // CLAIMS_PER_STORY}", []).append(claim)
    return told


if __name__ == "__main__":
    from tests.quality.pairs.labelled import load
    from tests.quality.pairs.record import TAPE, recorded

    everything, paid, crowd = load(), recorded(TAPE), others(3_000)
    for name, net in (
        ("English", cast(everything, {}, language="en")),
        ("English, among siblings", cast(everything, {}, language="en", siblings=True)),
        ("five languages", cast(everything, {})),
        ("five languages, with gists", cast(everything, paid)),
        ("five languages, with gists, among siblings", cast(everything, paid, siblings=True)),
        ("English, among siblings and 3,000 claims", cast(everything, {}, language="en", siblings=True, among=crowd)),
        ("five languages, among 3,000 claims", cast(everything, {}, among=crowd)),
        ("five languages, with gists, among 3,000 claims", cast(everything, paid, among=crowd)),
        (
            "five languages, with gists, among siblings and 3,000 claims",
            cast(everything, paid, siblings=True, among=crowd),
        ),
    ):
        print(f"{name}: recall {net.recall:.2f}; {net.model_dump_json()}")
