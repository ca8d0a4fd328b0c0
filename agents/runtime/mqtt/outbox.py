"""Where a process sends bytes: to the makers of an agent, to one process, and to who should stop."""

from collections.abc import Callable

from autogen_core import AgentId

from .topics import Topics


class Outbox:
    """Publishes in a user's name; all return False where there is no connection.

    >>> outbox = Outbox(lambda topic, data, **told: print(topic) or True, Topics("lab"), "alice")
    >>> outbox.stop(AgentId("amber", "q"), b"")
    symposia/lab/stop/amber/alice
    True
    """

    def __init__(self, publish: Callable[..., bool], topics: Topics, user: str) -> None:
        self._publish, self._topics, self._user = publish, topics, user

    def to_agent(self, agent: AgentId, data: bytes, seconds: float | None, refused: Callable[[int], None]) -> bool:
        """Send a request to whoever makes an agent."""
        return self._publish(self._topics.ask(agent, self._user), data, seconds=seconds, refused=refused)

    def to_process(self, process: str, data: bytes, refused: Callable[[int], None] | None = None) -> bool:
        """Send bytes to one process."""
        return self._publish(self._topics.inbox(process, self._user), data, refused=refused)

    def stop(self, agent: AgentId, data: bytes) -> bool:
        """Tell the makers of an agent to stop."""
        return self._publish(self._topics.stop(agent.type, self._user), data)
