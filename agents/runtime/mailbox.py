"""A mailbox: the messages waiting for one agent instance, handled one at a time in order of arrival.

A worker task exists only while letters are waiting, so an idle agent has no task, a mailbox outlives the event loop it
was used in, and messages share a task under load. The worker is cancelled to cancel a handler, and survives that.
"""

from asyncio import CancelledError, Future, Lock, Task, current_task, get_running_loop, sleep
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import Context
from typing import Any

from autogen_core import Agent, AgentId

from ..errors import AgentFailed, SymposiaError
from .errors import NotRunning, described, failure, interrupted, late
from .in_context import InContext, context_of
from .letter import Handling, Letter, handling


class Mailbox:
    """The letters of one agent, which is made when the first one is handled.

    `failures` collects the errors of letters without a reply.

    >>> import asyncio
    >>> from symposia.agents.lm_agent import LMAgent
    >>> from symposia.agents.models.scripted import Scripted
    >>> from symposia.agents.runtime.actor import Actor
    >>> async def make():
    ...     return Actor(LMAgent("amber", Scripted("four")))
    >>> async def handled(mailbox):
    ...     letter = Letter(lambda agent: agent.save_state(), asyncio.get_running_loop().create_future())
    ...     mailbox.put(letter)
    ...     mailbox.wake()
    ...     return await letter.reply
    >>> asyncio.run(handled(Mailbox(AgentId("amber", "q"), make, [])))
    {'heard': []}
    """

    def __init__(self, name: AgentId, make: Callable[[], Awaitable[Agent]], failures: list[BaseException]) -> None:
        self.name = name
        self.agent: Agent | None = None
        self.current: Letter | None = None
        self.worker: Task[None] | None = None
        self._make = make
        self._making = Lock()
        self._failures = failures
        self._letters: deque[Letter] = deque()
        self._finished: Future[None] | None = None
        # From an empty context: what a handler sees must not depend on the caller that woke the worker.
        self._context = Context().run(context_of, name)

    async def made(self) -> Agent:
        """The agent, made on first use. Raises `AgentFailed` if its factory fails; the next call tries again."""
        async with self._making:
            if self.agent is None:
                try:
                    self.agent = await self._make()
                except SymposiaError:
                    raise
                except Exception as error:
                    raise AgentFailed(f"{self.name}: could not be made: {described(error)}") from error
        return self.agent

    def put(self, letter: Letter) -> None:
        """Add a letter; `wake` starts its handling."""
        self._letters.append(letter)

    def wake(self) -> None:
        """Start the worker if letters are waiting and none is being handled."""
        if self.worker is None and self.current is None and self._letters:
            # Not create_task: a loop with eager tasks would run the handler before its worker is known.
            self.worker = Task(self._drain(), loop=get_running_loop(), name=str(self.name), context=self._context)

    @property
    def idle(self) -> bool:
        """True if nothing is handled and nothing waits."""
        return self.current is None and self.worker is None and not self._letters

    async def handle_now(self, letter: Letter) -> Any:  # noqa: ANN401 - a reply can be of any type
        """Handle a letter in the asker's own task, for an idle agent: no task and no future has to be made for it.

        The handler runs in the agent's context all the same. Raises what `ask` raises.
        """
        self.current = letter
        try:
            return await self._in_this_task(letter, self._context)
        finally:
            self.current = None
            if self._finished is not None:
                self._finished.set_result(None)
                self._finished = None
            self.wake()

    async def handle_beside(self, letter: Letter) -> Any:  # noqa: ANN401 - a reply can be of any type
        """Handle a letter now, beside the one that is being handled, in the asker's own task. Raises what `ask` raises.

        Only for an agent that keeps the order of its messages itself.
        """
        return await self._in_this_task(letter, self._context.copy())

    async def _in_this_task(self, letter: Letter, context: Context) -> Any:  # noqa: ANN401
        try:
            agent = self.agent or await self.made()
            return await InContext(context, handling, letter, letter.work(agent))
        except CancelledError as error:
            task = current_task()
            if task is not None and task.cancelling():
                raise
            raise interrupted(self.name) from error
        except Exception as error:
            failed = failure(self.name, error)
            if failed is error:
                raise
            raise failed from error

    def finished(self) -> "Future[None] | Task[None] | None":
        """A future that is done once the current letter is handled; None where there is none."""
        if self.worker is not None or self.current is None:
            return self.worker
        if self._finished is None:
            self._finished = get_running_loop().create_future()
        return self._finished

    def waits_for(self, letter: Letter | None) -> bool:
        """True if the handler that runs here awaits, directly or not, the handler of `letter`."""
        todo: list[Handling] = [self]
        seen: set[int] = set()
        while letter is not None and todo:
            mailbox = todo.pop()
            if mailbox.current is letter:
                return True
            if mailbox.current is not None and id(mailbox) not in seen:
                seen.add(id(mailbox))
                todo.extend(mailbox.current.asks.values())
        return False

    def drop(self, letter: Letter) -> None:
        """Cancel a letter: drop it if queued, cancel its handler if running."""
        if letter.dropped:
            return
        letter.dropped = True
        letter.close()
        if letter.reply is not None and not letter.reply.cancel() and not letter.reply.cancelled():
            letter.reply.exception()  # marks it as retrieved, so that asyncio does not log it
        if letter is self.current and self.worker is not None:
            self.worker.cancel()

    def expire(self, letter: Letter, seconds: float) -> None:
        """Fail a letter with `DeadlineExceeded` and drop it."""
        self.fail(letter, late(self.name, seconds))
        self.drop(letter)

    def fail(self, letter: Letter, error: BaseException) -> None:
        """Set an error as the letter's reply, or add it to `failures` if there is none."""
        if letter.reply is None:
            self._failures.append(error)
        elif not letter.reply.done():
            letter.reply.set_exception(error)

    def clear(self) -> None:
        """Drop all waiting letters; their replies fail with `NotRunning`."""
        for letter in self._letters:
            letter.close()
            if letter.reply is not None:
                self.fail(letter, NotRunning(f"{self.name}: stopped before its turn came. Use stop_when_idle()."))
        self._letters.clear()

    async def _drain(self) -> None:
        try:
            while self._letters:
                letter = self._letters.popleft()
                if not letter.dropped:
                    self.current = letter
                    handling.set(letter)
                    await self._handle(letter)
                    letter.close()
        finally:
            self.current = self.worker = None
            handling.set(None)
            self.clear()

    async def _handle(self, letter: Letter) -> None:
        try:
            result = await letter.work(self.agent or await self.made())
            if letter.reply is not None and not letter.reply.done():
                letter.reply.set_result(result)
        except CancelledError as error:
            self._interrupted(letter, error)
        except Exception as error:  # noqa: BLE001 - raised where the reply is awaited
            self.fail(letter, failure(self.name, error))
        except BaseException as error:
            self.fail(letter, error)  # as it is: autogen's own `ToolException` is one, and its callers catch it
            if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
                raise
        if letter.dropped:
            with suppress(CancelledError):  # the one that stopped the handler, if it never saw it
                await sleep(0)
        # Nothing may be left for the next letter. (Before 3.13 a TaskGroup that fails leaves one, too.)
        while self.worker is not None and self.worker.cancelling():
            self.worker.uncancel()

    def _interrupted(self, letter: Letter, error: CancelledError) -> None:
        """Handle a cancellation by its origin: the sender, the closing event loop, or something within the handler."""
        if letter.dropped:
            return
        if self.worker is not None and self.worker.cancelling():
            if letter.reply is not None:
                letter.reply.cancel()
            raise error
        if letter.token is not None and letter.token.is_cancelled():
            return
        failed = interrupted(self.name)
        failed.__cause__ = error
        self.fail(letter, failed)
