"""The claims of all stories, put aside for the net between them: what is compared goes to a file, little stays here."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, BinaryIO, TypeAlias, TypeVar

from factcheck.models import CLAIM, Claim
from factcheck.stages.blocking.features import ngrams
from factcheck.stages.blocking.gist_words import gist_keys
from factcheck.stages.blocking.gists import own_gist
from factcheck.stages.blocking.subjects import subject

if TYPE_CHECKING:
    import numpy as np

    from factcheck.stages.blocking.ranking import Flags, Ints

    Number = TypeVar("Number", bound=np.generic)
    Ids: TypeAlias = np.ndarray[tuple[int], np.dtype[np.bytes_]]

FIELDS = WORDS, KEYS, GIST_WORDS, GIST_KEYS = range(4)
"""What is kept of a claim as numbers: n-grams and keys of its text, and of its gist."""
WORDS_HELD = 8_192
"""Words of which the n-grams are kept, for words repeat."""
CLAIMS_HELD = 1_024
"""Claims that are kept when they are read again: the nearest of neighbours are often the same."""
PORTION = 4_096
"""Ids that are kept as objects."""
_HEAD = struct.Struct("<5I")
"""Bytes of each field of FIELDS, and of the claim."""


@dataclass(frozen=True)
class Sealed:
    """All claims once each, in order of their ids; the arrays have one entry per claim unless they say otherwise."""

    ids: Ids
    """UTF-8."""
    offset: Ints
    """Where in the file the claim begins."""
    language: Ints
    """A number each, by the order of the languages' names."""
    number: Flags
    """Whether it carries a number that is no date."""
    story: Ints
    """Number of the one story that tells it; -1 when several do."""
    told: Ints
    """The stories of each telling, claim by claim."""
    begins: Ints
    """Where in `told` the stories of each claim begin, and the end."""

    def __len__(self) -> int:
        return len(self.ids)

    def stories(self, place: int) -> frozenset[int]:
        """The numbers of the stories that tell a claim."""
        return frozenset(self.told[self.begins[place] : self.begins[place + 1]].tolist())

    def place(self, id_: str) -> int | None:
        """The place of a claim; None when it is not among them."""
        sought = _bytes(id_)
        place = int(self.ids.searchsorted(sought))
        return place if place < len(self.ids) and self.ids[place] == sought else None


