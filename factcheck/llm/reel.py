"""The vcrpy side of a cassette: takes the place of the network while one is open. Imported only then."""

from __future__ import annotations

import contextlib
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from factcheck.llm.unneeded import kept_out

with kept_out("aiohttp", "requests", "urllib3", "botocore", "boto3", "tornado", "httplib2", "httpx"):
    # vcrpy imports every HTTP library it finds so that it could patch them; the SDK speaks through httpx2 only.
    from vcr.cassette import Cassette
    from vcr.filters import decode_response
    from vcr.patch import PATCHER_NAMES
    from vcr.record_mode import RecordMode
    from vcr.request import Request

from factcheck.errors import CassetteError
from factcheck.llm.redaction import REMOVED, Redaction, in_request
from factcheck.llm.tape_diff import miss
from factcheck.llm.tape_format import CassetteHeader, Exchange, canonical
from factcheck.llm.tape_journal import Journal

KEPT_HEADERS = ("content-type", "retry-after", "retry-after-ms")
"""Response headers that the client acts on; all others, and all request headers, stay out of the file."""
OTHER_LIBRARIES = tuple(name for name in PATCHER_NAMES if name != "httpx2")
"""Not patched: the SDK speaks through httpx2, and patching the rest would import them all."""
_IDENTIFIER = re.compile(rb"\b(sk|org|proj|key)[-_][A-Za-z0-9_-]{8,}")
_Key = tuple[str, str, str]


def _path(uri_path: str) -> str:
    """The end of a URL path that says what is asked, whatever the base URL: `/chat/completions`."""
    return "/" + "/".join(uri_path.strip("/").split("/")[-2:])


def _key(method: str, path: str, body: bytes) -> _Key:
    return method, path, canonical(body)


class Reel(Cassette):  # type: ignore[misc] # vcrpy has no types
    """Exchanges of a cassette, found by method, end of the path and canonical JSON body in one look-up.

    A request whose recorded responses have all been played gets the last one again if that was an answer (status
    200): the same question asked twice in a replay is no news. A recorded fault is never repeated, so that a retry
    moves on to what came after it.
    """

    def __init__(
        self,
        path: str,
        header: CassetteHeader,
        recorded: tuple[CassetteHeader, list[Exchange]] | None,
        journal: Journal | None = None,
        secrets: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        self.header = header
        self.recorded_header, self.exchanges = recorded or (header, list(journal.begun) if journal else [])
        self.replaying = recorded is not None
        self.begun = 0 if self.replaying else len(self.exchanges)
        """How many exchanges a recording that was broken off left to this one."""
        self._journal = journal
        self._secrets = secrets
        self.failure: Exception | None = None
        self._positions: dict[_Key, list[int]] = defaultdict(list)
        for index, exchange in enumerate(self.exchanges):
            self._positions[_key(exchange.method, exchange.path, exchange.body)].append(index)
        mode = RecordMode.NONE if self.replaying else RecordMode.ALL
        super().__init__(path, record_mode=mode, skip_patchers=OTHER_LIBRARIES, **kwargs)
        self._plays: Counter[int] = Counter()

    @property
    def unplayed(self) -> int:
        """How many recorded exchanges no request has asked for."""
        return len(self.exchanges) - len(self._plays) if self.replaying else 0

    def can_play_response_for(self, request: Request) -> bool:
        """Whether an answer is there.

        Raises CassetteError, which the SDK carries as a cause, on a miss in a replay, and for a request whose text
        holds the key that it is made with: taken out, no replay would find it again.
        """
        if self._position(request) is not None:
            return True
        if self.replaying:
            raise miss(self._path, self.header, self.recorded_header, self.exchanges, bytes(request.body or b""))
        if self._redaction(request).finds(bytes(request.body or b"")):
            raise CassetteError(
                f"An article holds the very key that the endpoint {urlsplit(request.uri).hostname} is asked with, which"
                f" must not stand in {self._path}. Take it out of the article, or run without --cassette."
            )
        return False

    @property
    def wanted(self) -> list[Exchange]:
        """The exchanges of a recording without those that an earlier one left and this run did not ask for."""
        return [e for index, e in enumerate(self.exchanges) if index >= self.begun or self._plays[index]]

    def _position(self, request: Request) -> int | None:
        positions = self._positions.get(_key(request.method, _path(request.path), bytes(request.body or b"")), [])
        for index in positions:
            if not self._plays[index]:
                return index
        return positions[-1] if positions and self.exchanges[positions[-1]].status == 200 else None

    def play_response(self, request: Request) -> dict[str, Any]:
        """The recorded response to a request that `can_play_response_for`, in vcrpy's shape."""
        index = self._position(request)
        if index is None:
            raise LookupError("no such exchange")
        self._plays[index] += 1
        exchange = self.exchanges[index]
        return {
            "status": {"code": exchange.status, "message": ""},
            "headers": {name: [value] for name, value in exchange.headers.items()},
            "body": {"string": exchange.answer},
        }

    def append(self, request: Request, response: dict[str, Any]) -> None:
        """Record one exchange without the secrets of the run and of its request, wherever they stand in it."""
        response = decode_response(response)
        redaction = self._redaction(request)
        status = int(response["status"]["code"])
        answer = redaction.of(bytes(response["body"]["string"]))
        if status >= 400:
            answer = _IDENTIFIER.sub(REMOVED, answer)
        headers = {
            name.lower(): redaction.of((value if isinstance(value, str) else value[0]).encode()).decode()
            for name, value in response["headers"].items()
            if name.lower() in KEPT_HEADERS
        }
        body = bytes(request.body or b"")
        exchange = Exchange(request.method, _path(request.path), body, status, headers, answer)
        self.exchanges.append(exchange)
        if self._journal is not None:
            with contextlib.suppress(OSError):  # a full disk costs the line, not the answer, which is in hand
                self._journal.add(exchange)

    def _redaction(self, request: Request) -> Redaction:
        return Redaction([*self._secrets, *in_request(request.uri, request.headers)])

    def _load(self) -> None:
        """Nothing: the exchanges were read and checked before the cassette was opened."""

    def _save(self, force: bool = False) -> None:
        """Nothing: who opened the cassette writes it, once, when it is known how the run ended."""
