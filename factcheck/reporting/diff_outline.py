"""What moved between two reports, put in the order in which people read it; the text still raw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from factcheck.changes.values import ArticleChange, DisputeChange, FactChange, Kind, ReportDiff
from factcheck.models import ConflictKind
from factcheck.reporting.words.catalogue import Words

SIGNS: dict[Kind, str] = {"new": "+", "changed": "~", "gone": "−"}
"""A sign never stands without its word."""


@dataclass(frozen=True)
class ChangeView:
    """One change: what it is about, and what moved."""

    kind: Kind
    word: str
    """`new`, `changed` or `gone`."""
    text: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class ChangeSection:
    """The changes of one sort and a line on what did not move."""

    title: str
    changes: tuple[ChangeView, ...]
    unchanged: str


@dataclass(frozen=True)
class DiffOutline:
    """A whole comparison in reading order."""

    headline: str
    runs: str
    warnings: tuple[str, ...]
    """What to bear in mind: incomplete runs, another model, guesses."""
    sections: tuple[ChangeSection, ...]


def diff_outline(diff: ReportDiff, w: Words) -> DiffOutline:
    """Disputes, then facts, then articles; within each as the comparison ordered them, which is by weight."""
    return DiffOutline(
        headline=_headline(diff, w),
        runs=w("diff.runs", earlier=diff.earlier, later=diff.later),
        warnings=tuple(_warnings(diff, w)),
        sections=(
            ChangeSection(
                w("diff.disputes"),
                tuple(_dispute(change, w) for change in diff.disputes),
                w("diff.unchanged_disputes", diff.disputes_unchanged),
            ),
            ChangeSection(
                w("diff.facts"),
                tuple(_fact(change, w) for change in diff.facts),
                w("diff.unchanged_facts", diff.facts_unchanged),
            ),
            ChangeSection(
                w("diff.articles"),
                tuple(_article(change, w) for change in diff.articles),
                w("diff.unchanged_articles", diff.articles_unchanged),
            ),
        ),
    )


def _headline(diff: ReportDiff, w: Words) -> str:
    if not (diff.disputes or diff.facts or diff.articles):
        return w("diff.headline_none", earlier=diff.earlier)
    told = w(
        "diff.headline",
        disputes=w("diff.moved_disputes", len(diff.disputes)),
        facts=w("diff.moved_facts", len(diff.facts)),
        articles=w("diff.moved_articles", len(diff.articles)),
        earlier=diff.earlier,
    )
    return told[0].upper() + told[1:]


def _warnings(diff: ReportDiff, w: Words) -> Iterator[str]:
    for run in diff.incomplete:
        yield w(f"diff.incomplete_{run}")
    if diff.run_changed:
        yield w("diff.run_moved", parts=w.listed([w(f"diff.run_{part}") for part in diff.run_changed], 5))
    if diff.guessed:
        yield w("diff.guesses", diff.guessed)


def _dispute(change: DisputeChange, w: Words) -> ChangeView:
    notes = []
    if change.kind != "changed":
        notes.append(w("diff.points", kinds=_kinds(change.points, w)))
        notes.append(w.names(change.publishers))
    if change.earlier_nature and change.earlier_nature != change.nature:
        before, after = (w(f"nature_word.{nature}") for nature in (change.earlier_nature, change.nature))
        notes.append(w("diff.details", what=w("diff.nature"), before=before, after=after))
    notes += [w("diff.point_new", kinds=_kinds(change.points_new, w))] if change.points_new else []
    notes += [w("diff.point_gone", kinds=_kinds(change.points_gone, w))] if change.points_gone else []
    notes += _outlets(change.joined, change.left, w)
    if change.matched == "words":
        notes += [w("diff.was", text=change.earlier_title or ""), w("diff.guess")]
    return ChangeView(change.kind, w(f"diff_kind.{change.kind}"), change.title, tuple(note for note in notes if note))


def _fact(change: FactChange, w: Words) -> ChangeView:
    verdict, notes = w(f"verdict.{change.verdict}"), list[str]()
    if change.kind != "changed":
        notes.append(verdict)
        notes.append(w.names(change.publishers))
    elif change.earlier_verdict and change.earlier_verdict != change.verdict:
        before = w(f"verdict.{change.earlier_verdict}")
        notes.append(w("diff.details", what=w("diff.verdict"), before=before, after=verdict))
    if change.earlier_origins is not None and change.earlier_origins != change.origins:
        before, after = w.number(change.earlier_origins), w.number(change.origins)
        notes.append(w("diff.details", what=w("diff.origins"), before=before, after=after))
    notes += _outlets(change.joined, change.left, w)
    if change.matched == "words":
        notes += [w("diff.was", text=change.earlier_text or ""), w("diff.guess")]
    return ChangeView(change.kind, w(f"diff_kind.{change.kind}"), change.text, tuple(note for note in notes if note))


def _article(change: ArticleChange, w: Words) -> ChangeView:
    notes = (change.publisher,) if change.publisher else ()
    return ChangeView(change.kind, w(f"diff_kind.{change.kind}"), change.name, notes)


def _outlets(joined: Sequence[str], left: Sequence[str], w: Words) -> list[str]:
    notes = [w("diff.joined", names=w.names(joined))] if joined else []
    return notes + ([w("diff.left", names=w.names(left))] if left else [])


def _kinds(kinds: Sequence[ConflictKind], w: Words) -> str:
    return ", ".join(w(f"kind.{kind}") for kind in kinds)
