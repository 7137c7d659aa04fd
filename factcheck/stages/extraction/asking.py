"""The extraction request: numbered sentences inside a fence, in windows when the article is long."""

from __future__ import annotations

import re
from collections.abc import Sequence

from factcheck.models import Article, Value
from factcheck.prompts import fence

WINDOW_SENTENCES = 160
"""Sentences whose claims one request asks for; at about a claim a sentence the answer stays near 10,000 tokens."""
CONTEXT_SENTENCES = 4
"""Sentences shown before a window so that pronouns and attributions reach over the seam."""
SMALLEST_HALF = 8
"""Sentences of the shortest half worth asking for; a model that cannot do with that many has too short a window."""

_CREDITED = re.compile(r"\([^()\n]{2,60}\)[.\s]*$")


class Window(Value):
    """The sentences that one request covers, `first` to `last` inclusive; `context` are shown but not asked for."""

    first: int
    last: int
    context: tuple[int, ...] = ()
    only: tuple[int, ...] = ()
    """The sentences covered when not all from `first` to `last` are: of a copy, those that it does not share."""

    @property
    def numbers(self) -> Sequence[int]:
        """The sentences that the request asks for."""
        return self.only or range(self.first, self.last + 1)


def windows(article: Article) -> tuple[Window, ...]:
    """The requests that cover the article, each sentence in exactly one; a short article is one window.

    The title and the lead travel along with every later window.
    """
    total = len(article.sentences)
    size = _evenly(total)
    result = []
    for first in range(1, total + 1, size):
        context = {1, 2, *range(first - CONTEXT_SENTENCES, first)}
        result.append(
            Window(
                first=first,
                last=min(first + size - 1, total),
                context=tuple(sorted(n for n in context if 0 < n < first)),
            )
        )
    return tuple(result)


def windows_of(article: Article, numbers: Sequence[int]) -> tuple[Window, ...]:
    """The requests that cover only these sentences, ascending; title, lead and what stands before each travel along.

    So does an agency's credit at the end of the text, which speaks for all of it.
    """
    size = _evenly(len(numbers))
    result = []
    for at in range(0, len(numbers), size):
        asked = tuple(numbers[at : at + size])
        context = {1, 2, *(n for number in asked for n in range(number - CONTEXT_SENTENCES, number))}
        if _CREDITED.search(article.quote(len(article.sentences))):
            context.add(len(article.sentences))
        shown = sorted(n for n in context.difference(asked) if 0 < n <= len(article.sentences))
        result.append(Window(first=asked[0], last=asked[-1], context=tuple(shown), only=asked))
    return tuple(result)


def halves(article: Article, window: Window) -> tuple[Window, ...]:
    """The window in two, for when its request or its answer is too long for the model; empty when it is too short."""
    numbers = window.numbers
    middle = len(numbers) // 2
    if middle < SMALLEST_HALF:
        return ()
    if window.only:
        return (*windows_of(article, window.only[:middle]), *windows_of(article, window.only[middle:]))
    seam = numbers[middle]
    context = {1, 2, *range(seam - CONTEXT_SENTENCES, seam)}
    later = Window(first=seam, last=window.last, context=tuple(sorted(n for n in context if 0 < n < seam)))
    return window.model_copy(update={"last": seam - 1}), later


def _evenly(total: int) -> int:
    """Sentences a window when `total` are parted into as few windows as can be, all of one size; at least 1."""
    count = max(1, -(-total // WINDOW_SENTENCES))
    return max(1, -(-total // count))


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
    for number in sorted({*window.context, *window.numbers}):
        sentence = article.sentences[number - 1]
        if paragraph is not None and sentence.paragraph != paragraph:
            lines.append("")
        paragraph = sentence.paragraph
        mark = "# " if sentence.headline else ""
        lines.append(f"[{number}] {mark}{_one_line(article.quote(number))}")
    fenced = fence("\n".join(lines))
    if window.only:
        known = "the others are context whose claims are known: what only repeats them makes no claim."
        return f"{fenced}\nGive claims of sentences {ranges(window.only)} only; {known}"
    if not window.context:
        return fenced
    return f"{fenced}\nGive claims of sentences {window.first} to {window.last} only; the sentences before are context."


def ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers as `3-6, 9`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())
