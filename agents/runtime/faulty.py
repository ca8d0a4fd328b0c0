"""The local runtime with faults: calls of some members are lost, wait, fail, or bring a reply that cannot be read."""

import asyncio
from random import Random
from typing import Any

from autogen_core import AgentId

from ..codec import encode
from ..errors import CallFailed, ModelUnavailable
from ..faults import Faults
from ..message import Message
from ..seeds import derive
from .errors import late
from .local import LocalRuntime


class FaultyRuntime(LocalRuntime):
    """A `LocalRuntime` that does `faults` to messages, drawn by a seed, their agent and what they say.

    >>> from symposia.agents.lm_agent import LMAgent
    >>> from symposia.agents.message import Ask, Request, Sampling
    >>> from symposia.agents.models.scripted import Scripted
    >>> from symposia.agents.runtime.actor import Actor
    >>> async def sent(request):
    ...     runtime = FaultyRuntime(Faults(crash=1.0), seed=7)
    ...     await runtime.register_agent_instance(Actor(LMAgent("amber", Scripted("four"))), AgentId("amber", "q"))
    ...     runtime.start()
    ...     return await runtime.send_message(request, AgentId("amber", "q"))
    >>> asyncio.run(sent(Request(prompt=Ask(text="2 + 2?"), sampling=Sampling(), place="q")))
    Traceback (most recent call last):
    ...
    symposia.agents.errors.CallFailed: amber: crashed, as the scenario's faults say. Leave out crash.
    """

    def __init__(self, faults: Faults, seed: int, *, deadline: float | None = None) -> None:
        super().__init__(deadline=deadline)
        self.faults, self.seed = faults, seed
        self.limit = deadline

    async def send_message(self, message: object, recipient: AgentId, **told: Any) -> Any:  # noqa: ANN401 - a reply
        """Send a message and await the reply, unless a fault is drawn for it.

        Raises what `LocalRuntime` raises, and `CallFailed`, `ModelUnavailable` or `DeadlineExceeded` by a fault.
        """
        faults, name = self.faults, recipient.type
        if faults.members and name not in faults.members:
            return await super().send_message(message, recipient, **told)
        draw = Random(self._seed_of(message, recipient)).random
        if draw() < faults.crash:
            kind = ModelUnavailable if faults.stops else CallFailed
            raise kind(f"{name}: crashed, as the scenario's faults say. Leave out crash.")
        lost, waits, corrupted, wait = draw() < faults.drop, draw() < faults.delay, draw() < faults.corrupt, draw()
        try:
            async with asyncio.timeout(self.limit):
                if lost:
                    await asyncio.Event().wait()
                if waits:
                    await asyncio.sleep(faults.seconds * wait)
                reply = await super().send_message(message, recipient, **told)
        except TimeoutError:
            raise late(recipient, self.limit or 0.0) from None
        if corrupted:
            raise CallFailed(f"{name}: its reply cannot be read, as the scenario's faults say. Leave out corrupt.")
        return reply

    def _seed_of(self, message: object, recipient: AgentId) -> int:
        said = str(encode(message)) if isinstance(message, Message) else type(message).__name__
        return derive(self.seed, "fault", str(recipient), said)
