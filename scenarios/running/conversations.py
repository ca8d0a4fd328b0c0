"""Simulated conversations, as the trace of a run tells them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from ...agents.message import Answer, Request
from ...agents.trace import CONDUCTOR, Event, read
from ...evaluators.sample import Sample
from ...protocols.text.user_loop import Speak
from .run_directory import TRACE

SIMULATES: Final = "text/user_loop"


class Conversation(NamedTuple):
    """A user's goal, what was said, by role, and how it ended."""

    goal: str
    turns: Sequence[tuple[str, str]]
    ending: str


def conversations(directory: Path, samples: Sequence[Sample]) -> list[Conversation]:
    """The conversation behind each sample of a run, in order."""
    _, events, _ = read(directory / TRACE)
    by_question: dict[str, list[Event]] = {}
    for event in events:
        by_question.setdefault(event.question, []).append(event)
    return [conversation(by_question[f"test/{position}"], sample) for position, sample in enumerate(samples)]


def conversation(events: Sequence[Event], sample: Sample) -> Conversation:
    """One conversation from its events and its sample."""
    asked = {event.seq: event.message for event in events if isinstance(event.message, Request)}
    turns = []
    for event in events:
        request = asked.get(event.cause) if event.to == CONDUCTOR and event.cause is not None else None
        if request is not None and isinstance(event.message, Answer):
            turns.append(("user" if isinstance(request.prompt, Speak) else "assistant", event.message.text))
    score = "unscored" if sample.score is None else f"score {sample.score:g}"
    return Conversation(sample.question, turns, f"{sample.stop}, {score}")
