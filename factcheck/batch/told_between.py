"""Whether a contradiction between two stories goes on from one that was told, though an article was edited or moved."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from factcheck.batch.kept import Baseline
from factcheck.batch.news import renewed
from factcheck.batch.spool import Spool
from factcheck.index import AcrossFinding
from factcheck.models import Value


class ToldBetween(Value):
    """A contradiction between two stories that was told."""

    stories: tuple[str, str]
    """Their keys."""
    claims: tuple[str, ...]
    """Ids of those that contradict each other."""


def told_between(findings: Iterable[AcrossFinding]) -> tuple[ToldBetween, ...]:
    """The contradictions among them."""
    return tuple(
        ToldBetween(stories=(found.sides[0].story, found.sides[1].story), claims=tuple(sorted(_claims(found))))
        for found in findings
        if found.relation == "contradicts"
    )


def goes_on(
    found: AcrossFinding, told: Iterable[ToldBetween], there: Collection[str], edited: Callable[[str], bool]
) -> bool:
    """Whether it is about a claim that one of those `told` between the same stories was about, and the other side of
    that one is no more, since the article was edited.

    `there` holds the claims of the reports of its stories; `edited` says of a claim whether its article stands in the
    place of one that was there.
    """
    claims, stories = _claims(found), {side.story for side in found.sides}
    for each in told:
        shared = claims.intersection(each.claims)
        gone = set(each.claims) - shared
        if shared and gone and stories == set(each.stories) and gone.isdisjoint(there):
            return all(edited(id_) for id_ in claims - shared)
    return False


def was_within(found: AcrossFinding, spool: Spool, pass_id: str) -> bool:
    """Whether it was told as a dispute of one of its stories before the pass `pass_id`: an article moved since."""
    before = [_before(side.story, spool, pass_id) for side in found.sides]
    told = [set(line.claims) for story in before if story is not None for line in story.disputes]
    return any(line.issuperset(pair) for line in told for pair in found.pairs)


def _before(story: str, spool: Spool, pass_id: str) -> Baseline | None:
    try:
        return spool.story(story).baseline(pass_id)
    except KeyError:  # of a shard that was put together with others
        return None


def is_edited(story: str, article: str, spool: Spool, pass_id: str) -> bool:
    """Whether the article stands in the place of one that the story had before the pass `pass_id`."""
    before = _before(story, spool, pass_id)
    return before is not None and article in renewed(spool.documents_of(spool.files_of(article)), before.members)


def _claims(found: AcrossFinding) -> set[str]:
    return {id_ for pair in found.pairs for id_ in pair}
