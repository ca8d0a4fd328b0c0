"""The agents of one process that others ask, and the replies that they are sent."""

from secrets import token_hex
from typing import Any

from autogen_core import AgentId

from ...errors import BadMessage
from ...message import Message
from ..errors import UnknownName
from ..local import LocalRuntime
from .frame import Frame, Header, packed


class Hosted:
    """Agents on a local runtime, by type or by address; of a pool any one will do for any message.

    >>> hosted = Hosted(LocalRuntime())
    >>> hosted.add("amber")
    >>> hosted.has(AgentId("amber", "q")), hosted.has(AgentId("blue", "q"))
    (True, False)
    """

    def __init__(self, local: LocalRuntime) -> None:
        self.local = local
        self._known: set[str] = set()
        self._pools: dict[str, list[str]] = {}

    def add(self, kind: str, *, pool: bool = False) -> None:
        """Have the agents of a type here, or the agent at an address."""
        self._known.add(kind)
        if pool:
            self._pools[kind] = []

    def has(self, agent: AgentId) -> bool:
        """True if an agent is of this process."""
        return agent.type in self._known or str(agent) in self._known

    async def answer(self, frame: Frame, by: str) -> bytes:
        """The reply to a request, as bytes, in the name of this process. Raises what the asker is to be told."""
        header = frame.header
        agent = agent_of(header.to)
        if agent is None or not self.has(agent):
            raise UnknownName("agent", str(agent), self._known)
        told = Header(kind="reply", id=header.id, by=by, bound=agent.type not in self._pools)
        if header.what == "describe":
            return packed(told, state=dict(await self.local.agent_metadata(agent)))
        if header.what == "save":
            return packed(told, state=dict(await self.local.agent_save_state(agent)))
        if header.what == "load":
            await self.local.agent_load_state(agent, frame.state())
            return packed(told, state={})
        reply = await self._handled(frame.message(), agent, agent_of(header.sender))
        if not isinstance(reply, Message):
            raise BadMessage(f"{agent}: replied a {type(reply).__name__}, which cannot be sent.")
        return packed(told, reply)

    async def _handled(self, message: Message, agent: AgentId, sender: AgentId | None) -> Any:  # noqa: ANN401
        """The reply of an agent; of a pool, of one that is free."""
        free = self._pools.get(agent.type)
        if free is None:
            return await self.local.send_message(message, agent, sender=sender)
        own = AgentId(agent.type, free.pop() if free else token_hex(8))
        try:
            return await self.local.send_message(message, own, sender=sender)
        finally:
            free.append(own.key)


def agent_of(text: str | None) -> AgentId | None:
    """The agent that a header names. Raises `BadMessage` for a text that is no address."""
    try:
        return AgentId.from_str(text) if text else None
    except ValueError:
        raise BadMessage(f"frame: {text!r} is no agent's address.") from None
