"""What only an engine of other processes has to do: outlive its workers, and say what it lacks."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import nullcontext, suppress
from functools import partial
from pathlib import Path

import pytest

from factcheck.engine import ray_connection
from factcheck.engine.base import Placing, Raised, Success, Workplace
from factcheck.engine.ray import MOST_LOST, open_ray
from factcheck.engine.worker import packed, unpacked
from factcheck.errors import EndpointError, SettingsError, WorkerLost
from tests.engine import works
from tests.engine.works import CountingDesk, Unit
from tests.support.ray_cluster import Cluster, running_cluster


def ignore(unit: Unit) -> None:
    """Of no interest."""


@pytest.mark.ray
async def test_a_dead_worker_is_replaced_and_nothing_is_lost(cluster: Cluster, tmp_path: Path) -> None:
    """A process killed in the middle of its work costs nothing but time, and the user is told."""
    told: list[str] = []
    units = [Unit(n, tmp_path, 0.05) for n in range(12)]
    async with open_ray(Placing(limit=4, address=cluster.address, note=told.append)) as engine:
        outcomes = await engine.run(works.die_once, units, stop_on=(), done=ignore)
    assert list(outcomes) == [Success(n * n) for n in range(12)]
    assert told == ["a worker died; what it was on goes to another one"]


@pytest.mark.ray
async def test_a_unit_that_kills_every_worker_is_given_up(cluster: Cluster, tmp_path: Path) -> None:
    """After so many deaths the unit is a failure that says so; all others are done."""
    units = [Unit(n, tmp_path) for n in range(4)]
    async with open_ray(Placing(limit=1, address=cluster.address)) as engine:
        outcomes = await engine.run(works.die_always, units, stop_on=(), done=ignore)
    lost = outcomes[2]
    assert isinstance(lost, Raised)
    assert isinstance(lost.error, WorkerLost)
    assert lost.error.attempts == MOST_LOST
    assert [outcomes[n] for n in (0, 1, 3)] == [Success(n * n) for n in (0, 1, 3)]


@pytest.mark.ray
async def test_what_a_dead_worker_held_is_let_go_of(cluster: Cluster, tmp_path: Path) -> None:
    """A place, a lock or a reservation that a worker had ends with it; its successor gets one of its own."""
    desk, here = CountingDesk(), object()
    placing = Placing(
        limit=3, address=cluster.address, workplace=Workplace(works.equipped, "right", desk, {"line": here})
    )
    units = [Unit(n, tmp_path, 0.05) for n in range(6)]
    async with open_ray(placing) as engine:
        work = partial(works.hold_and_die, line=here)  # type: ignore[arg-type]  # the worker has its own
        outcomes = await engine.run(work, units, stop_on=(), done=ignore)
        assert list(outcomes) == [Success(2 * n) for n in range(6)]
        async with asyncio.timeout(10):
            while desk.held:
                await asyncio.sleep(0.01)
    assert desk.given > len(units)


@pytest.mark.ray
@pytest.mark.usefixtures("cluster")
async def test_a_head_that_is_gone_ends_the_run_in_our_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ray would end the whole process a minute later; so nothing under way is waited for, and nothing more begun."""
    monkeypatch.setattr("factcheck.engine.ray.LOOKED_AFTER", 0.2)
    units = [Unit(n, tmp_path, 600) for n in range(4)]
    with running_cluster() as own:
        async with open_ray(Placing(limit=2, address=own.address)) as engine:
            run = asyncio.create_task(engine.run(works.square, units, stop_on=(EndpointError,), done=ignore))
            while len(works.noted(tmp_path, "begun")) < 2:
                await asyncio.sleep(0.05)
            os.kill(own.head(), signal.SIGKILL)
            async with asyncio.timeout(40):
                outcomes = await run
    errors = [outcome.error for outcome in outcomes if isinstance(outcome, Raised)]
    assert {type(error) for error in errors} == {EndpointError}
    assert [f"{own.address} is gone" in str(error) for error in errors] == [True] * 4
    assert len(works.noted(tmp_path, "begun")) == 2


@pytest.mark.ray
async def test_what_a_worker_cannot_be_set_up_with_is_told(cluster: Cluster) -> None:
    """The error of the worker's side is that of the run."""
    placing = Placing(
        limit=1, address=cluster.address, workplace=Workplace(works.equipped, "wrong", CountingDesk(), {})
    )
    with pytest.raises(SettingsError, match="not with these settings"):
        async with open_ray(placing):
            raise AssertionError


@pytest.mark.ray
async def test_a_machine_that_cannot_be_set_up_costs_its_work_only(cluster: Cluster, tmp_path: Path) -> None:
    """One of two workers finds another program on its machine, and first: the other one does all there is to do."""
    place = Workplace(works.equipped_as_of, (tmp_path, "the first"), CountingDesk(), {})
    units = [Unit(n, tmp_path, 0.05) for n in range(6)]
    async with open_ray(Placing(limit=4, address=cluster.address, workplace=place)) as engine:
        outcomes = await engine.run(works.square, units, stop_on=(), done=ignore)
    assert list(outcomes) == [Success(n * n) for n in range(6)]
    assert len(list(tmp_path.glob("refused.*"))) == 1


