"""Writing files that are whole or not there, for the user's eyes only, under names that every system takes."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from factcheck.models import Value

SLUG_LENGTH = 40
LONGEST_NAME_BYTES = 120
"""Of a slug in UTF-8; file systems end at 255, and stamp and number come on top."""
NAMELESS = "story"


def slug(name: str) -> str:
    """`name` as a part of a file name: its letters and digits in lower case with hyphens between; `story` when none.

    Of every script, composed (NFC); nothing that Windows, macOS or a shell takes amiss.
    """
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    kept = "".join(mark if mark.isalnum() or unicodedata.combining(mark) else " " for mark in folded)
    short = "-".join(kept.split())[:SLUG_LENGTH]
    while len(short.encode("utf-8", "replace")) > LONGEST_NAME_BYTES:
        short = short[:-1]
    return short.strip("-") or NAMELESS


def make_private(folder: Path) -> None:
    """Make a folder for the user alone. Raises FileExistsError when the name is taken."""
    folder.mkdir(mode=0o700)


def write_whole(path: Path, text: str) -> None:
    """Replace `path` by `text` at once: written beside, flushed to the disk, renamed; mode 600. Raises OSError."""
    write_pieces(path, (text,))


def write_pieces(path: Path, pieces: Iterable[str]) -> None:
    """The same of a text that is made piece by piece. Raises OSError, and what making it raises."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _flush_names(path.parent)


def sweep(folder: Path) -> None:
    """Remove what a writer that was killed left beside its file; only who holds the folder may."""
    for stray in folder.glob(".*.new"):
        stray.unlink(missing_ok=True)


def append(path: Path, line: str) -> None:
    """Add one line in one write, which a kill finds done or not begun; mode 600. Raises OSError."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(path, flags, 0o600)
    try:
        os.write(descriptor, line.encode("ascii", "backslashreplace"))
    finally:
        os.close(descriptor)


def _flush_names(folder: Path) -> None:
    """Make a rename last; a system that cannot flush a folder (Windows, some network disks) goes without."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        pass
    finally:
        os.close(descriptor)


def lines_of(values: Iterable[Value]) -> str:
    """JSON Lines in ASCII, so that even a lone surrogate can be written."""
    return "".join(json.dumps(value.model_dump(mode="json"), ensure_ascii=True) + "\n" for value in values)
