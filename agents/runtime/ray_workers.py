"""Workers on a Ray cluster: placed by the resources they need, and started again when they die.

    ray://local                          a Ray of this machine, for this run alone
    ray://auto, ray://HOST:6379          the cluster that this process is in
    ray://...?gpus=1&cpus=2&copies=2     what each worker is given, and how many of them lend each model
    ray://...&broker=mqtts://ME@HOST     the broker through which they are asked

Ray starts, watches and restarts; what is asked of the models goes through the broker, which a `ray://local` has of its
own. Ray sends code between its processes: use it on clusters whose users trust each other.
"""

import asyncio
import logging
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, Self
from urllib.parse import parse_qsl, urlsplit

from ..errors import BadScenario, MissingCapability
from .mqtt.address import BrokerAddress

LOCAL: Final = "local"
NAMESPACE: Final = "symposia"
GIVEN: Final = ("cpus", "gpus", "copies", "broker")


@dataclass(frozen=True)
class RayAddress:
    """A cluster, what each worker on it is given, and the broker through which the workers are asked.

    >>> RayAddress.parse("ray://local?cpus=1&copies=2").copies
    2
    """

    cluster: str
    cpus: float = 1.0
    gpus: float = 0.0
    copies: int = 1
    broker: str | None = None

    @classmethod
    def parse(cls, url: str, *, where: str = "runtime") -> Self:
        """Parse an address. Raises `BadScenario`."""
        parts = urlsplit(url)
        given = dict(parse_qsl(parts.query))
        unknown = sorted(set(given) - set(GIVEN))
        try:
            cpus, gpus = (float(given.get(name, default)) for name, default in (("cpus", 1), ("gpus", 0)))
            copies = int(given.get("copies", 1))
        except ValueError:
            cpus, gpus, copies = -1.0, 0.0, 1
        if parts.scheme != "ray" or not parts.netloc or unknown or min(cpus, gpus) < 0 or copies < 1:
            raise BadScenario(
                f"{where}: {url!r} is no address of a Ray cluster. "
                "Write ray://local, ray://auto or ray://HOST:6379, and ?gpus=1&cpus=2&copies=2&broker=mqtts://ME@HOST."
            )
        broker = given.get("broker")
        if broker is None and parts.netloc != LOCAL:
            raise BadScenario(
                f"{where}: {url!r} names no broker. Add broker=mqtts://ME@HOST, which its nodes can reach."
            )
        return cls(parts.netloc, cpus, gpus, copies, broker)

    @property
    def at(self) -> str | None:
        """The address for `ray.init`: None for one of this machine."""
        return None if self.cluster == LOCAL else self.cluster


class Placed:
    """The workers that were placed for one run; `stop` ends them.

    >>> Placed(None, [], ours=False).stop()
    """

    def __init__(self, ray: Any, actors: list[Any], *, ours: bool) -> None:  # noqa: ANN401 - a library
        self._ray, self._actors, self._ours = ray, actors, ours

    def pids(self) -> list[int]:
        """The processes of the workers."""
        found: list[int] = self._ray.get([actor.pid.remote() for actor in self._actors], timeout=60)
        return found

    def stop(self) -> None:
        """End the workers, and a Ray that was started for them."""
        for actor in self._actors:
            self._ray.kill(actor)
        if self._ours:
            self._ray.shutdown()


def place(address: RayAddress, broker: str, models: Mapping[str, str]) -> Placed:
    """Place workers that lend these models, by the URL under which each is lent; they load in the background.

    Raises `MissingCapability` without Ray, `BadScenario` for more than the cluster has.
    """
    try:
        ray: Any = import_module("ray")
    except ImportError:
        raise MissingCapability("ray: is not installed. pip install 'symposia[ray]' installs it.") from None
    ours = not ray.is_initialized()
    if ours:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        local: dict[str, Any] = (
            {} if address.at else {"include_dashboard": False, "num_cpus": max(4, os.cpu_count() or 1)}
        )
        ray.init(address=address.at, namespace=NAMESPACE, log_to_driver=False, logging_level=logging.ERROR, **local)
    wanted = {"CPU": address.cpus, "GPU": address.gpus}
    for name, each in wanted.items():
        there = ray.cluster_resources().get(name, 0.0)
        if each * address.copies * len(models) > there:
            if ours:
                ray.shutdown()
            raise BadScenario(
                f"runtime: {len(models)} models in {address.copies} copies need {each:g} {name} each, and the cluster "
                f"has {there:g}. Ask for less, or for fewer copies: ray://...?cpus=0.5."
            )
    kind = ray.remote(RayWorker)
    actors = [
        kind.options(
            num_cpus=address.cpus, num_gpus=address.gpus, max_restarts=-1, max_task_retries=-1, max_concurrency=2
        ).remote(broker, {url: where}, environment())
        for url, where in models.items()
        for _ in range(address.copies)
    ]
    return Placed(ray, actors, ours=ours)


def environment() -> dict[str, str]:
    """The environment of a worker: where the secrets are, never the secrets."""
    return {name: value for name, value in os.environ.items() if name.startswith("SYMPOSIA_") and "FILE" in name}


class RayWorker:
    """An actor that lends models for as long as it lives; Ray makes it again when its process dies.

    It lends in a thread of its own, since Ray's event loop is for Ray's calls.

    >>> RayWorker.pid(None) == os.getpid()
    True
    """

    def __init__(self, broker: str, models: Mapping[str, str], told: Mapping[str, str]) -> None:
        os.environ.update(told)
        self._models, self._broker = models, broker
        threading.Thread(target=lambda: asyncio.run(self._lend()), daemon=True).start()

    def pid(self) -> int:
        """Its process."""
        return os.getpid()

    async def _lend(self) -> None:
        from ..loading import load_any
        from ..peers.lending import kinds_of, lend
        from .mqtt.runtime import MqttRuntime

        runtime = MqttRuntime(BrokerAddress.parse(self._broker), name="ray")
        for url, where in self._models.items():
            await lend(runtime, url, load_any(where))
        runtime.process.announce({url: kinds_of(url)[0] for url in self._models})
        runtime.start()
        await runtime.ready()
        await asyncio.Event().wait()
