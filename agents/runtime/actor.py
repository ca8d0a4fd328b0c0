"""An adapter from our agents to autogen-core's `Agent` protocol, and how a runtime makes agents."""

from collections.abc import Awaitable, Callable, Mapping
from inspect import isawaitable
from typing import Any, NamedTuple

from autogen_core import Agent as AutogenAgent
from autogen_core import AgentId, AgentInstantiationContext, AgentMetadata, AgentRuntime, MessageContext

from ..agent import Agent
from ..errors import AgentFailed
from ..message import Message


class Actor:
    """Wraps an agent for any `AgentRuntime`: ours, autogen's, MQTT's.

    >>> from symposia.agents.lm_agent import LMAgent
    >>> from symposia.agents.models.scripted import Scripted
    >>> str(Actor(LMAgent("amber", Scripted("four"))).id)
    'amber/default'
    """

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self._id: AgentId | None = None
        if AgentInstantiationContext.is_in_factory_call():  # autogen binds only instances, not what factories make
            self._id = AgentInstantiationContext.current_agent_id()

    @property
    def id(self) -> AgentId:
        """Its address on the runtime; before registration its name."""
        return self._id or AgentId(self.agent.name, "default")

    @property
    def metadata(self) -> AgentMetadata:
        """Its type, its key and the docstring of its class."""
        description = type(self.agent).__doc__ or type(self.agent).__name__
        return AgentMetadata(type=self.id.type, key=self.id.key, description=description)

    async def bind_id_and_runtime(self, id: AgentId, runtime: AgentRuntime) -> None:  # noqa: A002 - the protocol's name
        """Set its address; called by the runtime that registers it."""
        self._id = id

    async def on_message(self, message: Message, ctx: MessageContext) -> Message:
        """Handle a message; returns the agent's reply."""
        return await self.agent.receive(message)

    async def save_state(self) -> Mapping[str, Any]:
        """The agent's saved state."""
        return self.agent.save()

    async def load_state(self, state: Mapping[str, Any]) -> None:
        """Restore the agent's state."""
        self.agent.load(state)

    async def close(self) -> None:
        """Do nothing: models belong to their host, not to an agent."""


class Factory(NamedTuple):
    """The factory of an agent type: its function, and the class expected of its agents, None for any.

    >>> Factory(dict, None).expected is None
    True
    """

    make: Callable[[], Any | Awaitable[Any]]
    expected: type | None

    async def made(self, name: AgentId, runtime: AgentRuntime) -> AutogenAgent:
        """A new agent at this address. Raises `AgentFailed` if it is not of the class that was said."""
        with AgentInstantiationContext.populate_context((runtime, name)):
            made = self.make()
            agent: AutogenAgent = await made if isawaitable(made) else made
        if self.expected is not None and not isinstance(agent, self.expected):
            got, wanted = type(agent).__name__, self.expected.__name__
            raise AgentFailed(f"{name.type}: the factory made a {got}. It was registered for {wanted}.")
        await agent.bind_id_and_runtime(id=name, runtime=runtime)
        return agent


def actor_of(agents: Mapping[str, Mapping[str, Callable[[], Agent]]]) -> Actor:
    """The agent that a factory is asked for, of those that there are by question and name."""
    name = AgentInstantiationContext.current_agent_id()
    return Actor(agents[name.key][name.type]())