@pytest.mark.ray
async def test_when_no_machine_can_be_set_up_any_more_the_run_says_why(cluster: Cluster, tmp_path: Path) -> None:
    """The one worker dies, and where it would be replaced something is wrong: the unit fails of that, in its words."""
    place = Workplace(works.equipped_as_of, (tmp_path, "all others"), CountingDesk(), {})
    units = [Unit(n, tmp_path) for n in range(4)]
    async with open_ray(Placing(limit=1, address=cluster.address, workplace=place)) as engine:
        outcomes = await engine.run(works.die_once, units, stop_on=(SettingsError,), done=ignore)
    assert list(outcomes[:2]) == [Success(0), Success(1)]
    errors = [outcome.error for outcome in outcomes[2:] if isinstance(outcome, Raised)]
    assert [str(error) for error in errors] == ["not on this machine"] * 2
    assert {type(error) for error in errors} == {SettingsError}


@pytest.mark.ray
async def test_all_that_a_worker_says_is_heard_before_its_unit_has_ended(cluster: Cluster, tmp_path: Path) -> None:
    """What a request cost is told, not asked; who is handed the result finds it counted."""
    desk, here = CountingDesk(), object()
    place = Workplace(works.equipped, "right", desk, {"line": here})
    heard = list[bool]()

    def done(unit: Unit) -> None:
        heard.append(desk.heard[unit.number] == 100)

    async with open_ray(Placing(limit=4, address=cluster.address, workplace=place)) as engine:
        work = partial(works.tell_and_go, line=here)  # type: ignore[arg-type]  # the worker has its own
        await engine.run(work, [Unit(n, tmp_path) for n in range(20)], stop_on=(), done=done)
    assert heard == [True] * 20


