"""How well a folder of mixed events is grouped: pair precision and recall against labels of ours.

Run as `python -m tests.quality.events [SET...] [--pairs]`. A set is a file of this folder without its suffix, `seeds`
(all seed stories in one folder, labelled by story), `siblings`, or several of these joined by `+`, which are then mixed
in one folder; without a name all of them are measured, each by itself. `--pairs` tells the pairs that are wrong or
missing, so leave it away on what nobody should have looked at.

`siblings` are texts of labelled claims (`tests/quality/pairs/`): eight stories in two or three languages, each told
again of two other events of the same kind, whose names, dates and sums alone differ.

Where a model's claims are recorded (`claims/`), the set is measured twice: by openings alone, and with the stories
joined that report the same by their claims.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import combinations
from pathlib import Path

from factcheck.batch.grouping import Group, group_by_event
from factcheck.batch.joining import Shared, Weighed, linked, together
from factcheck.batch.openings import Opening, opening_of
from factcheck.batch.weighing import CHIEF
from factcheck.ingestion.reading import read
from factcheck.models import Article, Value
from tests.quality.events.recorded import Recording, recording_of
from tests.quality.pairs.labelled import load, renamed
from tests.support.scripted import article

FOLDER = Path(__file__).resolve().parent
SEEDS = FOLDER.parents[2] / "seeds"
TOLD_IN = 2
"""Texts of each language that an event of `siblings` is told in."""
CLAIMS = 5
"""Claims of such a text."""


class Folder(Value):
    """Articles of many events, each with its label."""

    openings: tuple[Opening, ...]
    events: tuple[str, ...]

    def __add__(self, other: Folder) -> Folder:
        """Both mixed in one folder, each article once."""
        known = {opening.article_id for opening in self.openings}
        more = [pair for pair in zip(other.openings, other.events, strict=True) if pair[0].article_id not in known]
        return Folder(
            openings=(*self.openings, *(opening for opening, _ in more)),
            events=(*self.events, *(event for _, event in more)),
        )

    def pairs(self) -> frozenset[frozenset[str]]:
        """All pairs of articles on one event."""
        label = dict(zip([opening.article_id for opening in self.openings], self.events, strict=True))
        return frozenset(frozenset(pair) for pair in combinations(label, 2) if label[pair[0]] == label[pair[1]])


class Measured(Value):
    """What became of the pairs of a folder."""

    right: frozenset[frozenset[str]]
    wrong: frozenset[frozenset[str]]
    missed: frozenset[frozenset[str]]

    @property
    def precision(self) -> float:
        """Share of the pairs put together that belong together; 1 when none was."""
        return len(self.right) / max(1, len(self.right) + len(self.wrong)) if self.right or self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of the pairs that belong together and were put together."""
        return len(self.right) / max(1, len(self.right) + len(self.missed))


def measured(folder: Folder, claims: Recording | None = None) -> Measured:
    """The folder grouped and held against its labels; with `claims` those that report the same are joined."""
    groups = group_by_event(folder.openings)
    stories = [group.members for group in groups] if claims is None else _joined(groups, folder, claims)
    found = frozenset(frozenset(pair) for members in stories for pair in combinations(members, 2))
    labelled = folder.pairs()
    return Measured(right=found & labelled, wrong=found - labelled, missed=labelled - found)


def _joined(groups: Sequence[Group], folder: Folder, claims: Recording) -> list[tuple[str, ...]]:
    """The articles of each story, each group being one and those that tell of the same then joined."""
    id_of = {opening.title: opening.article_id for opening in folder.openings}
    part_of = {id_: number for number, group in enumerate(groups) for id_ in group.members}
    home = [part_of[id_of[claim.title]] for claim in claims.claims]
    parts = [
        Weighed(str(n), frozenset(group.members), _chief(n, home, claims), group.reason.first, group.reason.last)
        for n, group in enumerate(groups)
    ]
    near = {(min(n, part_of[id_]), max(n, part_of[id_])) for n, group in enumerate(groups) for id_ in group.near}
    shared = []
    for pairs, agreed in ((claims.supports, True), (claims.contradicts, False)):
        for pair in pairs:
            (low, its), (high, their) = sorted((home[number], number) for number in pair)
            if low != high:
                one, other = claims.claims[its], claims.claims[their]
                articles = frozenset({id_of[one.title]}), frozenset({id_of[other.title]})
                shared.append(Shared((low, high), (str(one.fact), str(other.fact)), articles, one.text, agreed))
    links = linked(parts, shared, dict.fromkeys(near, CHIEF)).values()
    found = together([group.members for group in groups], links, near)
    return [tuple(id_ for number in numbers for id_ in groups[number].members) for numbers, _ in found]


