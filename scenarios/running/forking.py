"""Edits one answer of a trace, to fork a run from."""

from collections.abc import Sequence

from ...agents.decoding.messages import Decoded
from ...agents.errors import BadScenario
from ...agents.event import Event
from ...agents.message import Answer
from ...agents.replay import edited


def with_answer(events: Sequence[Event], number: int, text: str) -> list[Event]:
    """The events with another text in the answer of one. Raises `BadScenario` if it holds no answer."""
    message = events[number].message if 0 <= number < len(events) else Answer(text="")
    if isinstance(message, Decoded):
        return edited(
            events, number, message.model_copy(update={"answer": Answer(text=text, usage=message.answer.usage)})
        )
    if not isinstance(message, Answer):
        raise BadScenario(f"event {number}: is a {type(message).__name__}, not an answer. Edit an event that is one.")
    return edited(events, number, Answer(text=text, usage=message.usage))
