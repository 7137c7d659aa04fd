"""Articles that carry the same copy, and the words that one of them changed; the text still raw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from factcheck.models import Article, Change, CopyGroup
from factcheck.reporting import wording
from factcheck.reporting.marking import Marked, shortened
from factcheck.reporting.words.catalogue import Words

COPIES_SHOWN = 8
CHANGES_SHOWN = 5
WORDS_LIMIT = 90
"""Characters of changed words; a whole paragraph may have been added."""
CONTEXT = 32
"""Characters of unchanged text on either side of changed words."""
DISTANT = 0.5
"""Share below which a copy belongs to the group by way of another copy, so that its words are not set beside these."""


@dataclass(frozen=True)
class ChangeView:
    """The same place in both texts, the changed words marked; a side that lacks them marks nothing."""

    original: Marked
    copy: Marked


@dataclass(frozen=True)
class CopyView:
    """One article that carries the text of another."""

    name: str
    about: str
    share: str
    """`93 % of the shorter text`."""
    changes: tuple[ChangeView, ...]
    """Changed figures first."""
    left_out: int
    """Changes beyond those shown."""
    remark: str
    """What to say where there is nothing to set side by side; else empty."""


@dataclass(frozen=True)
class SharedTextView:
    """A text and those who carry it."""

    name: str
    """Of the article by which the others are measured."""
    about: str
    copies: tuple[CopyView, ...]
    """Those that changed a figure first."""
    left_out: int
    """Copies beyond those shown."""


def shared_texts(groups: Sequence[CopyGroup], articles: Mapping[str, Article], w: Words) -> tuple[SharedTextView, ...]:
    """The groups in their order, those in which a figure was changed first."""
    ordered = sorted(groups, key=lambda group: not any(_figures(group, id_) for id_ in group.articles[1:]))
    return tuple(_shared_text(group, articles, w) for group in ordered)


def _shared_text(group: CopyGroup, articles: Mapping[str, Article], w: Words) -> SharedTextView:
    original = articles[group.representative]
    others = sorted(group.articles[1:], key=lambda id_: not _figures(group, id_))
    shown, left_out = wording.cut(others, COPIES_SHOWN)
    name, about = _names(original, w)
    return SharedTextView(name, about, tuple(_copy(group, original, articles[id_], w) for id_ in shown), left_out)


def _copy(group: CopyGroup, original: Article, copy: Article, w: Words) -> CopyView:
    share = group.shared[copy.id]
    near = share >= DISTANT
    changes = sorted((c for c in group.changes if c.article == copy.id and near), key=_weight)
    shown, left_out = wording.cut(changes, CHANGES_SHOWN)
    remark = "" if changes else w("copy.no_change" if near else "copy.remote")
    views = tuple(
        ChangeView(
            _in_place(original.text, change.original, change.original_start),
            _in_place(copy.text, change.copy_words, change.copy_start),
        )
        for change in shown
    )
    percent = int(round(share * 1000) / 10)
    return CopyView(*_names(copy, w), w("copy.share", percent=percent), views, left_out, remark)


def _names(article: Article, w: Words) -> tuple[str, str]:
    """The publisher, or the file; and title, file and day: titles tell copies apart least of all."""
    file = PurePath(article.path).name
    about = [article.title] if article.title else []
    about += [file] if article.publisher else []
    about.append(article.published_at.isoformat() if article.published_at else w("copy.no_date"))
    return article.publisher or file, " · ".join(about)


def _figures(group: CopyGroup, article_id: str) -> bool:
    near = group.shared[article_id] >= DISTANT
    return near and any(change.article == article_id and _weight(change) == (False, False) for change in group.changes)


def _weight(change: Change) -> tuple[bool, bool]:
    """Changed figures, then figures on one side only, then other changed words, then those on one side only."""
    words = change.original + change.copy_words
    return not any(c.isnumeric() for c in words), not (change.original and change.copy_words)


def _in_place(text: str, words: str, start: int) -> Marked:
    """The words, marked, with some of what stands before and after them in their paragraph."""
    end = start + len(words)
    before = text[:start].rpartition("\n")[2]
    if len(before) > CONTEXT:
        before = "… " + _from_blank(before[-CONTEXT:])
    after = text[end:].partition("\n")[0]
    if len(after) > CONTEXT:
        after = _from_blank(after[:CONTEXT][::-1])[::-1] + " …"
    parts = ((before, False), (shortened(words, WORDS_LIMIT), True), (after, False))
    return Marked(tuple(part for part in parts if part[0]))


def _from_blank(words: str) -> str:
    """Without the piece of a word at the beginning; whole where no blank shows where words begin."""
    return words.partition(" ")[2] or words
