"""Messages, found in a trace."""

from typing import Any

from symposia.agents import Team
from symposia.agents.decoding.messages import Decoded


def decoded(team: Team[Any]) -> Decoded:
    """The last text that was written together."""
    message = team.context.trace.events[-1].message
    assert isinstance(message, Decoded)
    return message
