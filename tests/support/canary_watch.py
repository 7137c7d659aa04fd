"""A key that must reach no file: the whole suite runs with it, and at the end every file that was written is searched.

A plugin of pytest, loaded by `tests/conftest.py`. With it the session fails, and says where, when a file below the base
of the temporary folders, or one in the project that is newer than the session, holds a canary in clear or encoded.
"""

from __future__ import annotations

import base64
import bz2
import gzip
import html
import io
import json
import lzma
import os
import sqlite3
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

import pytest

# NOTE: put together while running, so that neither this file nor what Python compiles it to holds them.
SUITE_KEY = "-".join(("no", "vendor", "canary", "5d1c/W9+q=Zk7&v3T"))
"""In the environment of every test, as a user's key would be; no pattern of keys fits it."""
CANARY = "-".join(("sk", "canary", "0123456789abcdefghij"))
"""Given by the tests that ask with a key; it looks like a vendor's."""
TAIL = 12
"""Characters at the end of a key that count as the key: some programs show that much."""
DEPTH = 4
"""Archives in archives that are looked into."""
LARGEST = 50_000_000
"""Bytes of one member that are looked through; the suite makes bombs, too."""
NOT_WRITTEN = frozenset({".git", ".venv", "venv", "__pycache__", ".mypy_cache", ".ruff_cache", ".hypothesis"})
_SQLITE = b"SQLite format 3\x00"
_FOUND: pytest.StashKey[list[str]] = pytest.StashKey()
_BEGAN: pytest.StashKey[float] = pytest.StashKey()


@lru_cache(maxsize=8)
def spellings(secret: str) -> frozenset[bytes]:
    """The end of a secret in clear and as programs write it: URL, JSON, HTML, UTF-16, hexadecimal, base64."""
    end = secret[-TAIL:]
    raw = end.encode()
    spelt = {
        end,
        quote(end),
        quote(end, safe=""),
        json.dumps(end)[1:-1],
        html.escape(end),
        raw.hex(),
        raw.hex().upper(),
    }
    spelt |= {end.replace("/", "\\/"), "".join(f"\\u{ord(letter):04x}" for letter in end)}
    found = {text.encode() for text in spelt} | {end.encode("utf-16-le"), end.encode("utf-16-be")}
    for shift in range(3):  # where the end falls in the groups of three bytes
        inner = base64.b64encode(b"\0" * shift + raw)
        whole = inner[4 if shift else 0 : len(inner) - 4 if (shift + len(raw)) % 3 else len(inner)]
        found |= {whole, whole.replace(b"+", b"-").replace(b"/", b"_")}
    return frozenset(found)


def holds(content: bytes, secrets: Iterable[str], depth: int = 0) -> bool:
    """Whether `content`, or what is packed in it, holds the end of one of the secrets."""
    if any(spelling in content for secret in secrets for spelling in spellings(secret)):
        return True
    return depth < DEPTH and any(holds(part, secrets, depth + 1) for part in _parts(content))


def leaks(folder: Path, *secrets: str) -> list[str]:
    """The files below `folder` whose content or name holds one of the secrets, relative to it."""
    return [str(path.relative_to(folder)) for path in _files(folder) if _leaks(path, secrets)]


def _leaks(path: Path, secrets: Iterable[str]) -> bool:
    if holds(os.fsencode(path.name), secrets):
        return True
    try:
        content = path.read_bytes()
    except OSError:  # another user's, or gone
        return False
    return holds(content, secrets)


def _files(folder: Path, *, leave_out: frozenset[str] = frozenset(), since: float = 0.0) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in leave_out]
        for path in (Path(place) / name for name in names):
            # a pipe would be waited for, and the target of a link is looked at where it is
            if path.is_file() and not path.is_symlink() and path.stat().st_mtime >= since:
                yield path


def _parts(content: bytes) -> Iterator[bytes]:
    """What is packed in `content`; nothing when it is no archive, or a broken one from there on."""
    try:
        if content[:2] == b"\x1f\x8b":
            with gzip.open(io.BytesIO(content)) as file:
                yield file.read(LARGEST)
        elif content[:3] == b"BZh":
            with bz2.open(io.BytesIO(content)) as file:
                yield file.read(LARGEST)
        elif content[:6] == b"\xfd7zXZ\x00":
            with lzma.open(io.BytesIO(content)) as file:
                yield file.read(LARGEST)
        elif content[:1] == b"\x78" and len(content) > 2 and int.from_bytes(content[:2], "big") % 31 == 0:
            yield zlib.decompressobj().decompress(content, LARGEST)
        elif content[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for member in archive.infolist():
                    with archive.open(member) as file:
                        yield file.read(LARGEST)
        elif content.startswith(_SQLITE):
            yield from _values(content)
    except (OSError, EOFError, ValueError, RuntimeError, NotImplementedError, zlib.error, lzma.LZMAError):
        return
    except (zipfile.BadZipFile, sqlite3.Error):
        return


def _values(content: bytes) -> Iterator[bytes]:
    """Every value of a database: a long one is spread over pages, and does not stand in the file in one piece."""
    with tempfile.NamedTemporaryFile(suffix=".db") as copy:
        copy.write(content)
        copy.flush()
        connection = sqlite3.connect(f"{Path(copy.name).as_uri()}?immutable=1", uri=True)
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.text_factory = bytes
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (table,) in tables:
                name = table.decode("utf-8", "replace").replace('"', '""')
                for row in connection.execute(f'SELECT * FROM "{name}"'):
                    yield from (value for value in row if isinstance(value, bytes))
        finally:
            connection.close()


def pytest_configure(config: pytest.Config) -> None:
    """Give the canary to every test, in place of a key that the environment may have."""
    config.stash[_BEGAN] = time.time()
    config.stash[_FOUND] = []
    os.environ["OPENAI_API_KEY"] = SUITE_KEY


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Search what the session has written; with xdist the files of all workers, which have ended by then."""
    config = session.config
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    base: Path = config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined] # pytest gives it to fixtures only
    written = [base / name for name in leaks(base, SUITE_KEY, CANARY)]
    ours = _files(config.rootpath, leave_out=NOT_WRITTEN, since=config.stash[_BEGAN])
    written += [path for path in ours if not path.is_relative_to(base) and _leaks(path, (SUITE_KEY, CANARY))]
    config.stash[_FOUND] = [str(path) for path in written]
    if written:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name the files that hold a canary."""
    if config.stash[_FOUND]:
        terminalreporter.section("a key in files that the tests wrote", red=True)
        for path in config.stash[_FOUND]:
            terminalreporter.line(path)
