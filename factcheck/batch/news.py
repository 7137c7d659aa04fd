"""What of a story's disputes is news against what was told before, and what of that is settled or not known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from factcheck.batch.spool import Baseline, Document
from factcheck.findings import Report
from factcheck.index import DisputeLine


def renewed(documents: Iterable[Document], members: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Id of each article that stands in the place of another one, as of a file that was edited -> id of that one.

    `members` are the (article id, path) that were there. Of a file of many records, where one may have come while
    another was edited, none when more came than went.
    """
    there, came = set[str](), defaultdict[str, list[str]](list)
    known = dict(members)
    for document in documents:
        if document.article is not None:
            there.add(document.article)
            if document.article not in known:
                came[document.path].append(document.article)
    went = defaultdict[str, list[str]](list)
    for id_, path in known.items() if came else ():
        if id_ not in there and path in came:
            went[path].append(id_)
    pairs = [(came[path], old) for path, old in went.items() if len(came[path]) <= len(old)]
    return {now: then for new, old in pairs for now, then in zip(new, old, strict=False)}


@dataclass(frozen=True)
class News:
    """The disputes of a report, and those told before that are not among them."""

    lines: tuple[DisputeLine, ...]
    missing: tuple[DisputeLine, ...]


def news_of(
    report: Report, documents: Iterable[Document], before: Baseline | None, known: Collection[tuple[str, str]]
) -> News:
    """The disputes as the index tells them, against what was told `before` of the story with these documents.

    A dispute goes on from one that is about a claim of its own; else from one under the same title, for an article
    that was edited has other claims: one from each, for a title is a short question, which another event of the same
    kind may raise too. It is old if articles that were there contradict each other in it by what it goes on with, or
    if it was found between stories (`known` pairs of claims). Of a story that was parted none is missing, for another
    one may have them now.
    """
    found = [(dispute, [pair for point in dispute.points for pair in point.pairs]) for dispute in report.disputes]
    claims = [frozenset(id_ for pair in pairs for id_ in pair) for _, pairs in found]
    told = before.disputes if before is not None else ()
    contested = {id_ for line in told for id_ in line.claims}
    there = _there(documents, before)
    held = {claim.id for e in report.extractions for claim in e.claims if claim.article_id in there}
    left = [line for line in told if not any(claims_.intersection(line.claims) for claims_ in claims)]
    lines = list[DisputeLine]()
    for (dispute, pairs), own in zip(found, claims, strict=True):
        inside = [pair for pair in pairs if held.issuperset(pair)]
        old = any(pair in known for pair in pairs) or any(not contested.isdisjoint(pair) for pair in inside)
        if inside and contested.isdisjoint(own):
            same = next((line for line in left if line.title == dispute.title), None)
            left = [line for line in left if line is not same]
            old = old or same is not None
        lines.append(
            DisputeLine(
                id=dispute.id,
                title=dispute.title,
                nature=dispute.nature,
                points=len(dispute.points),
                new=not old,
                claims=tuple(sorted(own)),
            )
        )
    if before is None or before.parted:
        left = []
    return News(tuple(lines), tuple(left))


def in_the_dark(report: Report, documents: Iterable[Document], before: Baseline | None) -> bool:
    """Whether a dispute may be missing for no other reason than that what it was in failed or cannot be read now."""
    if before is None:
        return False
    failed = [failure.subject for failure in report.failures if failure.stage == "extraction"]
    touched = not _there(documents, before).isdisjoint(failed)
    return touched or bool(before.unread) or len(failed) < len(report.failures)


def _there(documents: Iterable[Document], before: Baseline | None) -> frozenset[str]:
    """Ids of the articles that were there, edited since or not."""
    members = before.members if before is not None else ()
    return frozenset((*(id_ for id_, _ in members), *renewed(documents, members)))
