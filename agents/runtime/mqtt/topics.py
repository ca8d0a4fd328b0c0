"""The topics of a site, below `symposia/SITE`. Each that is published to ends with, or has, the sender's user.

    ask/TYPE/USER/KEY       requests to an agent: of those who make agents of a type, one gets each
    to/USER/PROCESS/FROM    what one process alone is sent by a user: replies, and requests that have to reach it
    stop/TYPE/USER          cancelled requests, for all who make agents of the type
    post/TYPE/USER/SOURCE   messages to all subscribers of a topic
    offer/USER/PROCESS      what a process offers, retained; empty once it is gone

A broker that lets a user publish under its own name alone thereby proves who said what: see `access`.
"""

from typing import Final, NamedTuple
from urllib.parse import quote, unquote

from autogen_core import AgentId, TopicId

from ...errors import BadMessage

ROOT: Final = "symposia"
NOBODY_USER: Final = "anyone"
"""The user of a broker that knows none."""

EMPTY: Final = "%"
"""An empty text as a level of a topic: no other text is written so."""


class Place(NamedTuple):
    """The recipient of a message at a topic, and the user who sent it.

    >>> Topics("lab").place("symposia/lab/ask/amber/alice/q1").name
    'q1'
    """

    what: str
    kind: str
    user: str
    name: str


class Topics(NamedTuple):
    """The topics of one site.

    >>> Topics("lab").shared("amber")
    '$share/amber/symposia/lab/ask/amber/#'
    """

    site: str

    @property
    def root(self) -> str:
        """The beginning of all topics of the site."""
        return f"{ROOT}/{self.site}"

    def ask(self, agent: AgentId, user: str) -> str:
        """A user's requests to an agent."""
        return f"{self.root}/ask/{escaped(agent.type)}/{user}/{escaped(agent.key)}"

    def shared(self, kind: str) -> str:
        """The subscription to requests to agents of a type, shared by all who make them."""
        return f"$share/{escaped(kind)}/{self.root}/ask/{escaped(kind)}/#"

    def only(self, agent: AgentId) -> str:
        """The subscription to requests to one agent, by the process that has it."""
        return f"{self.root}/ask/{escaped(agent.type)}/+/{escaped(agent.key)}"

    def inbox(self, process: str, user: str = "+") -> str:
        """The topic of messages to one process, `USER/NAME`, by a user."""
        return f"{self.root}/to/{process}/{user}"

    def stop(self, kind: str, user: str = "+") -> str:
        """A user's cancelled requests to agents of a type."""
        return f"{self.root}/stop/{escaped(kind)}/{user}"

    def post(self, topic: TopicId, user: str) -> str:
        """A user's messages to the subscribers of a topic."""
        return f"{self.root}/post/{escaped(topic.type)}/{user}/{escaped(topic.source)}"

    @property
    def posts(self) -> str:
        """The subscription to all messages to subscribers."""
        return f"{self.root}/post/#"

    def offer(self, process: str) -> str:
        """The topic of a process's offer."""
        return f"{self.root}/offer/{process}"

    @property
    def offers(self) -> str:
        """The subscription to all offers."""
        return f"{self.root}/offer/#"

    def place(self, topic: str) -> Place:
        """The recipient and the sender of a message at this topic. Raises `BadMessage` for a topic of another form."""
        levels = topic.removeprefix(f"{self.root}/").split("/")
        match levels:
            case ["ask" | "post" as what, kind, user, name]:
                return Place(what, unescaped(kind), user, unescaped(name))
            case ["to", owner, process, user]:
                return Place("to", "", user, f"{owner}/{process}")
            case ["stop", kind, user]:
                return Place("stop", unescaped(kind), user, "")
            case ["offer", user, process]:
                return Place("offer", "", user, f"{user}/{process}")
        raise BadMessage(f"{topic[:100]}: is no topic of the site {self.site}.")


def escaped(text: str) -> str:
    """A text as one level of a topic.

    >>> escaped("q1/amber #2")
    'q1%2Famber%20%232'
    """
    return quote(text, safe="-_.~:=,@") if text else EMPTY


def unescaped(level: str) -> str:
    """The text that a level of a topic was made of."""
    return "" if level == EMPTY else unquote(level)
