"""Subscriptions to topics, and the agents they match."""

from autogen_core import AgentId, Subscription, TopicId

from .errors import Twice, UnknownName

REMEMBERED = 1024  # topics; there may be one for every question, so the memory is bounded


class Subscriptions:
    """Subscriptions in the order they were added; an agent with two matching ones gets a message twice.

    >>> from autogen_core import TypeSubscription
    >>> subscriptions = Subscriptions()
    >>> subscriptions.add(TypeSubscription("news", "amber"))
    >>> [str(agent) for agent in subscriptions.listeners(TopicId("news", "question-1"))]
    ['amber/question-1']
    """

    def __init__(self) -> None:
        self._known: dict[str, Subscription] = {}
        self._listeners: dict[TopicId, tuple[AgentId, ...]] = {}

    def add(self, subscription: Subscription) -> None:
        """Add a subscription. Raises `Twice` (a `ValueError`, which autogen's `register` relies on)."""
        if any(known == subscription for known in self._known.values()):
            raise Twice("subscription", (subscription.id,) * 2)
        self._known[subscription.id] = subscription
        self._listeners.clear()

    def remove(self, name: str) -> None:
        """Remove a subscription. Raises `UnknownName` (a `LookupError`, as the protocol says)."""
        if name not in self._known:
            raise UnknownName("subscription", name, self._known)
        del self._known[name]
        self._listeners.clear()

    def listeners(self, topic: TopicId) -> tuple[AgentId, ...]:
        """The agents that subscribe to a topic, possibly none."""
        found = self._listeners.get(topic)
        if found is None:
            found = tuple(known.map_to_agent(topic) for known in self._known.values() if known.is_match(topic))
            if len(self._listeners) >= REMEMBERED:
                self._listeners.clear()
            self._listeners[topic] = found
        return found
