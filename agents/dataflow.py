"""Runs the nodes of an acyclic graph: each starts as soon as those that it hears have ended."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any, TypeVar

from .concurrency import gather
from .errors import BadTopology
from .topology import Topology

T = TypeVar("T")


async def dataflow(
    topology: Topology, names: Iterable[str], run: Callable[[str, Mapping[str, T]], Coroutine[Any, Any, T]]
) -> dict[str, T]:
    """The result of every node; `run` is given a node and the results that it hears, by speaker.

    There is no barrier: a node waits for its own speakers alone. Raises `BadTopology` for a cycle, and the first
    failure of a node.

    >>> from symposia.topologies import chain
    >>> async def joined(name, heard):
    ...     return "".join(heard.values()) + name
    >>> asyncio.run(dataflow(chain("a", "b", "c"), "abc", joined))
    {'a': 'a', 'b': 'ab', 'c': 'abc'}
    """
    heard = {name: topology.speakers(name) for name in names}
    try:
        TopologicalSorter(heard).prepare()
    except CycleError as error:
        cycle = " -> ".join(error.args[1])
        raise BadTopology(f"topology: {cycle} is a cycle, where all would wait. Leave one of its arrows out.") from None
    loop = asyncio.get_running_loop()
    results: dict[str, asyncio.Future[T]] = {name: loop.create_future() for name in heard}

    async def one(name: str) -> T:
        result = await run(name, {speaker: await results[speaker] for speaker in heard[name]})
        results[name].set_result(result)
        return result

    return await gather({name: one(name) for name in heard})
