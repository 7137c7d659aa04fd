"""What of a story's disputes is news against what was told before, and what of that is settled or not known."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from factcheck.batch.kept import Baseline
from factcheck.batch.spool import Document
from factcheck.findings import Report
from factcheck.index import DisputeLine
from factcheck.models import Claim


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

    A dispute goes on from one that is about a claim of its own. Articles that were edited have other claims, and so has
    all that another model reads: then it goes on from one of which no claim is there any more, under the same title or
    stated in the same sentences; one from each, for a title is a short question, which another event of the same kind
    may raise too. It is old if articles that were there contradict each other in it by what it goes on with, or if it
    was found between stories (`known` pairs of claims). Of a story that was parted none is missing, for another one may
    have them now.
    """
    told_by = {claim.id: claim for extraction in report.extractions for claim in extraction.claims}
    found = [(dispute, [pair for point in dispute.points for pair in point.pairs]) for dispute in report.disputes]
    claims = [frozenset(id_ for pair in pairs for id_ in pair) for _, pairs in found]
    told = before.disputes if before is not None else ()
    contested = {id_ for line in told for id_ in line.claims}
    there = _there(documents, before)
    held = {id_ for id_, claim in told_by.items() if claim.article_id in there}
    left = [line for line in told if not any(claims_.intersection(line.claims) for claims_ in claims)]
    reworded = [line for line in left if told_by.keys().isdisjoint(line.claims)]
    lines = list[DisputeLine]()
    for (dispute, pairs), own in zip(found, claims, strict=True):
        inside = [pair for pair in pairs if held.issuperset(pair)]
        old = any(pair in known for pair in pairs) or any(not contested.isdisjoint(pair) for pair in inside)
        if inside and contested.isdisjoint(own) and (same := _same(dispute.title, inside, told_by, reworded)):
            left.remove(same)
            reworded.remove(same)
            old = True
        lines.append(
            DisputeLine(
                id=dispute.id,
                title=dispute.title,
                nature=dispute.nature,
                points=len(dispute.points),
                new=not old,
                claims=tuple(sorted(own)),
                sentences=tuple(sorted({mark for id_ in own for mark in _marks(told_by[id_])})),
            )
        )
    if before is None or before.parted:
        left = []
    return News(tuple(lines), tuple(left))


def _same(
    title: str, pairs: Iterable[tuple[str, str]], claims: Mapping[str, Claim], lines: Sequence[DisputeLine]
) -> DisputeLine | None:
    """The line under that title, else the first that holds sentences of both claims of a pair."""
    sides = [[_marks(claims[id_]) for id_ in pair] for pair in pairs]
    stated = (line for line in lines if any(all(not m.isdisjoint(line.sentences) for m in pair) for pair in sides))
    return next((line for line in lines if line.title == title), None) or next(stated, None)


def _marks(claim: Claim) -> frozenset[str]:
    """Of each sentence that states the claim, whatever stands around it."""
    quotes = (" ".join(evidence.quote.split()) for evidence in claim.evidence)
    return frozenset(
        hashlib.blake2s(quote.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest() for quote in quotes
    )


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
