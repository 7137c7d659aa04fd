"""The extraction request: numbered sentences inside a fence, in windows when the article is long."""

from __future__ import annotations

from factcheck.models import Article, Value
from factcheck.prompts import fence

WINDOW_SENTENCES = 160
"""Sentences whose claims one request asks for; at about a claim a sentence the answer stays near 10,000 tokens."""
CONTEXT_SENTENCES = 4
"""Sentences shown before a window so that pronouns and attributions reach over the seam."""


class Window(Value):
    """The sentences that one request covers, `first` to `last` inclusive; `context` are shown but not asked for."""

    first: int
    last: int
    context: tuple[int, ...] = ()


def windows(article: Article) -> tuple[Window, ...]:
    """The requests that cover the article, each sentence in exactly one; a short article is one window.

    The title and the lead travel along with every later window.
    """
    total = len(article.sentences)
    count = max(1, -(-total // WINDOW_SENTENCES))
    size = -(-total // count) if total else 0
    result = []
    for first in range(1, total + 1, size or 1):
        lead = [n for n in (1, 2) if n < first]
        before = [n for n in range(first - CONTEXT_SENTENCES, first) if n > 0]
        result.append(Window(first=first, last=min(first + size - 1, total), context=tuple(sorted({*lead, *before}))))
    return tuple(result)


def user_text(article: Article, window: Window) -> str:
    """What the model is shown of the article; the path is left out, so that a renamed file asks nothing again."""
    head = [
        f"publisher: {_one_line(article.publisher) or 'unknown'}",
        f"published: {article.published_at.isoformat() if article.published_at else 'unknown'}",
        f"language: {article.language or 'unknown'}",
    ]
    if article.author:
        head.append(f"byline: {_one_line(article.author)}")
    lines = [" · ".join(head)]
    paragraph = None
    for number in (*window.context, *range(window.first, window.last + 1)):
        sentence = article.sentences[number - 1]
        if paragraph is not None and sentence.paragraph != paragraph:
            lines.append("")
        paragraph = sentence.paragraph
        mark = "# " if sentence.headline else ""
        lines.append(f"[{number}] {mark}{_one_line(article.quote(number))}")
    fenced = fence("\n".join(lines))
    if not window.context:
        return fenced
    return f"{fenced}\nGive claims of sentences {window.first} to {window.last} only; the sentences before are context."


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())
