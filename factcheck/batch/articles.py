"""The articles of a batch, read when they are asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Protocol

from factcheck.models import Article

ARTICLES_HELD = 256


class Library(Protocol):
    """The articles of a batch; a Spool is one."""

    def language(self, id_: str) -> str | None:
        """The language of an article; None when it is not known, and when there is no such article."""

    def mixed(self) -> bool:
        """Whether articles are in several languages; one that nobody knows counts as one more."""

    def article(self, id_: str) -> Article:
        """An article by its id. Raises KeyError."""


class Articles(Mapping[str, Article]):
    """Some articles of a batch by id, read when they are asked for and a few of them kept.

    Most pairs need none. To another process they go as what they are, all of them.
    """

    def __init__(self, library: Library, ids: Collection[str]) -> None:
        self._read = lru_cache(maxsize=ARTICLES_HELD)(library.article)
        self._ids = frozenset(ids)

    def __getitem__(self, id_: str) -> Article:
        if id_ not in self._ids:
            raise KeyError(id_)
        return self._read(id_)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._ids))

    def __len__(self) -> int:
        return len(self._ids)

    def __reduce__(self) -> tuple[type[dict[str, Article]], tuple[dict[str, Article]]]:
        return dict, (dict(self),)
