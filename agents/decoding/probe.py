"""Probes: measurements of models by forward passes, such as hidden states or draft acceptance. `Decoder` runs them."""

from typing import TYPE_CHECKING

from ..accounting import Usage
from ..message import Message

if TYPE_CHECKING:
    from .peers import Peers


class Probe(Message):
    """A request to measure something on models. Subclass it: its fields and its result go into the trace.

    Whatever a protocol learns from models in `prepare` is measured by a probe, so that a replay calls no model.

    >>> import asyncio
    >>> from symposia.agents import Ask, Sampling
    >>> from symposia.agents.decoding.peers import Peers
    >>> from symposia.agents.loading import load
    >>> class Favourite(ProbeResult):
    ...     token: int
    >>> class FindFavourite(Probe):
    ...     question: str
    ...     async def result(self, peers):
    ...         with peers.text(Ask(text=self.question), tuple(peers.models), Sampling()) as text:
    ...             return Favourite(token=int((await text.next(text.lead)).argmax()))
    >>> asyncio.run(FindFavourite(question="12 + 7 = ?").result(Peers({"base": load("pocket:base")}, {}))).token
    481
    """

    async def result(self, peers: "Peers") -> "ProbeResult":
        """Run forward passes by `peers.text` and `peers.participant`, and return what was measured."""
        raise TypeError(f"{type(self).__name__}: does not say what to find out. Define result.")


class ProbeResult(Message):
    """The result of a probe and its cost, which counts towards no question's budget.

    >>> class Acceptance(ProbeResult):
    ...     rate: float
    >>> Acceptance(rate=0.75, usage=Usage(prompt_tokens=12, calls=1)).usage.calls
    1
    """

    usage: Usage = Usage()
