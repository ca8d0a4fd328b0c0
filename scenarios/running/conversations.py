"""Simulated conversations, read from the trace of a run."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Final, NamedTuple

from ...agents.errors import BadScenario
from ...agents.event import CONDUCTOR, Event
from ...agents.message import Answer, Request
from ...agents.notebook import table
from ...agents.trace_reader import read
from ...evaluators.sample import Sample
from ...protocols.text.user_loop import Speak
from ..planning.plan import Plan
from .run import Finished
from .run_directory import TRACE

SIMULATES: Final = "text/user_loop"


class Conversation(NamedTuple):
    """A simulated conversation: the user's goal, the turns as (role, text), and how it ended.

    >>> Conversation("sort c a", [("user", "sort c a"), ("assistant", "a c")], "done, score 1").turns[-1]
    ('assistant', 'a c')
    """

    goal: str
    turns: Sequence[tuple[str, str]]
    ending: str


class Simulation(NamedTuple):
    """The conversations of a finished run, and the run.

    >>> Simulation._fields
    ('conversations', 'finished')
    """

    conversations: Sequence[Conversation]
    finished: Finished

    def _repr_html_(self) -> str:
        """The conversations as HTML for a notebook."""
        return "".join(
            f"<p><b>{escape(one.goal)}</b> ({escape(one.ending)})</p>" + table(("role", "text"), one.turns)
            for one in self.conversations
        )


def simulated(plan: Plan, finished: Finished) -> Simulation:
    """The conversations of a finished run. Raises `BadScenario` for a run of another protocol."""
    check_simulates(plan)
    return Simulation(conversations(finished.directory, finished.comparison.rows[0].samples), finished)


def check_simulates(plan: Plan) -> None:
    """Raise `BadScenario` unless a plan is of a simulation."""
    follows = plan.scenario.protocol.use
    if follows != SIMULATES:
        raise BadScenario(f"{plan.where}: follows {follows}. A simulation follows {SIMULATES}.")


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
