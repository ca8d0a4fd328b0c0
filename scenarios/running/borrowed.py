"""The models of a plan where its `runtime` has them: borrowed from workers, whoever they are."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from ...agents.concurrency import gather
from ...agents.model_url import in_folder
from ...agents.models.base import Open
from ...agents.models.saboteur import SINK, Sabotaged, Saboteur, Sink
from ..planning.plan import Plan
from .build import Load
from .faults import connection_of

if TYPE_CHECKING:
    from ...agents.runtime.mqtt.address import BrokerAddress

HERE: Final = ("api", "http-score", "scripted", "peer", "vllm", "sglang")
"""Schemes whose models are asked from here even so: they are servers already, or files of the scenario."""


@asynccontextmanager
async def borrowing(plan: Plan, load: Load) -> AsyncIterator[Load]:
    """A context manager: how the plan's models are loaded, by `load` here, or from the workers of its runtime.

    Raises `ModelUnavailable` for a model that no worker lends, `BadScenario` for an address that is none.
    """
    if plan.scenario.runtime is None:
        yield load
        return
    async with broker_of(plan) as address:
        from ...agents.runtime.mqtt.runtime import MqttRuntime

        scenario = plan.scenario
        runtime = MqttRuntime(address, deadline=scenario.deadline, hedge=scenario.hedge, connect=connection_of(plan))
        runtime.start()
        try:
            await runtime.ready()
            found = await borrowed(runtime, plan)
            yield lambda url, *settings: of(url, found) or load(url, *settings)
        finally:
            await runtime.stop()


@asynccontextmanager
async def broker_of(plan: Plan) -> "AsyncIterator[BrokerAddress]":
    """A context manager: the broker at which the plan's models are lent; on a Ray cluster, by workers placed for it."""
    from ...agents.runtime.mqtt.address import BrokerAddress
    from ...agents.runtime.mqtt.broker import private_broker

    where, given = f"{plan.where}: runtime", str(plan.scenario.runtime)
    if not given.startswith("ray://"):
        yield BrokerAddress.parse(given, where=where)
        return
    from ...agents.runtime.ray_workers import RayAddress, place

    cluster = RayAddress.parse(given, where=where)
    models = {own: in_folder(own, plan.folder) for url in plan.models().values() if (own := lent(url)) is not None}
    with ExitStack() as stack:
        if cluster.broker is None:
            address = stack.enter_context(private_broker()).address
        else:
            address = BrokerAddress.parse(cluster.broker, where=where)
        placed = await asyncio.to_thread(place, cluster, cluster.broker or address.url, models)
        try:
            yield address
        finally:
            await asyncio.to_thread(placed.stop)


async def borrowed(runtime: Any, plan: Plan) -> Mapping[str, Any]:  # noqa: ANN401 - any that speaks autogen's protocol
    """The models that are lent, by their URL in the plan's folder."""
    from ...agents.peers.borrowing import borrow

    wanted = {
        in_folder(url, plan.folder): (url, plan.parts.get(path.rpartition("/")[0], plan.part).protocol.needs is Open)
        for path, given in plan.models().items()
        if (url := lent(given)) is not None
    }
    return await gather({at: borrow(runtime, url, parameters=opened) for at, (url, opened) in wanted.items()})


def lent(url: str) -> str | None:
    """The URL of the model that a worker lends for this one; None for one that is asked from here."""
    scheme, _, rest = url.partition(":")
    if scheme == "saboteur":
        return lent(Sabotaged.parse(rest, name=url).url)
    return None if scheme in HERE else url


def of(url: str, found: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a model of any capability
    """The borrowed model at a URL, made a bad member where the URL says so; None for one that is asked from here."""
    scheme, _, rest = url.partition(":")
    if scheme == "saboteur":
        about = Sabotaged.parse(rest, name=url)
        model = of(about.url, found)
        if model is None:
            return None
        return Sink(model) if about.kind == SINK else Saboteur(about.kind, model)
    return found.get(url)
