"""A connection to a cluster of Ray, or a cluster of its own on this machine; the only place that imports Ray."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import io
import logging
import os
import secrets
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import Any, TextIO

from factcheck.engine.base import Placing
from factcheck.errors import EndpointError, SettingsError

LOCAL = "local"
"""Address that means a cluster of its own on this machine, for this run alone."""
AUTO = "auto"
"""Address that means the cluster that this machine belongs to."""
REACHED_WITHIN, SHORTEST_WAIT = 10.0, 0.01
"""Seconds; a wait of none would be one that does not wait."""
STORE_BYTES = 100_000_000
"""Of the memory that the workers of this machine share; what travels is articles and reports."""
STDERR = 2
LONGEST_FOLDER = 40
"""Characters: Ray puts sockets below it, whose paths may have 107; above that its own folder has to do."""
HELLO = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes((0, 0, 0, 4, 0, 0, 0, 0, 0))
"""What a client of HTTP/2 begins with, as one of Ray's head does: the preface and empty settings (RFC 9113, 3.4)."""
HEADER, SETTINGS = 9, 4
"""Bytes before a frame's content, of which the fourth is its kind; the kind that a server begins with."""
MISSING = "--engine ray needs Ray, which is not installed: pip install 'ray>=2.60,<3' (the extra [ray])"


NONE_HERE = "no Ray cluster runs on this machine (--ray-address auto); begin one with ray start, or give its HOST:PORT"
ELSE = "what listens there is something else"
UNIMPLEMENTED = 12
"""How gRPC calls a server that knows nothing of what it was asked (google.rpc.Code)."""


def require_ray(address: str) -> None:
    """Raises SettingsError when Ray is not installed, or the address is of a kind that we do not use."""
    if importlib.util.find_spec("ray") is None:
        raise SettingsError(MISSING)
    if address.startswith("ray://"):
        raise SettingsError(
            f"--ray-address {address}: the answers are kept where the run is started, so start it on a machine of the"
            " cluster and give HOST:6379 or auto"
        )


def reach(address: str) -> None:
    """See whether a head of Ray may listen, for Ray itself asks for minutes; raises EndpointError, SettingsError."""
    if address in (LOCAL, AUTO):
        return
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise SettingsError(f"--ray-address {address}: neither HOST:PORT nor auto nor local")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=REACHED_WITHIN) as opened:
            if os.environ.get("RAY_USE_TLS") in (None, "0") and not _speaks(opened):
                raise ConnectionError(ELSE)
    except OSError as error:
        raise _nobody(address, error.strerror or str(error)) from error


def _nobody(address: str, why: str) -> EndpointError:
    return EndpointError(f"no Ray cluster answers at {address}: {why}. Is it up, and --ray-address right?")


def _speaks(opened: socket.socket) -> bool:
    """Whether the other end speaks HTTP/2, as a head of Ray does. Raises OSError when it says nothing in time."""
    ends = time.monotonic() + REACHED_WITHIN
    opened.sendall(HELLO)
    said = b""
    while len(said) < HEADER and (more := opened.recv(HEADER - len(said))):
        said += more
        opened.settimeout(max(SHORTEST_WAIT, ends - time.monotonic()))
    return len(said) == HEADER and said[3] == SETTINGS


async def is_up(ray: ModuleType) -> bool:
    """Whether anybody listens at the head of the cluster."""
    host, _, port = str(ray.get_runtime_context().gcs_address).rpartition(":")
    try:
        async with asyncio.timeout(REACHED_WITHIN):
            _, writer = await asyncio.open_connection(host.strip("[]"), int(port))
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


def processors(ray: ModuleType) -> int:
    """How many the cluster has."""
    return max(1, int(ray.cluster_resources().get("CPU", 1)))


_QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_USAGE_STATS_PROMPT_ENABLED": "0"}
"""Nothing is told to Ray's makers."""
_ALONE = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_AUTH_MODE": "token"}
"""A cluster of one machine has the address of the loopback, and works for whoever has its token."""


