"""A thin net between stories: claims of two of them that are much alike."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from factcheck.claim_types.registry import comparable
from factcheck.models import Claim
from factcheck.stages.blocking.base import Known
from factcheck.stages.blocking.columns import PairColumns
from factcheck.stages.blocking.features import IDF_FROM
from factcheck.stages.blocking.pool import GIST_WORDS, WORDS, Pool
from factcheck.stages.blocking.rules import NEAREST_ACROSS_STORIES

if TYPE_CHECKING:
    from factcheck.stages.blocking.fusion import Chosen, Sides
    from factcheck.stages.blocking.pool import Sealed
    from factcheck.stages.blocking.ranking import Ints, Population
    from factcheck.stages.blocking.stored_vectors import Block

NEIGHBOURS = 5
"""Claims of other stories that a claim is paired with."""
SCORE = 0.30
"""Smallest score of such a pair.

It must share a name or a number as well: on the labelled stories, each parted in two and put among its siblings, that
took away four of ten pairs and none of the related ones.
"""
SCORE_OF_MANY = 0.22
"""The same from IDF_FROM claims on, where what many claims have in common no longer counts and cosines are smaller.

Among 3,000 claims of other stories the net then holds as much of the labelled stories as without them, in as many
pairs; with the score of few claims it held five of seven related pairs across languages, and half of all pairs.
"""


def import_libraries() -> None:
    """Import what the net needs, most of a second; for a thread, while there is something else to wait for."""
    import sparse_dot_topn  # noqa: F401

    import factcheck.stages.blocking.block_ranking
    import factcheck.stages.blocking.fusion
    import factcheck.stages.blocking.stored_vectors  # noqa: F401


@dataclass(frozen=True)
class Caught:
    """What the net holds."""

    pairs: PairColumns
    """In order, lower id left."""
    also: tuple[tuple[str, str], ...]
    """Those of the pairs that were asked for whatever else is near."""
    stories: Sequence[str]
    home: Ints
    """Place among the stories of each of the ids of `pairs`: of several stories that tell the claim the first by
    name."""

    def homes(self, ids: Iterable[str]) -> dict[str, str]:
        """Id of each of these claims -> the story that it is told for."""
        return {id_: self.stories[self.home[bisect_left(self.pairs.ids, id_)]] for id_ in ids}


class Net:
    """The net over claims that are added story by story; nearly all that it holds of them is in `file`.

    `file` is for it alone, is written and read in no order, and takes some two kilobytes a claim, with gists four; in
    memory are some 60 bytes for each, the vocabulary, and `size` claims at a time. Raises OSError when the file cannot
    be written.
    """

    def __init__(self, file: BinaryIO, size: int | None = None) -> None:
        self._pool = Pool(file)
        self._size = size

    def add(
        self,
        story: str,
        claims: Iterable[Claim],
        languages: Mapping[str, str | None],
        gists: Mapping[str, str] | None = None,
    ) -> None:
        """The claims of a story, ungrounded ones left out; a claim of two stories counts as it is told last.

        `languages` maps an article's id to its primary subtag; `gists` a claim's id to its gist, where one is known;
        None when they do not count.
        """
        self._pool.add(story, claims, languages, gists)

    def cast(self, also: Iterable[tuple[str, str]] = ()) -> Caught:
        """The pairs of claims of different stories of which one is among the five nearest of the other, and much alike.

        Both carry one of the same names or numbers. A claim that two stories share is paired with claims of others
        only, for it was compared with the claims of both. Gists count when the claims are in several languages.
        Of the pairs of claims in `also` it is told which are there.
        """
        import numpy as np

        from factcheck.stages.blocking.fusion import united
        from factcheck.stages.blocking.stored_vectors import BLOCK, stored_blocks

        pool, sealed = self._pool, self._pool.seal()
        there = [pair for pair in also if None not in (sealed.place(pair[0]), sealed.place(pair[1]))]
        if not len(sealed):
            nothing = np.empty(0, np.int64)
            return Caught(PairColumns((), nothing, nothing, np.empty(0), nothing, ()), (), (), nothing)
        by_gist = pool.gists and len(np.unique(sealed.language)) > 1
        fields = (WORDS, GIST_WORDS) if by_gist else (WORDS,)
        channels = [stored_blocks(pool, sealed, first, self._size or BLOCK) for first in fields]
        people, least = _population(pool, sealed), SCORE if len(sealed) < IDF_FROM else SCORE_OF_MANY
        blocks = zip(*channels, strict=True)
        sides = [_apart(_side(pool, same, channels, people, least), pool, sealed) for same in blocks]
        chosen = united(sides, len(sealed))
        return _caught(chosen, least, there, pool, sealed)


def _population(pool: Pool, sealed: Sealed) -> Population:
    from factcheck.stages.blocking.ranking import Population

    def allowed(one: int, other: int) -> bool:
        return comparable(pool.read(int(sealed.offset[one]))[0], pool.read(int(sealed.offset[other]))[0])

    return Population(group=sealed.story, block=sealed.language, number=sealed.number, allowed=allowed)


def _side(
    pool: Pool, same: Sequence[Block], channels: Sequence[Sequence[Block]], people: Population, least: float
) -> Sides:
    """What the claims of a block choose, which is the same in each channel."""
    from factcheck.stages.blocking.block_ranking import ranked_block
    from factcheck.stages.blocking.fusion import chosen_of
    from factcheck.stages.blocking.ranking import NUMBER_BONUS
    from factcheck.stages.blocking.stored_vectors import matrix

    read = partial(matrix, pool)
    ranked = [
        ranked_block(block, blocks, read, people, NEIGHBOURS, least - NUMBER_BONUS)
        for block, blocks in zip(same, channels, strict=True)
    ]
    return chosen_of(ranked, people, NEIGHBOURS)


def _apart(side: Sides, pool: Pool, sealed: Sealed) -> Sides:
    """Those of no common story that share a name or a number."""
    import numpy as np

    code, best, found, said = side
    size, offset = len(sealed), sealed.offset

    def apart(left: int, right: int) -> bool:
        if not pool.read(int(offset[left]))[1] & pool.read(int(offset[right]))[1]:
            return False
        single = sealed.story[left] >= 0 and sealed.story[right] >= 0  # then they are of two, or would not be near
        return bool(single) or sealed.stories(left).isdisjoint(sealed.stories(right))

    pairs = zip((code // size).tolist(), (code % size).tolist(), strict=True)
    kept = np.fromiter((apart(*pair) for pair in pairs), bool, len(code))
    return code[kept], best[kept], found[kept], said[kept]


def _caught(chosen: Chosen, least: float, also: Sequence[tuple[str, str]], pool: Pool, sealed: Sealed) -> Caught:
    """The pairs that are alike enough, with the ids of no other claims."""
    import numpy as np

    from factcheck.stages.blocking.ranking import DECIMALS

    score = np.round(chosen.score, DECIMALS)
    kept = score >= least
    left, right = chosen.left[kept], chosen.right[kept]
    named = [sealed.place(id_) for pair in also for id_ in pair]
    places = np.unique(np.concatenate((left, right, np.array(named, np.int64))))
    ids = [id_.decode("utf-8", "surrogatepass") for id_ in sealed.ids[places].tolist()]
    home = [min(sealed.stories(place), key=pool.stories.__getitem__) for place in places.tolist()]
    at = places.searchsorted(left), places.searchsorted(right)
    pairs = PairColumns(ids, *at, score[kept], np.zeros(len(left), np.int64), ((NEAREST_ACROSS_STORIES,),))
    return Caught(pairs, tuple(also), pool.stories, np.array(home, np.int32))


def pairs_across(
    stories: Mapping[str, Sequence[Claim]], languages: Mapping[str, str | None], known: Known | None = None
) -> PairColumns:
    """What a net over claims in memory holds; `stories` maps a story's name to its claims."""
    net = Net(BytesIO())
    for story, claims in stories.items():
        net.add(story, claims, languages, known.gists if known else None)
    return net.cast().pairs
