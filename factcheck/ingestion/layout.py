"""Lines become blocks: paragraphs, headings, list items; a line that was merely wrapped joins the next."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import regex

BlockKind = Literal["paragraph", "heading", "item"]

LINE = regex.compile(r"[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
ITEM = regex.compile(
    r"(?:[-*+•‣◦▪▸►●○■·–—]\s+|\(?\d{1,2}[.)]\s+(?=\D)|(?:ore|h\.?|alle)?\s*\d{1,2}[:.h]\d{2}\b(?!\s*%))", regex.I
)
"""A bullet, a list number, or the time of day that opens a live-blog entry."""
MARKED_HEADING = regex.compile(r"#{1,6}\s+\S")
ENDS_SENTENCE = regex.compile(r"[\p{SB=STerm}\p{SB=ATerm}…][\p{SB=Close}]*\Z")
WRITTEN_WITHOUT_SPACES = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")

WIDEST_WRAP = 140
"""Longer lines are paragraphs of their own; mail and terminals wrap at 60 to 100, some exports at 132."""
WRAPPED_SHARE = 0.6
"""Share of line breaks that must be forced by the width before a text counts as wrapped."""
SHORTEST_WRAPPED = 25
HEADING_LIMIT = 160
"""Characters; the longest of 30 press headlines looked at had 134."""


@dataclass(frozen=True)
class Block:
    """`text[start:end]`, trimmed, one or more lines."""

    start: int
    end: int
    kind: BlockKind


@dataclass(frozen=True)
class _Line:
    start: int
    end: int
    after_blank: bool

    @property
    def length(self) -> int:
        return self.end - self.start


def blocks(text: str, *, titled: bool = False) -> list[Block]:
    """The blocks of `text` in order; disjoint, and together they cover all that is not whitespace.

    `titled` says that the first line is a title, whatever it looks like.
    """
    lines = _lines(text)
    width = _width(text, lines)
    groups: list[list[_Line]] = []
    for line in lines:
        below_title = titled and len(groups) == 1
        if groups and not below_title and _continues(text, groups[-1][-1], line, width):
            groups[-1].append(line)
        else:
            groups.append([line])
    kinds = [_kind(text, group) for group in groups]
    found = []
    for index, group in enumerate(groups):
        kind = kinds[index]
        if kind == "heading" and not text.startswith("#", group[0].start):
            followed = index + 1 < len(groups) and kinds[index + 1] == "paragraph"
            kind = "heading" if followed else "paragraph"
        found.append(Block(group[0].start, group[-1].end, kind))
    return found


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    last_end = 0
    for match in LINE.finditer(text):
        start, end = match.span()
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if start == end:
            continue
        breaks = text.count("\n", last_end, start) + text.count("\u2029", last_end, start)
        lines.append(_Line(start, end, bool(lines) and (breaks >= 2 or _carriage_blank(text, last_end, start))))
        last_end = end
    return lines


def _carriage_blank(text: str, start: int, end: int) -> bool:
    return text.count("\r", start, end) >= 2 and text.count("\n", start, end) != 1


def _forced(text: str, line: _Line, following: _Line, width: int) -> bool:
    """Whether the first word of the next line would not have fitted on this one."""
    if WRITTEN_WITHOUT_SPACES.match(text, following.start):
        return line.length + 2 > width
    stop = following.start
    while stop < following.end and not text[stop].isspace():
        stop += 1
    return line.length + 1 + stop - following.start > width


def _width(text: str, lines: list[_Line]) -> int | None:
    """The width a text was wrapped at, or None when its line breaks mean something."""
    width = max((line.length for line in lines), default=0)
    if not SHORTEST_WRAPPED < width <= WIDEST_WRAP:
        return None
    inner = [(a, b) for a, b in pairwise(lines) if not b.after_blank]
    if len(inner) < 2:
        return None
    forced = sum(_forced(text, a, b, width) for a, b in inner)
    return width if forced >= WRAPPED_SHARE * len(inner) else None


def _continues(text: str, line: _Line, following: _Line, width: int | None) -> bool:
    if following.after_blank or MARKED_HEADING.match(text, line.start) or MARKED_HEADING.match(text, following.start):
        return False
    ended = ENDS_SENTENCE.search(text, max(line.start, line.end - 8), line.end) is not None
    forced = width is not None and _forced(text, line, following, width)
    if ITEM.match(text, following.start):
        return forced and not ended
    if forced or ended:
        return forced
    if text[line.end - 1] in ",;" and line.length >= SHORTEST_WRAPPED:
        return True
    return text[following.start].islower() and line.length >= SHORTEST_WRAPPED


def _kind(text: str, group: list[_Line]) -> BlockKind:
    first, last = group[0], group[-1]
    if ITEM.match(text, first.start):
        return "item"
    if MARKED_HEADING.match(text, first.start):
        return "heading"
    if len(group) == 1 and looks_like_heading(text[first.start : last.end]):
        return "heading"
    return "paragraph"


def looks_like_heading(line: str) -> bool:
    """Whether one line reads as a headline: short, no full stop at its end, begins like a title, holds a word."""
    if len(line) > HEADING_LIMIT or len(line.split()) > 30 or not any(c.isalpha() for c in line):
        return False
    if ENDS_SENTENCE.search(line) and line.rstrip("»”\"'’ ")[-1:] not in "?!":
        return False
    return not (line[-1] in ",;" or line[0] in "(|>")
