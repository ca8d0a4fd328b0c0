"""What a server offers under a name: a team by its protocol, or a single model; and how it is asked.

Every request is a run of its own: a context with its seed, its sampling and its trace. The place of its calls is the
same in all of them, so equal requests with equal seeds are answered alike, whatever else is being answered.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from time import time
from typing import Any, Final, NamedTuple

from ...agents import Answer, Team
from ...agents.accounting import Usage
from ...agents.collective import as_question
from ...agents.final import finish
from ...agents.message import Conversation
from ...agents.models.base import Batching, Stepper
from ...agents.models.listening import Listener, Listening
from ...agents.models.reads import calls_tools
from ...agents.replay import Memory
from ...agents.trace import Trace
from ...agents.turn import Turn
from ...agents.voting import Reader
from ...evaluators.evaluator import AnswerBy, alone
from .errors import Refused
from .fields import sampling_of

PLACE: Final = "served"
"""The place of the first choice of every request; the others are at `served/1`, `served/2`, .."""


class Asked(NamedTuple):
    """A request to a team or model: the conversation, the changes to the sampling, and the seed.

    >>> Asked((Turn("user", "2 + 2?"),), {"max_tokens": 4}, seed=7).seed
    7
    """

    turns: tuple[Turn, ...]
    changes: dict[str, Any]
    seed: int


class Run(NamedTuple):
    """The trace of a request, a new one in memory if None, and the memory that its calls are answered from instead.

    >>> Run().memory is None
    True
    """

    trace: Trace | None = None
    memory: Memory | None = None


PLAIN: Final = Run()


class Said(NamedTuple):
    """An answer, and what all calls that led to it cost.

    >>> Said(Answer(text="four"), Usage(calls=3)).usage.calls
    3
    """

    answer: Answer
    usage: Usage


@dataclass(frozen=True)
class Offered:
    """A team with the function by which it answers, under a name; `read` is how a vote compares answers.

    >>> import asyncio
    >>> from symposia.agents.models.scripted import Scripted
    >>> one = Offered("amber", Team({"amber": Scripted("four")}), alone)
    >>> asyncio.run(one.said(Asked((Turn("user", "2 + 2?"),), {}, seed=0))).answer.text
    'four'
    """

    name: str
    team: Team[Any]
    answer: AnswerBy
    read: Reader | None = None
    created: int = field(default_factory=lambda: int(time()))

    @cached_property
    def single(self) -> Any:  # noqa: ANN401 - a model of any capability
        """The model, if it is a single one that answers; None for a team."""
        return self.team.models[self.team.names[0]] if self.answer is alone else None

    @property
    def usual_seed(self) -> int:
        """The seed of the scenario."""
        return self.team.context.seed

    def check_tools(self) -> None:
        """Raise `Refused` unless tools can be offered to it."""
        if not calls_tools(self.single):
            raise Refused(400, f"tools: {self.name} calls none. Leave them out.", param="tools", code="unsupported")

    def stepper(self, param: str) -> Any:  # noqa: ANN401 - a model that shows its tokens, batched
        """The model, if it shows log-probabilities. Raises `Refused` for the parameter that asks for them."""
        if isinstance(self.single, Stepper) and isinstance(self.single, Batching):
            return self.single
        hint = "Ask one of its members" if self.single is None else "Ask without them"
        words = f"{param}: {self.name} shows no log-probabilities. {hint}."
        raise Refused(400, words, param=param, code="unsupported")

    async def said(self, asked: Asked, choice: int = 0, run: Run = PLAIN, listen: Listener | None = None) -> Said:
        """The answer to a request, one of several choices.

        `listen` is told its text while it is written, where the protocol's last call is known to be its answer.
        Raises what the team raises.
        """
        team = self._at(asked, choice, run, listen)
        try:
            if self.single is not None:
                said = await finish(team, team.names[0], Conversation(history=asked.turns), **asked.changes)
            else:
                said = await self.answer(team, as_question(asked.turns))
            return Said(said, team.spent)
        finally:
            await team.close()

    def _at(self, asked: Asked, choice: int, run: Run, listen: Listener | None) -> Team[Any]:
        """The team in a run of its own for this request."""
        own, place = self.team.context, f"{PLACE}/{choice}" if choice else PLACE
        context = replace(
            own,
            seed=asked.seed,
            trace=Trace() if run.trace is None else run.trace,
            memory=run.memory,
            sampling=sampling_of(own.sampling, asked.changes),
            read=self.read or own.read,
            approximations={},
            omitted={},
            listening=None if listen is None else Listening(place, listen),
        )
        return Team(self.team.models, self.team.topology, context, question=place, learned=self.team.learned)


def find(offered: Sequence[Offered], name: str) -> Offered:
    """What is offered under a name. Raises `Refused` with status 404."""
    with suppress(StopIteration):
        return next(one for one in offered if one.name == name)
    known = ", ".join(one.name for one in offered)
    raise Refused(404, f"model: none is named {name!r}. Served here: {known}.", param="model", code="model_not_found")
