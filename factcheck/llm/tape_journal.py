"""A recording while it is made: one line for each exchange as it happens, so that a kill loses none of them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from factcheck.llm.tape_format import CassetteHeader, Exchange


class Journal:
    """The file beside a cassette that is being recorded; gone when the cassette is whole.

    `begun` are the answers of an earlier run that was broken off, when it was made with the same prompts, models,
    settings and version: they are paid for, and the recording goes on after them. Raises OSError.
    """

    def __init__(self, path: Path, header: CassetteHeader) -> None:
        self.path = path
        self.begun = _read(path, header)
        """Faults are left out: what failed then is asked anew."""
        self._descriptor: int | None = None
        self._header = header

    def add(self, exchange: Exchange) -> None:
        """Add one exchange, in one write. Raises OSError."""
        if self._descriptor is None:
            self._descriptor = self._open()
        os.write(self._descriptor, _line(_fields(exchange)))

    def close(self, *, whole: bool) -> None:
        """End it; a recording that is whole needs it no more."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        if whole:
            self.path.unlink(missing_ok=True)

    def _open(self) -> int:
        """Anew from what is sound, so that a line that a kill cut off does not spoil the next one."""
        beside = self.path.with_name(f"{self.path.name}.{os.getpid()}.new")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        descriptor = os.open(beside, flags, 0o600)
        try:
            with os.fdopen(os.dup(descriptor), "wb") as file:
                file.write(_line(self._header.model_dump(mode="json")))
                file.writelines(_line(_fields(exchange)) for exchange in self.begun)
            beside.replace(self.path)
        except BaseException:
            os.close(descriptor)
            beside.unlink(missing_ok=True)
            raise
        return descriptor


def _line(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=True).encode() + b"\n"


def _fields(exchange: Exchange) -> dict[str, Any]:
    return {
        "method": exchange.method,
        "path": exchange.path,
        "body": exchange.body.decode("utf-8", "surrogateescape"),
        "status": exchange.status,
        "headers": exchange.headers,
        "answer": exchange.answer.decode("utf-8", "surrogateescape"),
    }


def _exchange(fields: dict[str, Any]) -> Exchange:
    return Exchange(
        method=str(fields["method"]),
        path=str(fields["path"]),
        body=fields["body"].encode("utf-8", "surrogateescape"),
        status=int(fields["status"]),
        headers={str(name): str(value) for name, value in fields["headers"].items()},
        answer=fields["answer"].encode("utf-8", "surrogateescape"),
    )


def _read(path: Path, header: CassetteHeader) -> list[Exchange]:
    """The answers of a recording that was begun with `header`; none when there is none, or another was."""
    found = []
    try:
        with path.open("rb") as file:
            then = CassetteHeader.model_validate_json(file.readline())
            if then.model_copy(update={"note": header.note}) != header:
                return []
            for line in file:
                exchange = _exchange(json.loads(line))
                if exchange.status == 200:
                    found.append(exchange)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        pass  # not there, not ours, or cut off by a kill: what was read until then is sound
    return found
