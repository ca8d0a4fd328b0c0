"""A client of the agents of one type over any runtime, with any number of messages in flight."""

import re
from itertools import count
from typing import TYPE_CHECKING, TypeVar

from autogen_core import AgentId

from ..errors import AgentFailed, BadMessage, SymposiaError
from ..failure import Failure
from ..message import Message
from .errors import described

if TYPE_CHECKING:
    from autogen_core import AgentRuntime

M = TypeVar("M", bound=Message)


class AgentClient:
    """Sends messages to agents of a type, with any key.

    An agent handles one message at a time, so each message in flight goes to an agent of its own: keys are numbers, and
    a number is reused once its message is answered. With a `key` all go to that one agent.

    >>> import asyncio
    >>> from symposia.agents.lm_agent import LMAgent
    >>> from symposia.agents.message import Answer, Ask, Request, Sampling
    >>> from symposia.agents.models.scripted import Scripted
    >>> from symposia.agents.runtime.actor import Actor
    >>> from symposia.agents.runtime.local import LocalRuntime
    >>> async def asked(request):
    ...     runtime = LocalRuntime()
    ...     await runtime.register_factory("amber", lambda: Actor(LMAgent("amber", Scripted("four"))))
    ...     runtime.start()
    ...     return await AgentClient(runtime, "amber").ask(request, Answer)
    >>> asyncio.run(asked(Request(prompt=Ask(text="2 + 2?"), sampling=Sampling(), place="q"))).text
    'four'
    """

    def __init__(self, runtime: "AgentRuntime", kind: str, *, name: str | None = None, key: str | None = None) -> None:
        self.name = name or kind
        self._only = None if key is None else AgentId(kind, key)
        self._runtime = runtime
        self._kind = kind
        self._keys = count()
        self._free: list[AgentId] = []

    async def ask(self, message: Message, reply: type[M]) -> M:
        """Send a message; returns the reply.

        Raises the agent's errors under its name, `BadMessage` for another type.
        """
        agent = self._only or (self._free.pop() if self._free else AgentId(self._kind, str(next(self._keys))))
        try:
            said = await self._runtime.send_message(message, agent)
        except SymposiaError as error:
            raise self.named(Failure.of(error)) from error
        except Exception as error:  # of another runtime
            raise AgentFailed(f"{self.name}: {described(error)}") from error
        finally:
            if self._only is None:
                self._free.append(agent)
        if not isinstance(said, reply):
            got, sent = type(said).__name__, type(message).__name__
            raise BadMessage(f"{self.name}: replied {got} to {sent}. It should be {reply.__name__}.")
        return said

    def named(self, failure: Failure) -> SymposiaError:
        """An agent's failure as an error that names it."""
        text = (
            failure.text
            if re.match(rf"{re.escape(self.name)}(?![\w-])", failure.text)
            else f"{self.name}: {failure.text}"
        )
        return Failure(kind=failure.kind, text=text).error()