def _chief(part: int, home: Sequence[int], claims: Recording) -> tuple[str, ...]:
    """The chief facts of a part: those that most of its articles tell."""
    told: dict[int, set[str]] = defaultdict(set)
    for claim, at in zip(claims.claims, home, strict=True):
        if at == part:
            told[claim.fact].add(claim.title)
    return tuple(str(fact) for fact in sorted(told, key=lambda fact: (-len(told[fact]), fact))[:CHIEF])


def sets() -> dict[str, Callable[[], Folder]]:
    """Every set by name."""
    files = {path.stem: partial(_file, path) for path in sorted(FOLDER.glob("*.jsonl"))}
    return {**files, "seeds": _seeds, "siblings": _siblings}


def folder_of(name: str) -> Folder:
    """The set of that name, or those joined by `+` in one folder. Raises KeyError."""
    first, *more = [sets()[part]() for part in name.split("+")]
    for other in more:
        first += other
    return first


def _file(path: Path) -> Folder:
    labels = {line["title"]: line["event"] for line in map(json.loads, path.read_text("utf-8").splitlines())}
    return _folder((found, labels[opening_of(found).title]) for found in read([path]).articles)


def _seeds() -> Folder:
    stories = [path for path in sorted(SEEDS.iterdir()) if path.is_dir()]
    return _folder((found, story.name) for story in stories for found in read([story]).articles)


def _siblings() -> Folder:
    return _folder(_told())


def _told() -> Iterator[tuple[Article, str]]:
    for story in load():
        for language in sorted({claim.language for claim in story.claims}):
            texts = [claim.text for claim in story.claims if claim.language == language]
            chosen = random.Random(f"{story.name} {language}")
            for number, names in enumerate(((), *story.siblings)):
                for _ in range(TOLD_IN):
                    told = [renamed(text, names) for text in chosen.sample(texts, CLAIMS)]
                    yield article(told, language=language), f"{story.name}~{number}"


def _folder(labelled: Iterable[tuple[Article, str]]) -> Folder:
    openings, events = zip(*((opening_of(found), event) for found, event in labelled), strict=True)
    return Folder(openings=openings, events=events)


def lines(name: str, *, pairs: bool) -> Iterator[str]:
    """What is said of a set."""
    folder = folder_of(name)
    several = {event for event in folder.events if folder.events.count(event) > 1}
    languages = {opening.language for opening in folder.openings}
    yield (
        f"{name}: {len(folder.openings)} articles in {len(languages)} languages on {len(several)} events and "
        f"{len(set(folder.events) - several)} that stand alone"
    )
    titles = {opening.article_id: f"[{opening.language}] {opening.title}" for opening in folder.openings}
    claims = recording_of(name)
    ways = [("by openings", None)] + ([("by openings and claims", claims)] if claims is not None else [])
    for way, recording in ways:
        found = measured(folder, recording)
        right, put, related = len(found.right), len(found.right) + len(found.wrong), len(folder.pairs())
        yield (
            f"  {way}: precision {found.precision:.3f} ({right}/{put}), recall {found.recall:.3f} ({right}/{related})"
        )
        for kind, some in (("wrong", found.wrong), ("missed", found.missed)) if pairs else ():
            yield from sorted(f"    {kind}: {' | '.join(sorted(titles[id_] for id_ in pair))}" for pair in some)


def main(arguments: Sequence[str]) -> None:
    """Print what the sets named in the arguments come to."""
    for name in [argument for argument in arguments if argument != "--pairs"] or sets():
        print(*lines(name, pairs="--pairs" in arguments), sep="\n", flush=True)
