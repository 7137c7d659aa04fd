"""What a check leaves of a story: its row, its articles, and what of it is old news in the pass after."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import ValidationError

from factcheck.batch.packed_rows import unpack
from factcheck.index import DisputeLine, StoryRow
from factcheck.models import Value

REMEMBERED = 100
"""Ids of disputes and decisions that are known of a story."""


class Baseline(Value):
    """What of a story is old news."""

    members: tuple[tuple[str, str], ...]
    """(article id, path) of its articles."""
    disputes: tuple[DisputeLine, ...]
    """What was told of them; of some of them perhaps long ago."""
    parted: bool = False
    """Whether another story has some of its articles now, and perhaps its disputes."""
    several: bool = False
    """Whether it was more than one story."""
    unread: tuple[tuple[str, str], ...] = ()
    """(article id, path) of its articles whose files are there and cannot be read now; not among `members`."""
    ids: tuple[str, ...] = ()
    """Of what was disputed or decided upon, which a reviewer may have had in view."""


@dataclass(frozen=True)
class Kept:
    """A story as its last check left it."""

    fingerprint: str
    members: tuple[tuple[str, str], ...]
    """(article id, path) of its articles then."""
    packed: bytes
    """Its row, which of an archive takes a tenth of the memory so."""
    pass_id: str
    """Of the pass that checked it."""
    packed_before: bytes | None
    """What the pass before that one left, packed; None when the story was not there."""

    @property
    def before(self) -> Baseline | None:
        """What the pass before that one left, unpacked each time; None when the story was not there."""
        return None if self.packed_before is None else _baseline(zlib.decompress(self.packed_before))

    @property
    def row(self) -> StoryRow:
        """Its row, unpacked each time."""
        return unpack(self.packed)

    def baseline(self, pass_id: str) -> Baseline | None:
        """What is old news in the pass `pass_id`: in the one that checked it, what was there before."""
        if self.pass_id == pass_id:
            return self.before
        row = self.row
        told = tuple(line.model_copy(update={"new": False}) for line in (*row.disputes, *row.unsettled))
        return Baseline(members=self.members, disputes=told, ids=self._ids(row))

    def members_in(self, pass_id: str) -> tuple[tuple[str, str], ...]:
        """(article id, path) of its articles as they were before the pass `pass_id`; none when it was not there."""
        if self.pass_id != pass_id:
            return self.members
        before = self.before
        return before.members if before is not None else ()

    @property
    def ids(self) -> tuple[str, ...]:
        """Of what is disputed or decided upon in it or was so before: the last ones that a reviewer may have seen."""
        return self._ids(self.row)

    def _ids(self, row: StoryRow) -> tuple[str, ...]:
        before = self.before
        told = (*row.decided, *(line.id for line in row.disputes), *(before.ids if before is not None else ()))
        return tuple(dict.fromkeys(told))[:REMEMBERED]


def together(parts: Iterable[Baseline | None]) -> Baseline | None:
    """What is old news of a story that was several; None when none of them was there."""
    there = [part for part in parts if part is not None]
    if len(there) < 2:
        return there[0] if there else None
    members = dict(member for part in there for member in part.members)
    disputes = dict.fromkeys(line for part in there for line in part.disputes)
    ids = dict.fromkeys(id_ for part in there for id_ in part.ids)
    return Baseline(members=tuple(members.items()), disputes=tuple(disputes), ids=tuple(ids), several=True)


def packed(baseline: Baseline | None) -> bytes | None:
    """As `Kept` holds it."""
    return None if baseline is None else zlib.compress(baseline.model_dump_json().encode(), 1)


def _baseline(text: bytes) -> Baseline | None:
    """What was remembered; nothing when another version wrote it, for then it is told again rather than not at all."""
    try:
        return Baseline.model_validate_json(text)
    except ValidationError:
        return None
