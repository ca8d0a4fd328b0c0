"""Simulated conversations, read from the trace of a run."""

from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Final, NamedTuple

from ...agents.errors import BadScenario
from ...agents.event import CONDUCTOR, Event
from ...agents.message import Answer, Request
from ...agents.message import Conversation as Chat
from ...agents.notebook import table
from ...agents.trace_reader import read
from ...agents.turn import Turn
from ...evaluators.sample import Sample
from ..planning.plan import Plan
from .job import Finished
from .run_directory import TRACE

SIMULATES: Final = "text/user_loop"


class Conversation(NamedTuple):
    """A simulated conversation: the user's goal, the turns as (role, text), and how it ended, with its score.

    `id` is the sample's, `stop` why it ended, `rollout` its number among those of one goal. `chat` is what the
    assistant last read, persona included, and its reply; empty where it never spoke. `tokens` are those that the
    assistant wrote.

    >>> Conversation("sort c a", [("user", "sort c a"), ("assistant", "a c")], "done, score 1").turns[-1]
    ('assistant', 'a c')
    """

    goal: str
    turns: Sequence[tuple[str, str]]
    ending: str
    id: str = ""
    stop: str = "done"
    score: float | None = None
    chat: Sequence[Turn] = ()
    rollout: int = 0
    tokens: int = 0


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
    samples = finished.comparison.rows[0].samples
    return Simulation(conversations(finished.directory, samples, persona_of(plan)), finished)


def persona_of(plan: Plan) -> str:
    """The persona of the assistant of a simulation; empty without one."""
    options = plan.part.protocol.options(**plan.part.options)
    name = getattr(options, "assistant", "")
    return next((member.persona for member in plan.part.members if member.name == name), "")


def check_simulates(plan: Plan) -> None:
    """Raise `BadScenario` unless a plan is of a simulation."""
    follows = plan.scenario.protocol.use
    if follows != SIMULATES:
        raise BadScenario(f"{plan.where}: follows {follows}. A simulation follows {SIMULATES}.")


def conversations(directory: Path, samples: Sequence[Sample], persona: str = "") -> list[Conversation]:
    """The conversation behind each sample of a run, in order; `persona` is the assistant's."""
    _, events, _ = read(directory / TRACE)
    by_question: dict[str, list[Event]] = {}
    for event in events:
        by_question.setdefault(event.question, []).append(event)
    found, seen = [], Counter[str]()
    for position, sample in enumerate(samples):
        talk = conversation(by_question.get(f"test/{position}", []), sample, persona)
        found.append(talk._replace(rollout=seen[sample.id]))
        seen[sample.id] += 1
    return found


def conversation(events: Sequence[Event], sample: Sample, persona: str = "") -> Conversation:
    """One conversation from its events and its sample."""
    said = list(exchanges(events))
    turns = turns_of(said)
    score = "unscored" if sample.score is None else f"score {sample.score:g}"
    ending = f"{sample.stop}, {score}"
    return Conversation(
        goal=sample.question,
        turns=turns,
        ending=ending,
        id=sample.id,
        stop=sample.stop,
        score=sample.score,
        chat=chat_of(said, persona),
        tokens=sum(answer.usage.completion_tokens for asked, answer in said if isinstance(asked.prompt, Chat)),
    )


def exchanges(events: Sequence[Event]) -> Iterator[tuple[Request, Answer]]:
    """What was asked and answered, in order."""
    asked = {event.seq: event.message for event in events if isinstance(event.message, Request)}
    for event in events:
        request = asked.get(event.cause) if event.to == CONDUCTOR and event.cause is not None else None
        if request is not None and isinstance(event.message, Answer):
            yield request, event.message


def turns_of(said: Sequence[tuple[Request, Answer]]) -> list[tuple[str, str]]:
    """All turns, those included that were given and not written: the assistant's history has them."""
    turns: list[tuple[str, str]] = []
    for asked, answer in said:
        if isinstance(asked.prompt, Chat):
            turns = [*((turn.role, turn.text) for turn in asked.prompt.history), ("assistant", answer.text)]
        else:
            turns.append(("user", answer.text))
    return turns


def chat_of(said: Sequence[tuple[Request, Answer]], persona: str) -> tuple[Turn, ...]:
    """What the assistant last read, and its reply; empty where it never spoke."""
    read_and_said = [(asked.prompt, answer) for asked, answer in said if isinstance(asked.prompt, Chat)]
    if not read_and_said:
        return ()
    prompt, answer = read_and_said[-1]
    system = (Turn("system", persona),) if persona else ()
    return (*system, *prompt.turns(), Turn("assistant", answer.text))
