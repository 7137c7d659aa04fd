"""What the pages for a terminal share: how rich prints them into text, and how other people's words get in."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable

from rich.console import Console, RenderableType
from rich.text import Text

from factcheck.reporting.base import Style
from factcheck.reporting.untrusted import clean

FSI, PDI = "\u2068", "\u2069"
_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
_RUN = re.compile(rf"[{_RTL}](?:[^A-Za-zÀ-ɏ“”—·←×;,]*[{_RTL}])?")
"""From the first right-to-left letter to the last before anything that parts names and quotes in our own lines."""


def printed(parts: Iterable[RenderableType], style: Style) -> str:
    """The parts below each other within `style.width` columns; with `style.color`, the terminal's own palette."""
    sink = io.StringIO()
    # NOTE: without an environment of its own rich would read NO_COLOR, COLUMNS and TERM from the process
    console = Console(
        file=sink,
        width=style.width,
        force_terminal=style.color,
        color_system="standard" if style.color else None,
        no_color=not style.color,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        _environ={},
    )
    for part in parts:
        console.print(part)
    return "\n".join(line.rstrip() for line in sink.getvalue().splitlines()) + "\n"


def words(text: str, style: str = "") -> Text:
    """Other people's words made harmless; what has no blanks is broken, never cut off."""
    return Text(harmless(text), style, overflow="fold")


def harmless(text: str) -> str:
    """Text made harmless, in which words of right-to-left scripts keep the rest of the line in its order.

    Each run of them stands between the isolates FSI and PDI (Unicode UAX 9): a terminal that arranges scripts then sets
    `A — B` in this order though both are Arabic, and one that does not shows nothing of them.
    """
    return _RUN.sub(_isolated, clean(text))


def _isolated(run: re.Match[str]) -> str:
    """The run between isolates; a bracket that our own line closes behind it parts it in two."""
    words = run[0]
    if words.count("(") <= words.count(")"):
        return f"{FSI}{words}{PDI}"
    head, bracket, tail = words.rpartition("(")
    return _RUN.sub(_isolated, head) + bracket + _RUN.sub(_isolated, tail)


def right_to_left(text: str) -> bool:
    """Whether any of it is of a script written from right to left."""
    return bool(_RUN.search(text))
