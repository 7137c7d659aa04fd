"""Two reports -> what moved from the earlier to the later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from factcheck.changes.matching import Match, match
from factcheck.changes.values import ArticleChange, DisputeChange, FactChange, ReportDiff, RunPart
from factcheck.findings import Dispute, Fact, Report
from factcheck.models import Article, ConflictKind, Decision

_KINDS = ("new", "changed", "gone")
_VERDICTS = ("disputed", "superseded", "corroborated", "single_origin", "single_report")


def compare(earlier: Report, later: Report, names: tuple[str, str] = ("earlier", "later")) -> ReportDiff:
    """What is new, gone and changed in `later`; `names` are what the two runs are called.

    Facts are the same when they share a claim: ids of claims are content hashes, so that a claim whose article did not
    change is equal in both runs. Where none is shared, alike words with the same figures count, and the change says
    that it is a guess. Disputes are the same when they share a fact, by either way. A fact counts as changed when its
    verdict, its outlets or its number of origins did, or when its words did.
    """
    facts, before = {fact.id: fact for fact in later.facts}, {fact.id: fact for fact in earlier.facts}
    same = match(_by_claims(earlier.facts), _by_claims(later.facts))
    fact_changes = _facts(before, facts, same)
    dispute_changes, disputes_same = _disputes(earlier, later, same)
    article_changes, articles_same = _articles(earlier.articles, later.articles)
    changed = {change.id for change in fact_changes if change.kind == "changed"}
    return ReportDiff(
        earlier=names[0],
        later=names[1],
        run_changed=tuple(_run_parts(earlier, later)),
        incomplete=tuple(
            name for name, report in (("earlier", earlier), ("later", later)) if report.failures or report.unreadable
        ),
        disputes=dispute_changes,
        facts=fact_changes,
        articles=article_changes,
        disputes_unchanged=disputes_same,
        facts_unchanged=sum(m.later not in changed for m in same),
        articles_unchanged=articles_same,
    )


def _by_claims(facts: Iterable[Fact]) -> dict[str, tuple[Sequence[str], str]]:
    return {fact.id: (fact.claims, fact.text) for fact in facts}


def _run_parts(earlier: Report, later: Report) -> Iterable[RunPart]:
    a, b = earlier.run, later.run
    if a.version != b.version:
        yield "version"
    if (a.model, a.confirm_model) != (b.model, b.confirm_model):
        yield "model"
    if a.prompts != b.prompts:
        yield "prompts"
    if a.settings != b.settings:
        yield "settings"
    if [_asked(d) for d in earlier.decisions] != [_asked(d) for d in later.decisions]:
        yield "decisions"


def _asked(decision: Decision) -> Decision:
    """A decision without what became of it in one report."""
    return decision.model_copy(update={"fate": None, "found": (), "line": 0})


# -- facts ---------------------------------------------------------------------------------------


def _facts(before: Mapping[str, Fact], after: Mapping[str, Fact], same: Sequence[Match]) -> tuple[FactChange, ...]:
    matched = [_fact_change(before[m.earlier], after[m.later], m) for m in same]
    old, new = {m.earlier for m in same}, {m.later for m in same}
    found = [change for change in matched if change is not None]
    found += [_only(fact, "new") for fact in after.values() if fact.id not in new]
    found += [_only(fact, "gone") for fact in before.values() if fact.id not in old]
    return tuple(sorted(found, key=_fact_rank))


def _fact_rank(change: FactChange) -> tuple[bool, int, int, int, str]:
    """Moved verdicts first, then the new, the changed and the gone, the contested before the rest."""
    moved = change.earlier_verdict is not None and change.earlier_verdict != change.verdict
    return (
        not moved,
        _KINDS.index(change.kind),
        _VERDICTS.index(change.verdict),
        -len(change.publishers),
        change.text + change.id,
    )


def _only(fact: Fact, kind: str) -> FactChange:
    return FactChange.model_validate(
        {
            "kind": kind,
            "id": fact.id,
            "text": fact.text,
            "verdict": fact.verdict,
            "origins": len(fact.origins),
            "publishers": fact.publishers,
        }
    )


def _fact_change(before: Fact, after: Fact, how: Match) -> FactChange | None:
    """What moved in a fact, None when nothing did; other words alone count only where they were all there was."""
    joined = tuple(sorted(set(after.publishers) - set(before.publishers)))
    left = tuple(sorted(set(before.publishers) - set(after.publishers)))
    reworded = how.how == "words" and before.text != after.text
    if not (joined or left or reworded or before.verdict != after.verdict or len(before.origins) != len(after.origins)):
        return None
    return FactChange(
        kind="changed",
        id=after.id,
        text=after.text,
        verdict=after.verdict,
        origins=len(after.origins),
        publishers=after.publishers,
        matched=how.how,
        earlier_id=before.id,
        earlier_text=before.text,
        earlier_verdict=before.verdict,
        earlier_origins=len(before.origins),
        joined=joined,
        left=left,
    )


# -- disputes ------------------------------------------------------------------------------------


def _disputes(earlier: Report, later: Report, facts: Sequence[Match]) -> tuple[tuple[DisputeChange, ...], int]:
    """The changes and how many disputes stand as they stood."""
    before, after = {d.id: d for d in earlier.disputes}, {d.id: d for d in later.disputes}
    renamed = {m.earlier: m.later for m in facts}
    guessed = {m.later for m in facts if m.how == "words"}
    parts = {d.id: ([renamed.get(id_, id_) for id_ in d.facts], d.title) for d in earlier.disputes}
    same = match(parts, {d.id: (d.facts, d.title) for d in later.disputes})
    found, unchanged = list[DisputeChange](), 0
    for m in same:
        shared = set(parts[m.earlier][0]) & set(after[m.later].facts)
        sure = m.how == "claims" and not shared <= guessed
        change = _dispute_change(before[m.earlier], after[m.later], "claims" if sure else "words")
        if change is None:
            unchanged += 1
        else:
            found.append(change)
    old, new = {m.earlier for m in same}, {m.later for m in same}
    found += [DisputeChange.model_validate({"kind": "new", **_stands(d)}) for d in after.values() if d.id not in new]
    found += [DisputeChange.model_validate({"kind": "gone", **_stands(d)}) for d in before.values() if d.id not in old]
    found.sort(key=lambda c: (c.nature != "direct", _KINDS.index(c.kind), -len(c.publishers), c.title, c.id))
    return tuple(found), unchanged


def _stands(dispute: Dispute) -> dict[str, object]:
    points = tuple(dict.fromkeys(point.kind for point in dispute.points))
    return {
        "id": dispute.id,
        "title": dispute.title,
        "nature": dispute.nature,
        "points": points,
        "publishers": _outlets(dispute),
    }


def _outlets(dispute: Dispute) -> tuple[str, ...]:
    return tuple(sorted({name for point in dispute.points for side in point.sides for name in side.publishers}))


def _dispute_change(before: Dispute, after: Dispute, how: str) -> DisputeChange | None:
    kinds: list[tuple[ConflictKind, ...]] = [
        tuple(dict.fromkeys(p.kind for p in dispute.points)) for dispute in (before, after)
    ]
    outlets = [set(_outlets(dispute)) for dispute in (before, after)]
    moved = {
        "points_new": tuple(kind for kind in kinds[1] if kind not in kinds[0]),
        "points_gone": tuple(kind for kind in kinds[0] if kind not in kinds[1]),
        "joined": tuple(sorted(outlets[1] - outlets[0])),
        "left": tuple(sorted(outlets[0] - outlets[1])),
    }
    if not any(moved.values()) and before.nature == after.nature:
        return None
    earlier = {"earlier_id": before.id, "earlier_title": before.title, "earlier_nature": before.nature}
    return DisputeChange.model_validate({"kind": "changed", "matched": how, **_stands(after), **earlier, **moved})


# -- articles ------------------------------------------------------------------------------------


def _articles(before: Sequence[Article], after: Sequence[Article]) -> tuple[tuple[ArticleChange, ...], int]:
    """By text, then by address or path: an article at the same place with another text has changed."""
    ids = {article.id for article in before} & {article.id for article in after}
    old = {_place(article): article for article in before if article.id not in ids}
    found = []
    for article in after:
        if article.id in ids:
            continue
        earlier = old.pop(_place(article), None)
        found.append(_article(article, "changed" if earlier else "new", earlier.id if earlier else None))
    found += [_article(article, "gone", None) for article in old.values()]
    return tuple(sorted(found, key=lambda c: (_KINDS.index(c.kind), c.name, c.id))), len(ids)


def _place(article: Article) -> str:
    return article.url or article.path


def _article(article: Article, kind: str, earlier: str | None) -> ArticleChange:
    name = article.title or article.path
    values: dict[str, object] = {"kind": kind, "name": name, "publisher": article.publisher, "id": article.id}
    return ArticleChange.model_validate({**values, "earlier_id": earlier})
