"""What people decided about findings, in words: all of it in one list, and beside each finding who decided on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from factcheck.findings import Report
from factcheck.models import Decision, Judgement, Review
from factcheck.reporting.words.catalogue import Words


@dataclass(frozen=True)
class DecisionView:
    """One decision, and what became of it."""

    text: str
    """What was decided, by whom and when, on what."""
    notes: tuple[str, ...]
    """The reviewer's note; what the judge had found; why it was not simply applied."""
    lost: bool
    """Whether nothing was done."""


def decision_views(report: Report, w: Words) -> tuple[DecisionView, ...]:
    """All decisions, in the order of their file; none is left out."""
    return views_of(report.decisions, report.judgements, w)


def views_of(decisions: Iterable[Decision], judgements: Iterable[Judgement], w: Words) -> tuple[DecisionView, ...]:
    """These decisions in their order; `judgements` are those that they may have changed."""
    by_key = {"|".join(j.key): j for j in judgements}
    return tuple(_view(decision, by_key, w) for decision in decisions)


def on_facts(report: Report, w: Words) -> dict[str, tuple[str, ...]]:
    """Fact id -> who decided on it, in lines."""
    lines: dict[str, list[str]] = {fact.id: [] for fact in report.facts}
    for decision in report.decisions:
        for id_ in decision.found:
            if decision.target == "fact" and id_ in lines:
                lines[id_].append(by_whom(decision, w))
    return {id_: tuple(told) for id_, told in lines.items() if told}


def on_disputes(report: Report, w: Words) -> dict[str, tuple[str, ...]]:
    """Dispute id -> who decided on it or on pairs of it, in lines."""
    reviewed = {j.key: j for j in report.judgements if j.review}
    found = {}
    for dispute in report.disputes if reviewed or report.decisions else ():
        lines = [by_whom(d, w) for d in report.decisions if d.target == "dispute" and dispute.id in d.found]
        whole = bool(lines)
        pairs = {key for point in dispute.points for key in point.pairs if key in reviewed}
        lines += [] if whole else _pairs(reviewed, pairs, w)
        if lines:
            found[dispute.id] = tuple(lines)
    return found


def _pairs(reviewed: Mapping[tuple[str, str], Judgement], keys: Iterable[tuple[str, str]], w: Words) -> list[str]:
    """`2 pairs: accepted by Anna, 2026-11-26`, one line for each reviewer and decision."""
    told = Counter(by_whom(review, w) for key in sorted(keys) if (review := reviewed[key].review))
    return [w("decision.pairs", number, by=by) for by, number in told.items()]


def by_whom(decision: Decision | Review, w: Words) -> str:
    """`accepted by Anna, 2026-11-26`."""
    label = decision.label if isinstance(decision, Decision) else None
    what = w(f"decision.{decision.decision}")
    if decision.decision == "relabel" and label:
        what = w("decision.relabelled_as", label=w(f"label.{label}"))
    told = (
        w("decision.by", what=what, who=decision.reviewer) if decision.reviewer else w("decision.unsigned", what=what)
    )
    if decision.decided_at is None:
        return told
    return w("decision.dated", told=told, date=decision.decided_at.date().isoformat())


def _view(decision: Decision, by_key: Mapping[str, Judgement], w: Words) -> DecisionView:
    notes = [w("decision.note", note=decision.note)] if decision.note else []
    judged = next((by_key[id_] for id_ in decision.found if id_ in by_key), None)
    if decision.target == "pair" and judged is not None and judged.review is not None:
        found = "supports" if judged.review.relation not in ("contradicts", "unrelated") else judged.review.relation
        certainty = "decision.found_possible" if judged.review.certainty == "possible" else "decision.found"
        notes.append(w(certainty, label=w(f"label.{found}")))
    between = decision.target == "dispute" and any("|" in id_ for id_ in decision.found)
    fate = "carried_between" if decision.fate == "carried" and between else decision.fate
    notes += [w(f"decision.{fate}")] if fate is not None and fate != "honoured" else []
    text = w(
        "decision.entry", decided=by_whom(decision, w), target=w(f"decision.{decision.target}"), what=_what(decision, w)
    )
    return DecisionView(text, tuple(notes), decision.fate in ("gone", "overruled"))


def _what(decision: Decision, w: Words) -> str:
    texts = [w("list.quoted", text=text) for text in (decision.left_text, decision.right_text) if text]
    return " / ".join(texts) or decision.id
