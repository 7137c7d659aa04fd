"""What the pages for a terminal share: how rich prints them into text, and how other people's words get in."""

from __future__ import annotations

import io
from collections.abc import Iterable

from rich.console import Console, RenderableType
from rich.text import Text

from factcheck.reporting.base import Style
from factcheck.reporting.directions import harmless

RED, GREEN, AMBER, TEAL, VIOLET = "color(161)", "color(28)", "color(130)", "color(30)", "color(133)"
"""Colours of the fixed palette of 256 that are read on white as well as on black, each at a contrast of at least 4.

The eight of the terminal's own palette are not: its yellow, green and cyan all but vanish on a light ground.
"""


def printed(parts: Iterable[RenderableType], style: Style) -> str:
    """The parts below each other within `style.width` columns; with `style.color`, in colours for any ground."""
    sink = io.StringIO()
    # NOTE: without an environment of its own rich would read NO_COLOR, COLUMNS and TERM from the process
    console = Console(
        file=sink,
        width=style.width,
        force_terminal=style.color,
        color_system="256" if style.color else None,
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
