"""Which files there are: sorted, each once, links and special files told apart, nothing passed over in silence."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from factcheck.errors import InputError
from factcheck.ingestion.base import Refused
from factcheck.ingestion.cleaning import printable
from factcheck.ingestion.limits import DEFAULT_LIMITS, Limits
from factcheck.models import RefusedFile, Value

IGNORE_FILE = ".factcheckignore"
COMPANION = re.compile(r"(.+)[_-](?:files|file|dateien|fichiers|archivos|ficheros|ficheiros|bestanden|pliki)", re.I)
PAGE = re.compile(r"(.+)\.(?:x?html?)", re.I)


class Refusal(Value):
    """A file or record that is no article; `failed` tells an accident from a rule."""

    file: RefusedFile
    failed: bool
    passing: bool = False
    """Whether the same bytes may be read another time."""


class Unseen(Refusal):
    """What cannot be looked at now, a folder perhaps: that says nothing about whether its files are still there."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A regular file to read; `shown` is its path in a form that can be printed and stored."""

    path: Path
    shown: str
    identity: tuple[int, int]
    """Device and inode."""
    root: Path
    """The folder that was named, or the file's own."""


def refuse(path: Path | str, reason: str, *, failed: bool, passing: bool = False) -> Refusal:
    """A refusal with a printable path."""
    return Refusal(file=RefusedFile(path=printable(os.fspath(path)), reason=reason), failed=failed, passing=passing)


def _unseen(path: Path, reason: str) -> Unseen:
    return Unseen(file=RefusedFile(path=printable(os.fspath(path)), reason=reason), failed=True)


def walk(paths: Sequence[Path], limits: Limits = DEFAULT_LIMITS) -> Iterator[FoundFile | Refusal]:
    """All files below `paths`, folders in sorted order, each file once.

    Raises InputError when nothing was named, a path does not exist, or a folder is empty.
    """
    if not paths:
        raise InputError("no files named; give at least one file or folder of articles")
    for path in paths:
        if not os.path.lexists(path):
            raise InputError(f"{printable(os.fspath(path))} does not exist; check the spelling and the current folder")
    seen: set[tuple[int, int]] = set()
    for path in paths:
        for found in _below(path, limits):
            if isinstance(found, FoundFile):
                if found.identity in seen:
                    continue
                seen.add(found.identity)
            yield found


def _below(path: Path, limits: Limits) -> Iterator[FoundFile | Refusal]:
    try:
        status = path.stat()
    except OSError as error:
        yield _unseen(path, f"cannot be followed: {error.strerror}; name the file itself")
        return
    if not stat.S_ISDIR(status.st_mode):
        yield _regular(path, status, path.parent)
        return
    root = path.resolve()
    empty = True
    for found in _folder(path, root, (), 0, limits):
        empty = False
        yield found
    if empty:
        raise InputError(f"{printable(os.fspath(path))} is empty; put articles (.txt, .md, .html, .jsonl, ...) into it")


def _folder(
    folder: Path, root: Path, patterns: tuple[str, ...], depth: int, limits: Limits
) -> Iterator[FoundFile | Refusal]:
    if depth > limits.folder_depth:
        yield refuse(folder, f"more than {limits.folder_depth} folders deep; move it up", failed=True)
        return
    try:
        with os.scandir(folder) as listing:
            names = sorted(entry.name for entry in listing)
    except OSError as error:
        yield _unseen(folder, f"folder cannot be listed: {error.strerror}; check its permissions")
        return
    if IGNORE_FILE in names:
        patterns = (*patterns, *_patterns(folder / IGNORE_FILE))
        if "*" in patterns:
            yield refuse(folder, f"left out whole by {IGNORE_FILE} (*)", failed=False)
            return
    for name in names:
        page = _page_of(name, names)
        if page is not None and (folder / name).is_dir():
            yield refuse(folder / name, f"pictures, scripts and frames of {printable(page)}", failed=False)
            continue
        yield from _entry(folder / name, root, patterns, depth, limits)


def _page_of(name: str, names: list[str]) -> str | None:
    """The saved page that a folder of this name belongs to, as browsers name it: `Page_files` beside `Page.html`."""
    match = COMPANION.fullmatch(name)
    return next((page for page in names if match and PAGE.fullmatch(page) and PAGE.sub(r"\1", page) == match[1]), None)


def _entry(
    path: Path, root: Path, patterns: tuple[str, ...], depth: int, limits: Limits
) -> Iterator[FoundFile | Refusal]:
    if path.name.startswith("."):
        yield refuse(path, "hidden (its name begins with a dot)", failed=False)
        return
    matched = _ignored(path, root, patterns)
    if matched is not None:
        yield refuse(path, f"left out by {IGNORE_FILE} ({matched})", failed=False)
        return
    try:
        status = path.lstat()
    except OSError as error:
        yield _unseen(path, f"cannot be looked at: {error.strerror}")
        return
    if stat.S_ISLNK(status.st_mode):
        yield _link(path, root)
    elif stat.S_ISDIR(status.st_mode):
        yield from _folder(path, root, patterns, depth + 1, limits)
    else:
        yield _regular(path, status, root)


def _regular(path: Path, status: os.stat_result, root: Path) -> FoundFile | Refusal:
    if not stat.S_ISREG(status.st_mode):
        return refuse(path, "not a regular file but a device, pipe or socket; save its content to a file", failed=True)
    return FoundFile(path=path, shown=printable(os.fspath(path)), identity=(status.st_dev, status.st_ino), root=root)


def _link(path: Path, root: Path) -> Refusal:
    """Links inside the folder point at what is read anyway; links out of it are not followed."""
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return refuse(path, "a link that leads nowhere or in a circle; remove it", failed=True)
    if target.is_relative_to(root):
        return refuse(path, "a link to something in the same folder, which is read under its own name", failed=False)
    return refuse(path, "a link out of the folder is not followed; name its target as well, or copy it in", failed=True)


def _patterns(path: Path) -> list[str]:
    try:
        lines = read_bounded(path, 1_000_000).decode("utf-8", errors="replace").splitlines()
    except Refused:
        return []
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _ignored(path: Path, root: Path, patterns: tuple[str, ...]) -> str | None:
    """The first pattern that covers the file: by name, by path below the root, or by folder (`drafts/`)."""
    if not patterns:
        return None
    relative = path.resolve().relative_to(root).as_posix() if not path.is_symlink() else path.name
    for pattern in patterns:
        bare = pattern.rstrip("/").lstrip("/")
        if fnmatchcase(path.name, bare) or fnmatchcase(relative, bare):
            return pattern
    return None


def is_file(path: Path) -> bool:
    """Whether there is a file, as far as anybody can say: not in a folder that is closed to us, nor by a name that is
    too long to be one."""
    try:
        return path.is_file()
    except OSError:
        return False


def read_bounded(path: Path, limit: int) -> bytes:
    """The bytes of a regular file of at most `limit` bytes, opened without following links or waiting for a pipe.

    Raises Refused when it is something else, too big or unreadable.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags)
    except (OSError, ValueError) as error:
        raise Refused(f"cannot be opened: {getattr(error, 'strerror', None) or error}; check its permissions") from None
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Refused("not a regular file; save its content to a file")
        try:
            data = stream.read(limit + 1)
        except OSError as error:
            raise Refused(f"cannot be read: {error.strerror}; copy it to a local disk") from None
    if len(data) > limit:
        raise Refused(f"larger than {limit:,} bytes; split it into smaller files")
    return data
