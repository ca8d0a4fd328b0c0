"""Delivery of letters to mailboxes: deadlines, start and stop, waiting for replies."""

from asyncio import CancelledError, Future, ensure_future, get_running_loop, timeout, wait
from functools import partial
from typing import Any

from autogen_core import AgentId, CancellationToken

from ..errors import Deadlock
from .agents import AgentDirectory
from .errors import NotRunning, late
from .letter import Letter, Work, handling
from .mailbox import Mailbox


class Delivery:
    """Delivers letters within one event loop, independently of a runtime's interface; `LocalRuntime` adds that.

    Letters posted before `start` wait for it; after a stop, posting is an error until the next `start`. `deadline` is
    the time limit for a letter in seconds, waiting in its mailbox included; None is no limit. `failures` are the errors
    since the last start of letters without a reply.

    >>> from symposia.agents.runtime.local import LocalRuntime
    >>> runtime = LocalRuntime(deadline=30.0)
    >>> runtime.start()
    >>> runtime.instances
    ()
    """

    def __init__(self, agents: AgentDirectory, failures: list[BaseException], deadline: float | None) -> None:
        self.deadline = deadline
        self.failures = failures
        self._agents = agents
        self._running = self._stopped = False

    def start(self) -> None:
        """Begin to deliver. Needs a running event loop only if letters are waiting.

        Raises `NotRunning` if running already.
        """
        if self._running:
            raise NotRunning("runtime: is running already. Call start() once, or stop() first.")
        self._running, self._stopped = True, False
        self.failures.clear()
        for mailbox in self._agents:
            mailbox.wake()

    async def stop(self) -> None:
        """Stop: running handlers finish, waiting letters are dropped, and their senders get `NotRunning`.

        Raises the first error of a published message; `failures` has all of them.
        """
        self._check_stoppable()
        self._running, self._stopped = False, True
        for mailbox in self._agents:
            mailbox.clear()
        await self._idle()
        if self.failures:
            first, *more = self.failures
            if more:
                first.add_note(f"{len(more)} more published messages failed, see `failures`.")
            raise first

    async def stop_when_idle(self) -> None:
        """Stop once no letter is waiting or being handled. Raises as `stop` does."""
        self._check_stoppable()
        await self._idle()
        await self.stop()

    async def close(self) -> None:
        """Stop if running, and close every agent."""
        try:
            if self._running:
                await self.stop()
        finally:
            for mailbox in self._agents:
                await self.close_instance(mailbox.name)

    async def close_instance(self, agent: AgentId) -> None:
        """Close an agent once its mailbox is empty, and remove it: its id then stands for a new one.

        Nothing happens if it was never made. A registered instance is not made again.
        """
        mailbox = self._agents.find(agent)
        if mailbox is None:
            return
        self._check_free(mailbox)
        while (busy := mailbox.finished()) is not None:
            await wait([busy])
        if self._agents.find(agent) is not mailbox:  # somebody else closed it in the meantime
            return
        self._agents.forget(agent)
        mailbox.clear()
        if mailbox.agent is not None:
            await mailbox.agent.close()

    @property
    def running(self) -> bool:
        """True between a start and the next stop."""
        return self._running

    @property
    def instances(self) -> tuple[AgentId, ...]:
        """The ids of the existing agents, oldest first."""
        return tuple(mailbox.name for mailbox in self._agents if mailbox.agent is not None)

    async def ask(self, mailbox: Mailbox, work: Work, token: CancellationToken | None = None) -> Any:  # noqa: ANN401
        """Have an agent do some work and await the reply; cancelling this call or the token cancels the work."""
        self._check_free(mailbox)
        asker = handling.get()
        asks = {} if asker is None else asker.asks
        if self._running and self.deadline is None and token is None and mailbox.idle:
            letter = Letter(work)
            asks[letter] = mailbox
            try:
                return await mailbox.handle_now(letter)
            finally:
                del asks[letter]
        reply: Future[Any] = get_running_loop().create_future()
        letter = Letter(work, reply)
        self.post(mailbox, letter, token)
        asks[letter] = mailbox
        try:
            return await reply
        except CancelledError:
            mailbox.drop(letter)
            raise
        finally:
            del asks[letter]

    async def ask_beside(self, mailbox: Mailbox, work: Work, token: CancellationToken | None) -> Any:  # noqa: ANN401
        """`ask`, without waiting for what the agent handles now; only for one that keeps its own order."""
        answering = ensure_future(mailbox.handle_beside(Letter(work)))
        if token is not None:
            token.link_future(answering)
        try:
            async with timeout(self.deadline):
                return await answering
        except TimeoutError as error:
            raise late(mailbox.name, self.deadline or 0.0) from error

    def post(self, mailbox: Mailbox, letter: Letter, token: CancellationToken | None) -> None:
        """Put a letter into a mailbox without waiting. Raises `NotRunning` after a stop."""
        if self._stopped:
            raise NotRunning(f"{mailbox.name}: the runtime is stopped. Call start() first.")
        if self.deadline is not None:
            letter.timer = get_running_loop().call_later(self.deadline, mailbox.expire, letter, self.deadline)
        mailbox.put(letter)
        if token is not None:
            token.add_callback(partial(mailbox.drop, letter))
        if self._running:
            mailbox.wake()

    async def between(self, agent: AgentId, work: Work) -> Any:  # noqa: ANN401
        """Have an agent do some work between two messages; returns the result."""
        mailbox = self._agents[agent]
        return await (self.ask(mailbox, work) if self._running else work(await mailbox.made()))

    async def _idle(self) -> None:
        while at_work := [busy for mailbox in self._agents if (busy := mailbox.finished()) is not None]:
            await wait(at_work)

    def _check_stoppable(self) -> None:
        if not self._running:
            raise NotRunning("runtime: is not running. Call start() first.")
        for mailbox in self._agents:
            self._check_free(mailbox)

    def _check_free(self, mailbox: Mailbox) -> None:
        """Raise `Deadlock` if the calling handler would wait for itself."""
        if mailbox.waits_for(handling.get()):
            raise Deadlock(f"{mailbox.name}: would wait for itself. Do not wait for an agent that waits for you.")