def connect_apart(address: str, home: Path, **token: str) -> subprocess.CompletedProcess[str]:
    """What connecting prints in a process of its own, whose user has the home and the token."""
    there = {name: value for name, value in os.environ.items() if not name.startswith("RAY_AUTH")}
    lines = [
        "from factcheck.engine.base import Placing",
        "from factcheck.engine.ray_connection import connected, processors",
        "try:",
        f"    with connected(Placing(limit=1, address={address!r})) as ray: print(processors(ray))",
        "except Exception as error: print(type(error).__name__, error)",
    ]
    return subprocess.run(
        [sys.executable, "-c", "\n".join(lines)],
        env={**there, "HOME": str(home), **token},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.ray
def test_the_token_of_a_cluster_is_shown_without_being_told_to(cluster: Cluster, tmp_path: Path) -> None:
    """Who has it in the usual place, as on every machine of the cluster, need not set RAY_AUTH_MODE."""
    place = tmp_path / ".ray" / "auth_token"
    place.parent.mkdir()
    place.write_text(os.environ["RAY_AUTH_TOKEN"])
    done = connect_apart(cluster.address, tmp_path)
    assert (done.stdout, done.stderr, done.returncode) == ("2\n", "", 0)


@pytest.mark.ray
@pytest.mark.parametrize(
    ("token", "words"),
    [
        ({}, "asks for a token, and none is shown; it has to be in ~/.ray/auth_token or RAY_AUTH_TOKEN"),
        ({"RAY_AUTH_MODE": "token"}, "asks for a token, and none is shown; it"),
        ({"RAY_AUTH_TOKEN": "a" * 64}, "refuses the token in RAY_AUTH_TOKEN; it has to be that of the cluster"),
        ({"RAY_AUTH_TOKEN": "a" * 64, "RAY_AUTH_MODE": "disabled"}, "asks for a token, and none is shown; it"),
    ],
)
def test_a_token_that_is_not_the_clusters_is_told_at_once(
    cluster: Cluster, tmp_path: Path, token: dict[str, str], words: str
) -> None:
    """One line of ours with the remedy; none of the twenty that Ray writes while it asks again for as many seconds."""
    done = connect_apart(cluster.address, tmp_path, **token)
    assert (done.stderr, done.returncode) == ("", 0)
    assert done.stdout.startswith(f"EndpointError the Ray cluster at {cluster.address} {words}")
    assert done.stdout.count("\n") == 1


@pytest.mark.ray
async def test_what_ray_has_to_say_never_stands_in_the_report(
    cluster: Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    """A machine that dies is told on stdout by a thread of Ray's; when told again, by whoever shuts Ray down."""
    async with open_ray(Placing(limit=1, address=cluster.address)):
        from ray._private.worker import print_to_stdstream

        told = {"lines": ["Raylet 1 is terminated."], "pid": "raylet", "is_err": False}
        for _ in range(3):
            thread = threading.Thread(target=print_to_stdstream, args=(told, False), name="ray_listen_error_messages")
            thread.start()
            thread.join()
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(("address", "kind"), [("127.0.0.1:1", EndpointError), ("somewhere", SettingsError)])
async def test_an_address_where_nobody_is(address: str, kind: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told before Ray asks there for minutes: the endpoint's when it may be up later, else the user's."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    with pytest.raises(kind, match=re.escape(address)):
        async with open_ray(Placing(limit=1, address=address)):
            raise AssertionError


async def test_without_ray_the_way_to_install_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, with the command."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)  # noqa: ARG005
    with pytest.raises(SettingsError, match=r"pip install 'ray>=2.60,<3'"):
        async with open_ray(Placing(limit=1)):
            raise AssertionError


async def test_an_address_for_clients_from_outside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answers are kept where the run is started, so that has to be in the cluster."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    with pytest.raises(SettingsError, match=r"ray://far:10001"):
        async with open_ray(Placing(limit=1, address="ray://far:10001")):
            raise AssertionError


def test_what_cannot_travel_is_refused_with_the_reason() -> None:
    """A function inside a function has no name by which another process would find it."""

    def inner() -> None:
        """Not of a module."""

    with pytest.raises(TypeError, match="functions of modules travel"):
        packed(inner, {})


def test_what_the_worker_has_its_own_of_stays_here() -> None:
    """A thing that stands for the worker's is not packed, however deep it lies; all else comes out equal."""
    here, there = lambda: None, object()
    sent = packed({"deep": [here, 1, "text"]}, {"thing": here})
    assert unpacked(sent, {"thing": there}) == {"deep": [there, 1, "text"]}


@pytest.mark.parametrize(
    ("said", "reached"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", False),
        (b"\0\0", False),
        (b"", False),
        (bytes((0, 0, 0, 4, 0, 0, 0, 0, 0)), True),
    ],
)
def test_what_is_no_cluster_is_told_apart_from_one(said: bytes, reached: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program's port, for which Ray would ask for a quarter of an hour; a head begins with its settings."""
    monkeypatch.setattr(ray_connection, "REACHED_WITHIN", 5.0)

    def serve(listener: socket.socket) -> None:
        opened, _ = listener.accept()
        with opened:
            opened.recv(1000)
            opened.sendall(said)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        try:
            with (
                nullcontext() if reached else pytest.raises(EndpointError, match="what listens there is something else")
            ):
                ray_connection.reach(f"127.0.0.1:{listener.getsockname()[1]}")
        finally:
            thread.join()


def test_one_that_says_a_byte_at_a_time_is_not_heard_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time is for all that it has to say: it has run out after the second byte, long before there are nine."""
    monkeypatch.setattr(ray_connection, "REACHED_WITHIN", 0.2)
    heard = list[int]()

    def serve(listener: socket.socket) -> None:
        opened, _ = listener.accept()
        with opened, suppress(OSError):
            opened.recv(1000)
            for byte in SETTINGS:
                opened.sendall(bytes((byte,)))
                heard.append(byte)
                time.sleep(0.15)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        try:
            with pytest.raises(EndpointError, match="no Ray cluster answers"):
                ray_connection.reach(f"127.0.0.1:{listener.getsockname()[1]}")
            assert len(heard) < len(SETTINGS)
        finally:
            thread.join()


SETTINGS = bytes((0, 0, 0, 4, 0, 0, 0, 0, 0))
AGREED = bytes((0, 0, 0, 4, 1, 0, 0, 0, 0))
NOT_FOUND = bytes((0, 0, 1, 1, 5, 0, 0, 0, 1, 0x8D))
"""Frames of HTTP/2: its settings, that the client's are agreed to, and 404 on stream 1 (RFC 7541, appendix A)."""
PREFACE, HEADER, HEADERS = 24, 9, 1
"""Bytes that a client begins with, bytes before a frame's content, the kind of frame that opens a stream."""


def answer_not_found(opened: socket.socket) -> None:
    """One connection of a server that knows nothing of what it is asked."""
    with opened.makefile("rb") as said:
        opened.sendall(SETTINGS)
        said.read(PREFACE)
        while frame := said.read(HEADER):
            said.read(int.from_bytes(frame[:3]))
            if frame[3:5] == SETTINGS[3:5]:
                opened.sendall(AGREED)
            if frame[3] == HEADERS:
                opened.sendall(NOT_FOUND)


@pytest.mark.ray
@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="Ray is not installed")
def test_a_server_of_something_else_is_told_at_once(tmp_path: Path) -> None:
    """It speaks HTTP/2, as proxies do, and knows nothing of what a head of Ray is asked: one line of ours."""

    def serve(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                opened, _ = listener.accept()
                with opened, suppress(OSError):
                    answer_not_found(opened)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        done = connect_apart(address, tmp_path, RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER="0")  # else localhost is not it
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
    assert done.stderr == ""
    assert done.stdout.startswith(f"EndpointError no Ray cluster answers at {address}: what listens there is something")
