"""Concurrent calls that succeed or fail as one."""

import asyncio
from collections.abc import Coroutine, Hashable, Mapping
from typing import Any, TypeVar

K = TypeVar("K", bound=Hashable)
N = TypeVar("N")


async def gather(calls: Mapping[K, Coroutine[Any, Any, N]]) -> dict[K, N]:
    """Await all concurrently; the first failure, in the order given, is raised and the others are cancelled."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = {key: group.create_task(call) for key, call in calls.items()}
    except BaseExceptionGroup:
        failed = [task.exception() for task in tasks.values() if not task.cancelled() and task.exception()]
        first = next(filter(None, failed))
        raise first from first.__cause__
    return {key: task.result() for key, task in tasks.items()}
