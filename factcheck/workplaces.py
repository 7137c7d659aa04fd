"""Where units of work run: the engine that the settings name, and what a worker of it has at hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version

from factcheck.engine.base import Engine, Placing, Stop, Workplace
from factcheck.engine.local import LocalEngine
from factcheck.engine.registry import ENGINES
from factcheck.errors import SettingsError
from factcheck.line import Line
from factcheck.llm.base import AnswerStore
from factcheck.llm.client import Client
from factcheck.llm.desk import AnswerDesk
from factcheck.llm.remote import RemoteStore, allotted_over
from factcheck.llm.traces import Listener
from factcheck.models import Value
from factcheck.prompts import CURRENT, load
from factcheck.settings import ModelSettings, Settings

DISTRIBUTION = "factcheck-consistency"


class Equipment(Value):
    """What a worker is set up with."""

    model: ModelSettings
    version: str
    prompts: dict[str, str]
    """Id -> fingerprint of the prompts that the run asks with."""


def require_engine(settings: Settings, *, by_mail: bool = False) -> None:
    """Check before any work that units can run where the settings want them; connects to nothing.

    `by_mail` tells that the provider's Batch API carries the requests. Raises SettingsError.
    """
    if settings.engine.engine == "local":
        return
    from factcheck.engine.ray_connection import require_ray

    require_ray(settings.engine.ray_address)
    if settings.cassette is not None:
        raise SettingsError("--cassette records and replays the requests of this process; leave --engine ray out")
    if by_mail:
        raise SettingsError("--via batch-api sends all requests in one file from here; leave --engine ray out")


@asynccontextmanager
async def open_engine(
    settings: Settings,
    client: Client,
    store: AnswerStore,
    listener: Listener | None,
    stopping: Callable[[], bool],
    placing: Placing,
) -> AsyncIterator[Engine]:
    """The engine, whose workers share what is in `client` and `store`; `placing` is completed by the settings.

    `stopping` is what tells the stages of a stop, here as in a worker. Raises SettingsError and EndpointError.
    """
    own = {"model": client, "store": store, "stopping": stopping}
    # The limits are those of the run, so a worker is not told them: it asks.
    unlimited = {"rpm": None, "tpm": None, "max_calls": None, "max_cost": None}
    equipment = Equipment(
        model=settings.model.model_copy(update=unlimited), version=version(DISTRIBUTION), prompts=_fingerprints()
    )
    complete = Placing(
        limit=placing.limit,
        stop=placing.stop,
        workplace=Workplace(equipped, equipment, AnswerDesk(client.allotment, store, listener), own),
        address=settings.engine.ray_address,
        workers=settings.engine.ray_workers,
        note=placing.note,
    )
    async with ENGINES[settings.engine.engine](complete) as engine:
        yield engine


@asynccontextmanager
async def equipped(line: Line, stop: Stop, equipment: Equipment) -> AsyncIterator[Mapping[str, object]]:
    """What work finds in a worker, named as what stands for it here. Raises SettingsError for another program there."""
    here = version(DISTRIBUTION)
    if (here, _fingerprints()) != (equipment.version, equipment.prompts):
        raise SettingsError(
            f"a machine of the cluster has factcheck {here}, or prompts, other than this one's"
            f" {equipment.version}; install the same on all"
        )
    model = equipment.model
    stopping, tell = partial(getattr, stop, "requested"), partial(line.tell, "trace")
    async with Client(model, tell, allotment=allotted_over(line), stopping=stopping) as client:
        engine = LocalEngine(model.concurrency, stop)
        yield {"model": client, "store": RemoteStore(line), "stopping": stopping, "engine": engine}


def _fingerprints() -> dict[str, str]:
    return {load(task).id: load(task).fingerprint for task in CURRENT}
