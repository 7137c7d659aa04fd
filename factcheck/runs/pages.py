"""Writing a report that is several files: a front, and a folder of pages beside it that is replaced as a whole."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

Write = Callable[[Path, str], None]
"""Puts a text at a path, at once or not at all. Raises OSError."""

_OURS = re.compile(r"(?:disputes|explained|facts|one-origin|single|articles)-\d+\.html|(?:pairs|search)\.html")


def folder_beside(front: Path) -> Path:
    """Where the pages behind a front go: `report.html` has `report/`."""
    return front.with_suffix("")


def write_pages(front: Path, pages: Mapping[str, str], write: Write) -> None:
    """Write `pages`, file name -> text, with the front under the empty name. Raises OSError.

    The other pages take the place of those of an earlier report together, before the front does. A folder of that name
    that holds anything else is added to and nothing in it is removed.
    """
    others = {name: text for name, text in pages.items() if name}
    folder = folder_beside(front)
    if others and (not folder.exists() or _is_ours(folder)):
        _swap(folder, others, write)
    elif others:
        for name, text in others.items():
            write(folder / name, text)
    write(front, pages[""])
    # report.json beside report.html must not take the pages away that are the other's
    if not others and front.suffix == ".html" and folder.is_dir() and _is_ours(folder):
        shutil.rmtree(folder)


def _is_ours(folder: Path) -> bool:
    """Whether a folder holds nothing but pages of a report."""
    names = [page.name for page in folder.iterdir()] if folder.is_dir() and not folder.is_symlink() else []
    return bool(names) and all(_OURS.fullmatch(name) for name in names)


def _swap(folder: Path, pages: Mapping[str, str], write: Write) -> None:
    new = folder.with_name(f".{folder.name}.{os.getpid()}.new")
    old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    shutil.rmtree(new, ignore_errors=True)
    try:
        new.mkdir()
        for name, text in pages.items():
            write(new / name, text)
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
