"""The models of a plan where its `runtime` has them: borrowed from workers, whoever they are."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from ...agents.concurrency import gather
from ...agents.model_url import in_folder
from ...agents.models.base import Open
from ...agents.models.saboteur import SINK, Sabotaged, Saboteur, Sink
from ..planning.plan import Plan
from .build import Load

HERE: Final = ("api", "http-score", "scripted", "peer")
"""Schemes whose models are asked from here even so: they are servers already, or files of the scenario."""


@asynccontextmanager
async def borrowing(plan: Plan, load: Load) -> AsyncIterator[Load]:
    """A context manager: how the plan's models are loaded, by `load` here, or from the workers of its runtime.

    Raises `ModelUnavailable` for a model that no worker lends, `BadScenario` for an address that is none.
    """
    if plan.scenario.runtime is None:
        yield load
        return
    from ...agents.runtime.mqtt.address import BrokerAddress
    from ...agents.runtime.mqtt.runtime import MqttRuntime

    address = BrokerAddress.parse(plan.scenario.runtime, where=f"{plan.where}: runtime")
    runtime = MqttRuntime(address, deadline=plan.scenario.deadline)
    runtime.start()
    try:
        await runtime.ready()
        found = await borrowed(runtime, plan)
        yield lambda url, *settings: of(url, found) or load(url, *settings)
    finally:
        await runtime.stop()


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
