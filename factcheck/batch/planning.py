"""Which documents are one story: by folder as they come in, or by event, by day or all together once all are read."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from factcheck.batch import grouping
from factcheck.batch.joining import Link, together
from factcheck.batch.kept import Kept
from factcheck.batch.news import renewed
from factcheck.batch.openings import Gathered
from factcheck.batch.spool import Document, Spool
from factcheck.errors import Interrupted
from factcheck.index import GroupBy, GroupReason, Shard
from factcheck.models import Value, tagged_hash
from factcheck.pipeline.aside import aside

OPENINGS = 100
"""That are counted between two looks whether the user wants the run to end."""
LOOSE = "."
"""Part of the key of the story that the files directly in the root are."""


class Part(Value):
    """Articles of a story that their openings put together."""

    anchor: str
    """That of the story which it is by itself."""
    articles: tuple[str, ...]
    """Ids."""
    near: tuple[str, ...] = ()
    """An article of each part, of whatever story, of whose two nearest this is or that is of this one's; the most alike
    first."""
    alike: tuple[float, ...] = ()
    """How alike each of them is."""


@dataclass(frozen=True)
class Story:
    """The documents of one story, refusals among them, and why they are one."""

    key: str
    anchor: str
    """Depends on the content alone, never on earlier runs: what shards are divided by."""
    title: str
    group_by: GroupBy
    reason: GroupReason
    documents: tuple[Document, ...]
    sources: tuple[Path, ...] = ()
    """What the user says about outlets, as lists: the one that was named, else those beside its articles."""
    parts: tuple[Part, ...] = ()
    """Where stories are grouped by event; several when claims joined them."""
    absorbed: tuple[str, ...] = ()
    """Keys of earlier stories whose articles are in this one now."""

    @property
    def articles(self) -> int:
        """Documents that are articles."""
        return sum(document.article is not None for document in self.documents)

    @property
    def anchors(self) -> tuple[str, ...]:
        """Those of its parts, which are the same before and after claims join them; else its own."""
        return tuple(part.anchor for part in self.parts) or (self.anchor,)

    @property
    def content(self) -> tuple[str, str]:
        """Its anchor and a hash of its articles."""
        return self.anchor, tagged_hash(sorted(d.article for d in self.documents if d.article is not None))


class Selection(Value):
    """Which stories of a batch are run; the others stay as they are."""

    shard: Shard | None = None
    since: dt.date | None = None
    """Stories with an article of that day or later, or of unknown day."""
    sample: int | None = None
    """So many stories, chosen by `seed`."""
    seed: int = 0
    limit: int | None = None
    """At most so many stories are checked."""

    def in_shard(self, anchor: str) -> bool:
        """Whether the story of this anchor belongs to this part of the batch."""
        return self.shard is None or _number(anchor) % self.shard.of == self.shard.number - 1

    def untold(self, parts: Iterable[str], told: Collection[str]) -> int:
        """How many of the folders belong to this part and have none of the keys that are `told`."""
        anchors = map(folder_anchor, parts)
        return sum(self.in_shard(anchor) and anchor not in told for anchor in anchors)

    def recent(self, story: Story) -> bool:
        """Whether `since` takes it in."""
        if self.since is None:
            return True
        days = [document.published for document in story.documents if document.article is not None]
        return any(day is None or day >= self.since.isoformat() for day in days)

    def sampled(self, anchors: Iterable[str]) -> frozenset[str]:
        """The anchors of the sample; stable for a seed, whatever else is in the batch."""
        ranked = sorted(anchors, key=lambda anchor: _number(f"{self.seed}\n{anchor}"))
        return frozenset(ranked if self.sample is None else ranked[: self.sample])


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")


def folder_anchor(part: str) -> str:
    """Key and anchor of the story in the folder `part` below the root."""
    return f"folder/{part or LOOSE}"


def folder_story(part: str, root_name: str, documents: Sequence[Document], sources: tuple[Path, ...]) -> Story:
    """The story of one folder."""
    key = folder_anchor(part)
    return Story(key, key, part or root_name, "folder", _dates(documents), tuple(documents), sources)


class _Planned(Value):
    """A story as it is remembered between runs with the same documents."""

    anchor: str
    title: str
    reason: GroupReason
    members: tuple[str, ...]
    near: tuple[str, ...] = ()
    alike: tuple[float, ...] = ()
    parts: tuple[Part, ...] = ()


_PLAN = TypeAdapter(tuple[_Planned, ...])


async def pooled_stories(
    group_by: GroupBy,
    root_name: str,
    documents: Sequence[Document],
    spool: Spool,
    kept: Mapping[str, Kept],
    sources: tuple[Path, ...],
    stopping: Callable[[], bool],
    links: Sequence[Link] = (),
    pass_id: str = "",
) -> list[Story]:
    """All stories of documents whose folders do not matter, each document's article once; refusals are in none.

    `links` say which groups of openings are one story by their claims; `pass_id` names the pass, whose own stories give
    a key only where there is no older one. Raises Interrupted when the run is to end while articles are grouped.
    """
    by_article: dict[str, Document] = {}
    for document in documents:
        if document.article is not None:
            by_article.setdefault(document.article, document)
    inputs = _inputs(group_by, by_article.values())
    if spool.fact("plan inputs") == inputs:
        planned = _PLAN.validate_json(spool.fact("plan"))
    else:
        planned = await _planned(group_by, root_name, by_article, spool, stopping)
        spool.state("plan", _PLAN.dump_json(planned).decode())
        spool.state("plan inputs", inputs)
    if group_by == "event":
        plan = planned
        planned = await aside(lambda: _linked(plan, links), stopping) if links else _linked(plan, links)
    earlier = {key: story for key, story in kept.items() if story.row.group_by == group_by == "event"}
    was = renewed(by_article.values(), (member for _, story in sorted(earlier.items()) for member in story.members))
    keys = _keys(planned, earlier, pass_id, was)
    absorbed = _absorbed(keys, planned, earlier, was)
    return [
        Story(
            key,
            story.anchor,
            story.title,
            group_by,
            story.reason,
            tuple(by_article[id_] for id_ in story.members),
            sources,
            story.parts,
            absorbed[key],
        )
        for key, story in zip(keys, planned, strict=True)
    ]


def _inputs(group_by: GroupBy, documents: Iterable[Document]) -> str:
    """Of everything that the plan depends on."""
    seen = [(document.article, document.digest) for document in documents]
    return hashlib.sha256(
        json.dumps([group_by, grouping.parameters(), sorted(_Planned.model_fields), seen]).encode()
    ).hexdigest()


async def _planned(
    group_by: GroupBy,
    root_name: str,
    by_article: Mapping[str, Document],
    spool: Spool,
    stopping: Callable[[], bool],
) -> tuple[_Planned, ...]:
    if group_by == "event":
        gathered = await _gathered(by_article, spool, stopping)
        return await aside(lambda: _events(gathered), stopping)
    pools: dict[str, list[Document]] = defaultdict(list)
    for document in by_article.values():
        pools[(document.published or "undated") if group_by == "date" else root_name].append(document)
    return tuple(
        _Planned(
            anchor=f"{group_by}/{title if group_by == 'date' else 'all'}",
            title=title,
            reason=_dates(found),
            members=tuple(document.article or "" for document in found),
        )
        for title, found in sorted(pools.items())
    )


async def _gathered(by_article: Mapping[str, Document], spool: Spool, stopping: Callable[[], bool]) -> Gathered:
    """What is counted of the openings of all articles, by id. Raises Interrupted when the run is to end meanwhile."""
    gathered = Gathered()
    for opening in spool.openings(document for _, document in sorted(by_article.items())):
        gathered.add(opening)
        if len(gathered) % OPENINGS == 0:
            if stopping():
                raise Interrupted.unasked()
            await asyncio.sleep(0)  # so that an interrupt is heard
    return gathered


def _events(gathered: Gathered) -> tuple[_Planned, ...]:
    place = {id_: number for number, id_ in enumerate(gathered.ids)}
    planned = []
    for group in grouping.grouped(gathered):
        first = min(group.members, key=lambda id_: (gathered.days[place[id_]] or dt.date.max, id_))
        planned.append(
            _Planned(
                anchor=f"event/{first.partition(':')[2]}",
                title=gathered.titles[place[group.central]],
                reason=group.reason,
                members=group.members,
                near=group.near,
                alike=group.alike,
            )
        )
    return tuple(sorted(planned, key=lambda story: (days_of(story.reason), story.anchor)))


def _linked(planned: Sequence[_Planned], links: Sequence[Link]) -> tuple[_Planned, ...]:
    """The groups of openings, those that `links` make one as one; it goes by the title of its largest group."""
    home = {id_: number for number, story in enumerate(planned) for id_ in story.members}
    near = {
        (min(number, home[id_]), max(number, home[id_])) for number, story in enumerate(planned) for id_ in story.near
    }
    found = []
    for numbers, facts in together([story.members for story in planned], links, near):
        groups = [planned[number] for number in numbers]
        parts = tuple(
            Part(anchor=group.anchor, articles=group.members, near=group.near, alike=group.alike) for group in groups
        )
        if len(groups) == 1:
            found.append(groups[0].model_copy(update={"parts": parts}))
            continue
        first = min(groups, key=lambda group: (group.reason.first or dt.date.max, group.anchor))
        largest = min(groups, key=lambda group: (-len(group.members), group.anchor))
        days = [day for group in groups for day in (group.reason.first, group.reason.last) if day is not None]
        reason = GroupReason(facts=facts, first=min(days, default=None), last=max(days, default=None))
        members = tuple(sorted(id_ for part in parts for id_ in part.articles))
        found.append(_Planned(anchor=first.anchor, title=largest.title, reason=reason, members=members, parts=parts))
    return tuple(sorted(found, key=lambda story: (days_of(story.reason), story.anchor)))


def days_of(reason: GroupReason) -> tuple[dt.date, dt.date]:
    """For sorting: newest last, unknown days at the end."""
    return reason.last or dt.date.max, reason.first or dt.date.max


def _keys(planned: Sequence[_Planned], kept: Mapping[str, Kept], pass_id: str, was: Mapping[str, str]) -> list[str]:
    """The key of each story: that of the earlier story with which it shares most of its articles, else its anchor.

    Stories that were there before this pass come first. So a story keeps its place, its report and its history when an
    article joins that is older than all others, or its articles are edited: `was` says what each was then.
    """
    holder = {id_: key for key, story in sorted(kept.items()) for id_, _ in story.members}
    shared: dict[tuple[str, int], int] = defaultdict(int)
    for index, story in enumerate(planned):
        for id_ in story.members:
            if (then := was.get(id_, id_)) in holder:
                shared[holder[then], index] += 1
    keys: dict[int, str] = {}
    taken = set[str]()
    fresh = {key for key, story in kept.items() if story.baseline(pass_id) is None}
    for key, index in sorted(shared, key=lambda pair: (pair[0] in fresh, -shared[pair], pair)):
        if index not in keys and key not in taken:
            keys[index] = key
            taken.add(key)
    for index, story in enumerate(planned):
        if index not in keys:
            keys[index] = story.anchor if story.anchor not in taken else f"{story.anchor}-{len(taken)}"
            taken.add(keys[index])
    return [keys[index] for index in range(len(planned))]


def _absorbed(
    keys: Sequence[str], planned: Sequence[_Planned], kept: Mapping[str, Kept], was: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """Key of each story -> the earlier stories that are none any more, of which it holds the most articles."""
    home = {was.get(id_, id_): key for key, story in zip(keys, planned, strict=True) for id_ in story.members}
    absorbed: dict[str, list[str]] = {key: [] for key in keys}
    for key in sorted(kept.keys() - absorbed.keys()):
        homes = Counter(home[id_] for id_, _ in kept[key].members if id_ in home)
        if homes:
            absorbed[min(homes, key=lambda found: (-homes[found], found))].append(key)
    return {key: tuple(found) for key, found in absorbed.items()}


def _dates(documents: Iterable[Document]) -> GroupReason:
    days = sorted(document.published for document in documents if document.published)
    known = [dt.date.fromisoformat(day) for day in (days[:1] + days[-1:])]
    return GroupReason(first=known[0], last=known[-1]) if known else GroupReason()