@contextmanager
def connected(placing: Placing) -> Iterator[ModuleType]:
    """Ray, connected; its own cluster for `LOCAL`, which ends with the block. Raises EndpointError."""
    reach(placing.address)
    alone = placing.address == LOCAL
    with ExitStack() as stack:
        token = _ALONE | {"RAY_AUTH_TOKEN": secrets.token_hex(32)} if alone else _shown_token()
        stack.enter_context(_environment(_QUIET | token))
        stack.enter_context(redirect_stdout(_WithoutRay(sys.stdout)))
        import ray

        logging.getLogger("ray").setLevel(logging.CRITICAL)  # what is worth saying, we say
        how: dict[str, Any] = {"address": placing.address}
        if alone:
            # Ray opens its folder to everybody; the one around it is ours alone.
            around = stack.enter_context(tempfile.TemporaryDirectory(prefix="fc-ray-", ignore_cleanup_errors=True))
            folder = f"{around}/r"
            how |= {"num_cpus": placing.workers or os.cpu_count(), "include_dashboard": False}
            how |= {"object_store_memory": STORE_BYTES}
            how |= {"_temp_dir": folder} if len(folder) <= LONGEST_FOLDER else {}
        else:
            _show_token(placing.address)
        stack.callback(_shut_down, ray)
        heard = signal.getsignal(signal.SIGTERM)
        try:
            ray.init(**how, configure_logging=False, log_to_driver=False)
        except Exception as error:
            first = next(iter(str(error).strip().splitlines()), type(error).__name__)
            if placing.address == AUTO and isinstance(error, ConnectionError):
                raise EndpointError(NONE_HERE) from error
            raise EndpointError(f"no Ray cluster to work with at {placing.address}: {first}") from error
        finally:
            if threading.current_thread() is threading.main_thread():
                signal.signal(signal.SIGTERM, heard)  # Ray's own would end the process in the middle of a request
        yield ray


def _shown_token() -> dict[str, str]:
    """What has Ray show the token that this user has for a cluster; a cluster without one does not mind."""
    return {"RAY_AUTH_MODE": "token"} if _token_place() and "RAY_AUTH_MODE" not in os.environ else {}


def _token_place() -> str | None:
    """Where this user has a token for a cluster, in the order in which Ray looks."""
    named = [name for name in ("RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH") if name in os.environ]
    usual = ["~/.ray/auth_token"] if (Path.home() / ".ray/auth_token").exists() else []
    return next(iter(named + usual), None)


def _show_token(address: str) -> None:
    """Ask the head one thing, for `ray.init` asks a head that refuses the token twenty times, and says so each time.

    By the parts that it is made of, which Ray may change; then that is what happens. Raises EndpointError.
    """
    try:
        from ray._private.authentication.authentication_token_setup import ensure_token_if_auth_enabled
        from ray._private.services import canonicalize_bootstrap_address
        from ray.exceptions import AuthenticationError, RpcError

        client = importlib.import_module("ray._raylet").GcsClient
    except (ImportError, AttributeError):
        return
    place = _token_place() if os.environ.get("RAY_AUTH_MODE") == "token" else None
    try:
        ensure_token_if_auth_enabled(None, create_token_if_missing=False)  # without one the next step ends the process
        if head := canonicalize_bootstrap_address(address):
            if head != address:  # that of the cluster of this machine, or of this machine for localhost
                reach(head)
            with _unsaid():
                client(address=head)
    except AuthenticationError as error:
        if place is None:
            told = "asks for a token, and none is shown; it has to be in ~/.ray/auth_token or RAY_AUTH_TOKEN"
        else:
            told = f"refuses the token in {place}; it has to be that of the cluster"
        raise EndpointError(f"the Ray cluster at {address} {told}") from error
    except RpcError as error:
        if error.rpc_code == UNIMPLEMENTED:
            raise _nobody(address, ELSE) from error
    except EndpointError:
        raise
    except Exception:
        return  # `ray.init` says what that means


@contextmanager
def _unsaid() -> Iterator[None]:
    """Drop what is written to the file of stderr, as Ray's compiled half does."""
    try:
        kept = os.dup(STDERR)
    except OSError:  # closed
        yield
        return
    try:
        with Path(os.devnull).open("wb") as null:
            os.dup2(null.fileno(), STDERR)
        yield
    finally:
        os.dup2(kept, STDERR)
        os.close(kept)


def _shut_down(ray: ModuleType) -> None:
    """Leave Ray, which prints then what it had kept to print once: stdout is the report's."""
    with redirect_stdout(io.StringIO()):
        ray.shutdown()


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Set for Ray, which reads them when it starts; put back at the end."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class _WithoutRay(io.TextIOBase):
    """A stream that leaves out what Ray's own threads print: stdout is the report's."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write what is not Ray's."""
        if threading.current_thread().name.startswith("ray_"):
            return len(text)
        return self._stream.write(text)

    def flush(self) -> None:
        """Flush the stream."""
        self._stream.flush()

    def isatty(self) -> bool:
        """Whether the stream is a terminal."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """Of the stream."""
        return self._stream.fileno()
