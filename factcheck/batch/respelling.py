"""Writing the paths anew that a batch knows its files by, when the way to its root is written otherwise."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable

from factcheck.llm.state_file import StateFile

_MOVING = "\x01"
"""Before a path that is not final yet; in no path that can be shown."""
_FINAL = "SET path = substr(path, 2) WHERE substr(path, 1, 1) = ?"


def respell(state: StateFile, spelled: Callable[[str], str]) -> None:
    """In the state of a batch, inside a transaction: know each file by the path that `spelled` gives for its own.

    Stamps and digests stay, for the files are the same. Raises SettingsError.
    """
    for (path,) in state.execute("SELECT path FROM files").fetchall():
        now = spelled(path)
        state.execute("UPDATE OR REPLACE files SET path = ? WHERE path = ?", (_MOVING + now, path))
        for place, body in state.execute("SELECT place, body FROM documents WHERE path = ?", (path,)).fetchall():
            values = (_MOVING + now, _at(body, path, now), path, place)
            state.execute("UPDATE documents SET path = ?, body = ? WHERE path = ? AND place = ?", values)
    # Only now, for the new path of one may be the old one of another.
    state.execute(f"UPDATE OR REPLACE files {_FINAL}", (_MOVING,))
    state.execute(f"UPDATE OR REPLACE documents {_FINAL}", (_MOVING,))
    for key, members, before in state.execute("SELECT key, members, before FROM stories").fetchall():
        told = (json.dumps(_members(json.loads(members), spelled)), _baseline(before, spelled))
        state.execute("UPDATE stories SET members = ?, before = ? WHERE key = ?", (*told, key))


def _at(body: bytes, before: str, now: str) -> bytes:
    """An article or refusal of a file that goes by another path, in which the number of a record may follow."""
    told = json.loads(zlib.decompress(body))
    holder = told.get("file", told)
    holder["path"] = now + holder["path"].removeprefix(before)
    return zlib.compress(json.dumps(told).encode(), 1)


def _members(members: list[list[str]], spelled: Callable[[str], str]) -> list[tuple[str, str]]:
    return [(id_, spelled(path)) for id_, path in members]


def _baseline(text: str | None, spelled: Callable[[str], str]) -> str | None:
    """What of a story is old news, where something is: its articles, and those that cannot be read now."""
    if text is None:
        return None
    told = json.loads(text)
    return json.dumps(told | {name: _members(told.get(name, []), spelled) for name in ("members", "unread")})
