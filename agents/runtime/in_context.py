"""Awaits a coroutine in a context of its own without making a task for it."""

from collections.abc import Awaitable, Callable, Generator
from contextvars import Context, ContextVar, copy_context
from typing import Any, Generic, TypeVar

from autogen_core import AgentId, MessageHandlerContext

T = TypeVar("T")


class InContext(Generic[T]):
    """Awaits a coroutine step by step in a context, within the task that awaits this; `variable` is `value` there.

    >>> import asyncio
    >>> who: ContextVar[str | None] = ContextVar("who", default=None)
    >>> async def asked() -> str | None:
    ...     return who.get()
    >>> async def main() -> tuple[object, object]:
    ...     return await InContext(Context(), who, "amber", asked()), await asked()
    >>> asyncio.run(main())
    ('amber', None)
    """

    def __init__(self, context: Context, variable: ContextVar[T | None], value: T, coroutine: Awaitable[Any]) -> None:
        self._context = context
        self._variable = variable
        self._value = value
        self._coroutine = coroutine

    def __await__(self) -> Generator[Any, Any, Any]:
        """Hand the event loop what the coroutine waits for, and the coroutine what comes of it."""
        run, waiting = self._context.run, self._coroutine.__await__()
        step: Callable[[Any], Any] = waiting.send
        value: Any = None
        run(self._variable.set, self._value)
        try:
            while True:
                try:
                    awaited = run(step, value)
                except StopIteration as done:
                    return done.value
                try:
                    step, value = waiting.send, (yield awaited)
                except BaseException as error:  # noqa: BLE001 - the coroutine's to handle
                    step, value = waiting.throw, error
        finally:
            run(self._variable.set, None)


def context_of(name: AgentId) -> Context:
    """A context in which autogen's `DefaultTopicId()` and the like know the agent."""
    with MessageHandlerContext.populate_context(name):
        return copy_context()
