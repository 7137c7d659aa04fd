"""The rows of the stories of a batch, held in a tenth of the memory that they take unpacked."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

from factcheck.index import StoryRow


def pack(row: StoryRow) -> bytes:
    """The row as it is held."""
    return zlib.compress(row.model_dump_json().encode(), 1)


def unpack(packed: bytes) -> StoryRow:
    """The row that was packed."""
    return StoryRow.model_validate_json(zlib.decompress(packed))


class PackedRows(MutableMapping[str, StoryRow]):
    """Rows by the keys of their stories; each is unpacked whenever it is looked at."""

    def __init__(self, rows: PackedRows | None = None) -> None:
        """Those of `rows` to begin with."""
        self._packed: dict[str, bytes] = {} if rows is None else rows._packed.copy()

    def __getitem__(self, key: str) -> StoryRow:
        return unpack(self._packed[key])

    def __setitem__(self, key: str, row: StoryRow) -> None:
        self._packed[key] = pack(row)

    def __delitem__(self, key: str) -> None:
        del self._packed[key]

    def __contains__(self, key: object) -> bool:
        return key in self._packed

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)

    def sorted_by(self, place: Callable[[StoryRow], Any]) -> PackedRows:
        """The rows in the order of what `place` says of each."""
        found = PackedRows()
        found._packed = {key: self._packed[key] for key in sorted(self._packed, key=lambda key: place(self[key]))}
        return found
