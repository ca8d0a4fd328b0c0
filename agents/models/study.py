"""What can be found out by reading several models, besides a text. The agent that has them write does it."""

from typing import TYPE_CHECKING, Any, TypeVar

from ..message import Message, Usage

if TYPE_CHECKING:
    from ..team import Team
    from .decoding import Decoder

F = TypeVar("F", bound="Finding")


class Study(Message):
    """Asks what reading some models says. Subclass it: its fields and its finding go into the trace.

    Whatever a protocol learns from models in `prepare` is found in this way, so that a replay asks none.
    """

    async def result(self, decoder: "Decoder") -> "Finding":
        """Read models, by `decoder.text` and `decoder.hand`, and say what was found."""
        raise TypeError(f"{type(self).__name__}: does not say what to find out. Define result.")


class Finding(Message):
    """What was found out, and what it cost. It is part of no question's budget."""

    usage: Usage = Usage()


async def find(team: "Team[Any]", place: str, study: Study, finding: type[F]) -> F:
    """What a study of a team's members finds. `place` names it in the trace, below the team's own place."""
    from .decoding import DECODER

    here = team.at(f"{team.question}/{place}")
    try:
        return await here.send(DECODER, study, finding)
    finally:
        await here.close()