class Pool:
    """Claims are added story by story, then looked at by place; `file` is read and written in no order.

    Of a claim that is added several times the last telling counts.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._end = 0
        self._ids = list[bytes]()
        self._parts: list[Ids] = []
        self._offset, self._language, self._number, self._told = array("q"), array("i"), array("b"), array("i")
        self._languages = dict[str, int]()
        self.stories = list[str]()
        """Their keys by number."""
        self.gists = False
        """Whether a gist is known that is not the claim's own text."""
        self._grams = lru_cache(WORDS_HELD)(_hashed_ngrams)
        self.read = lru_cache(CLAIMS_HELD)(self._read)

    def add(
        self, story: str, claims: Iterable[Claim], languages: Mapping[str, str | None], gists: Mapping[str, str] | None
    ) -> None:
        """Put the claims of a story aside, ungrounded ones left out.

        `languages` is an article's id to its primary subtag; without `gists` nothing is kept that only they need.
        """
        self.stories.append(story)
        for claim in claims:
            if not claim.ungrounded:
                self._put(claim, languages.get(claim.article_id), gists)
        if len(self._ids) >= PORTION:
            self._pack()

    def _pack(self) -> None:
        """Bring ids together: an object each is three times their size."""
        import numpy as np

        self._parts.append(np.array(self._ids))
        self._ids.clear()

    def _put(self, claim: Claim, language: str | None, gists: Mapping[str, str] | None) -> None:
        told = subject([claim], language)
        gist, own = "", None
        if gists is not None:
            own = own_gist(told)
            gist = own or gists.get(claim.id, "")
            self.gists = self.gists or claim.id in gists
        words = self._words(told.text)
        fields = (
            words,
            _hashes(sorted(told.keys)),  # sorted, for sums of floats depend on the order
            words if own else self._words(gist),
            _hashes(sorted(gist_keys(gist))) if gist else b"",
            claim.model_copy(update={"evidence": ()}).model_dump_json().encode("utf-8", "surrogatepass"),
        )
        self._ids.append(_bytes(claim.id))
        self._offset.append(self.append(_HEAD.pack(*map(len, fields)), *fields))
        self._language.append(self._languages.setdefault(language or "", len(self._languages)))
        self._number.append(any(key.startswith("number:") for key in told.keys))
        self._told.append(len(self.stories) - 1)

    def _words(self, text: str) -> bytes:
        return b"".join(map(self._grams, text.split()))

    def append(self, *parts: bytes) -> int:
        """Write at the end of the file; where that was. Raises OSError."""
        start = self._file.seek(self._end)
        for part in parts:
            self._file.write(part)
            self._end += len(part)
        return start

    def seal(self) -> Sealed:
        """All that was added; nothing may be added any more."""
        import numpy as np

        if self._ids or not self._parts:
            self._pack()
        ids = np.concatenate(self._parts)
        self._parts.clear()
        order = np.argsort(ids, kind="stable")
        ids = ids[order]
        first = np.append(True, ids[1:] != ids[:-1])[: len(ids)]
        begins = np.append(np.flatnonzero(first), len(ids))
        told = np.array(self._told, np.int64)[order]
        last = order[begins[1:] - 1]
        story = told[begins[:-1]]
        if len(story) < len(ids):
            story[np.minimum.reduceat(told, begins[:-1]) != np.maximum.reduceat(told, begins[:-1])] = -1
        by_name = sorted(self._languages)
        codes = np.array([by_name.index(name) for name in self._languages], np.int64)
        return Sealed(
            ids=ids[first],
            offset=np.array(self._offset, np.int64)[last],
            language=codes[np.array(self._language, np.int64)[last]],
            number=np.array(self._number, bool)[last],
            story=story,
            told=told,
            begins=begins,
        )

    def field(self, offset: int, field: int) -> bytes:
        """One of FIELDS of a claim, as numbers of eight bytes."""
        sizes = self._sizes(offset)
        self._file.seek(sum(sizes[:field]), 1)
        return self._file.read(sizes[field])

    def array(self, offset: int, kind: type[Number], size: int) -> np.ndarray[tuple[int], np.dtype[Number]]:
        """Numbers that were appended, as an array that can be written, which the products ask for."""
        import numpy as np

        self._file.seek(offset)
        return np.frombuffer(bytearray(self._file.read(size * kind().itemsize)), kind)

    def _sizes(self, offset: int) -> tuple[int, ...]:
        self._file.seek(offset)
        return _HEAD.unpack(self._file.read(_HEAD.size))

    def _read(self, offset: int) -> tuple[Claim, frozenset[int]]:
        """A claim without its evidence, and its keys as numbers."""
        sizes = self._sizes(offset)
        self._file.seek(sizes[WORDS], 1)
        keys = self._file.read(sizes[KEYS])
        self._file.seek(sizes[GIST_WORDS] + sizes[GIST_KEYS], 1)
        return CLAIM.validate_json(self._file.read(sizes[-1])), frozenset(memoryview(keys).cast("q"))


def _hashed_ngrams(word: str) -> bytes:
    return _hashes(ngrams(word))


def _hashes(features: Iterable[str]) -> bytes:
    """Each as the eight bytes of Python's own hash, which differ from process to process.

    Of ten million features two are taken for one with a chance of three in a million.
    """
    return array("q", map(hash, features)).tobytes()


def _bytes(id_: str) -> bytes:
    return id_.encode("utf-8", "surrogatepass")
