"""What can be found out by reading several models, besides a text. The agent that has them write does it."""

from typing import TYPE_CHECKING

from ..accounting import Usage
from ..message import Message

if TYPE_CHECKING:
    from .peers import Peers


class Probe(Message):
    """Asks what reading some models says. Subclass it: its fields and its result go into the trace.

    Whatever a protocol learns from models in `prepare` is found in this way, so that a replay asks none.
    """

    async def result(self, peers: "Peers") -> "ProbeResult":
        """Read models, by `peers.text` and `peers.participant`, and say what was found."""
        raise TypeError(f"{type(self).__name__}: does not say what to find out. Define result.")


class ProbeResult(Message):
    """What was found out, and what it cost. It is part of no question's budget."""

    usage: Usage = Usage()
