"""Risky formats are parsed in a child process: no time, memory or crash of a parser reaches this one.

The child gets bytes on its standard input and answers with lines of JSON. It starts without our environment, so no
credential is in its reach, and serves many files; one that overstays its time is killed and replaced.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any, BinaryIO

from factcheck.ingestion.base import BadRecord, RawDocument, Refused, Source

MEMORY = 2_000_000_000
"""Bytes of address space of the child, where the system can limit it."""
WAITING = 8
"""Answers read ahead of us."""
PROGRAM = "from factcheck.ingestion.isolation import serve; serve()"


class Isolation:
    """A child process for parsing, started when first needed; used by one thread at a time."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._answers: queue.Queue[bytes] = queue.Queue(WAITING)
        self._pump: threading.Thread | None = None

    def documents(self, suffix: str, source: Source) -> Iterator[RawDocument | BadRecord]:
        """The documents that the format of `suffix` finds. Raises Refused; the time limit is per document."""
        if self._child is None:
            self._start()
        finished = False
        try:
            self._send(suffix, source)
            while True:
                answer = self._receive(source.limits.seconds_per_file)
                if "document" in answer:
                    yield RawDocument.model_validate(answer["document"])
                elif "bad" in answer:
                    yield BadRecord.model_validate(answer["bad"])
                else:
                    finished = True
                    break
        finally:
            if not finished:
                self.close()
        if answer["refused"] is not None:
            raise Refused(answer["refused"], on_purpose=answer["on_purpose"])

    def _start(self) -> None:
        environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONHASHSEED": "0"}
        try:
            child = subprocess.Popen(  # noqa: S603 - our own interpreter and program
                [sys.executable, "-P", "-c", PROGRAM],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
            )
        except OSError as error:
            reason = f"the parser process could not be started: {error}; convert the file to text"
            raise Refused(reason, passing=True) from None
        self._child = child
        self._answers = queue.Queue(WAITING)
        assert child.stdout is not None
        self._pump = threading.Thread(target=_pump, args=(child.stdout, self._answers), daemon=True)
        self._pump.start()

    def _send(self, suffix: str, source: Source) -> None:
        head = {
            "suffix": suffix,
            "name": source.name,
            "encoding": source.encoding,
            "columns": dict(source.columns),
            "limits": source.limits.model_dump(),
            "bytes": len(source.data),
        }
        assert self._child is not None
        assert self._child.stdin is not None
        with contextlib.suppress(OSError):  # a dead child shows itself when its answer is missing
            self._child.stdin.write(json.dumps(head).encode("ascii") + b"\n")
            self._child.stdin.write(source.data)
            self._child.stdin.flush()

    def _receive(self, seconds: float) -> dict[str, Any]:
        try:
            line = self._answers.get(timeout=seconds)
        except queue.Empty:
            reason = f"took longer than {seconds:g} s to parse; save the page again as plain text"
            raise Refused(reason, passing=True) from None
        if not line:
            reason = "the parser ran out of memory or crashed on it; save the page again as plain text"
            raise Refused(reason, passing=True)
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """End the child, if there is one; the next call starts another."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        assert child.stdin is not None
        assert child.stdout is not None
        with contextlib.suppress(OSError):
            child.stdin.close()
        while self._pump is not None and self._pump.is_alive():  # it may be waiting for room
            with contextlib.suppress(queue.Empty):
                self._answers.get(timeout=0.05)
        child.wait()
        child.stdout.close()


def _pump(stream: BinaryIO, answers: queue.Queue[bytes]) -> None:
    """Lines of the child into the queue; an empty one says that it ended."""
    with contextlib.suppress(OSError, ValueError):
        while line := stream.readline():
            answers.put(line)
    answers.put(b"")


def serve() -> None:
    """The child's side: parse one file after the other until the input ends."""
    _limit_memory()
    requests = sys.stdin.buffer
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # whatever a parser prints must not look like an answer
        while line := requests.readline():
            head = json.loads(line)
            data = requests.read(head["bytes"])
            for answer in _answers(head, data):
                answers.write(json.dumps(answer).encode("ascii") + b"\n")
                answers.flush()


def _answers(head: dict[str, Any], data: bytes) -> Iterator[dict[str, Any]]:
    from factcheck.ingestion.limits import Limits
    from factcheck.ingestion.registry import FORMATS

    source = Source(
        name=head["name"],
        data=data,
        encoding=head["encoding"],
        columns=head["columns"],
        limits=Limits.model_validate(head["limits"]),
    )
    refused, on_purpose = None, False
    try:
        for found in FORMATS[head["suffix"]].documents(source):
            yield {"document" if isinstance(found, RawDocument) else "bad": found.model_dump(mode="python")}
    except Refused as error:
        refused, on_purpose = str(error), error.on_purpose
    except Exception as error:
        refused = f"could not be parsed ({type(error).__name__}); save it again, or as plain text"
    yield {"refused": refused, "on_purpose": on_purpose}


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
