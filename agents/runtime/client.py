"""Asks the agents of one type over any runtime, as many messages at once as there are."""

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
    """Messages to agents of a type, whatever their key.

    An agent handles one message at a time, so each message under way goes to an agent of its own: keys are
    numbers, and a number is used again once its message is answered.
    """

    def __init__(self, runtime: "AgentRuntime", kind: str, *, name: str | None = None) -> None:
        self.name = name or kind
        self._runtime = runtime
        self._kind = kind
        self._keys = count()
        self._free: list[AgentId] = []

    async def ask(self, message: Message, reply: type[M]) -> M:
        """Send a message and get a reply of the type it should have. What goes wrong there is raised here, by name."""
        agent = self._free.pop() if self._free else AgentId(self._kind, str(next(self._keys)))
        try:
            said = await self._runtime.send_message(message, agent)
        except SymposiaError as error:
            raise self.named(Failure(kind=type(error).__name__, text=str(error))) from error
        except Exception as error:  # whatever another runtime makes of it
            raise AgentFailed(f"{self.name}: {described(error)}") from error
        finally:
            self._free.append(agent)
        if not isinstance(said, reply):
            got, sent = type(said).__name__, type(message).__name__
            raise BadMessage(f"{self.name}: replied {got} to {sent}. It should be {reply.__name__}.")
        return said

    def named(self, failure: Failure) -> SymposiaError:
        """The error of an agent, with its name."""
        text = failure.text if failure.text.startswith(self.name) else f"{self.name}: {failure.text}"
        return Failure(kind=failure.kind, text=text).error()
