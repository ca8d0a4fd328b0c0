"""A model of this process as a peer behind a runtime of its own: sharing by message without a network."""

from ..message import Message
from ..models.base import Portable, Writer
from ..runtime.client import AgentClient, M
from ..runtime.local import LocalRuntime
from .peer import Peer
from .serving import introduced, portable, serve

KIND = "peer"


class InProcessClient(AgentClient):
    """A client of one model, over a local runtime that starts with the first message.

    >>> import asyncio
    >>> from symposia.agents.loading import load
    >>> from symposia.agents.peers.messages import Introduce, Introduction
    >>> client = InProcessClient("base", load("pocket:base"))
    >>> asyncio.run(client.ask(Introduce(), Introduction)).size
    715
    """

    def __init__(self, name: str, model: Portable) -> None:
        self._local = LocalRuntime()
        super().__init__(self._local, KIND, name=name)
        self._model = model
        self._served = False

    async def ask(self, message: Message, reply: type[M]) -> M:
        """Send a message to the model and return its reply. Raises what the model raises."""
        if not self._served:
            self._served = True
            await serve(self._local, KIND, self._model, name=self.name)
            self._local.start()
        return await super().ask(message, reply)


def in_process(name: str, model: Writer, top: int | None) -> Peer:
    """A peer for the model: by message, with its `top` likeliest tokens and the mass of the rest, or, for None, all.

    Raises `MissingCapability` for a model that cannot be shared, `BadModel` for a `top` beyond its vocabulary.
    """
    shared = portable(name, model)
    return Peer(InProcessClient(name, shared), introduced(shared), top)
