"""Batches concurrent requests for next-token logits of a peer's sessions."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic, TypeAlias, TypeVar

from torch import Tensor

S = TypeVar("S")
ReadSessions: TypeAlias = Callable[[Sequence[S]], Awaitable[Sequence[Tensor | Exception]]]

TURNS: Final = 4
"""The number of event-loop iterations a batch waits for more requests: enough for a caller to use a token."""


class ReadBatcher(Generic[S]):
    """Collects requests while one batch is in flight, and sends them as the next batch, in one message.

    Texts that are decoded at the same time are thereby batched, whenever they began.

    >>> import torch
    >>> async def read(sessions):
    ...     print(len(sessions), "in one batch")
    ...     return [torch.zeros(4) for _ in sessions]
    >>> async def concurrently():
    ...     batcher = ReadBatcher(read)
    ...     await asyncio.gather(batcher.next("first"), batcher.next("second"))
    >>> asyncio.run(concurrently())
    2 in one batch
    """

    def __init__(self, read: ReadSessions[S]) -> None:
        self._read = read
        self._waiting: list[tuple[S, asyncio.Future[Tensor]]] = []
        self._task: asyncio.Task[None] | None = None

    async def next(self, session: S) -> Tensor:
        """The next-token logits of a session, shape (vocabulary,). Raises what its batch raises."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Tensor] = loop.create_future()
        if self._task is None or self._task.done() or self._task.get_loop() is not loop:
            self._waiting = []
            self._task = loop.create_task(self._run())
        self._waiting.append((session, future))
        return await future

    async def _run(self) -> None:
        while True:
            for _ in range(TURNS):
                await asyncio.sleep(0)
            waiting, self._waiting = [(one, future) for one, future in self._waiting if not future.done()], []
            if not waiting:
                return
            await self._settle(waiting)

    async def _settle(self, waiting: Sequence[tuple[S, asyncio.Future[Tensor]]]) -> None:
        results: Sequence[Tensor | Exception]
        try:
            results = await self._read([session for session, _ in waiting])
        except Exception as error:  # noqa: BLE001 - raised where the logits are awaited
            results = [error] * len(waiting)
        for (_, future), result in zip(waiting, results, strict=True):
            if future.done():
                continue
            if isinstance(result, Tensor):
                future.set_result(result)
            else:
                future.set_exception(result)
