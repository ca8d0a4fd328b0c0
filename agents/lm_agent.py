"""The agent of a language model or a reward model."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from .agent import Agent, State, handles
from .errors import CannotHandle
from .labels import named_labels
from .message import Answer, Assess, Choice, Choose, Prompt, Received, Request, Reward, Sampling
from .models.base import Ranking, Scorer, Stepper, Writer
from .models.forcing import forces_schema
from .models.listening import told_to
from .nested import Nested, asks_others
from .turn import Turn

if TYPE_CHECKING:
    from .context import Context


class LMAgent(Agent):
    """An agent that answers prompts with a language model, or scores answers with a reward model.

    A persona precedes every prompt as a system turn; a blind member is given prompts without their images. Answers of
    other agents are kept in `heard`.

    >>> import asyncio
    >>> from symposia.agents import Ask, Sampling
    >>> from symposia.agents.models.scripted import Scripted
    >>> request = Request(prompt=Ask(text="2 + 2?"), sampling=Sampling(), place="q1/amber.0")
    >>> asyncio.run(LMAgent("amber", Scripted("four")).receive(request)).text
    'four'
    """

    def __init__(self, name: str, model: Writer, persona: str = "", context: "Context | None" = None) -> None:
        super().__init__(name)
        self.model = model
        self.context = context
        self.nested = cast(Nested, model) if asks_others(type(model)) else None
        self.system = (Turn(role="system", text=persona),) if persona else ()
        self.blind = context is not None and name in context.blind
        self.heard: list[Answer] = []

    @handles
    async def answer(self, request: Request) -> Answer:
        """Write the answer to a prompt."""
        model = self.model
        if self.nested and self.context is not None:
            model = self.nested.within(self.context, request.place)
        if self.context is not None and self.context.listening is not None:
            listen = self.context.listening.at(request.place)
            model = model if listen is None else told_to(model, listen)
        turns = self._turns(request.prompt)
        if self.context is None:
            return await self._written(model, turns, request.sampling)
        with self.context.timings.of(request.place):
            return await self._written(model, turns, request.sampling)

    def _turns(self, prompt: Prompt) -> tuple[Turn, ...]:
        """The turns that the model is given for a prompt."""
        turns = prompt.turns()
        return (*self.system, *([turn.unseen() for turn in turns] if self.blind else turns))

    async def _written(self, model: Writer, turns: Sequence[Turn], sampling: Sampling) -> Answer:
        """The model's answer, from the run's store of answers where it has one.

        A schema that the model cannot keep to is left out, and the answer says so.
        """
        if sampling.json_schema is not None and not forces_schema(model):
            said = await self._written(model, turns, sampling.model_copy(update={"json_schema": None}))
            return said.model_copy(update={"omitted": (*said.omitted, "json_schema")})
        store = None if self.context is None or self.nested else self.context.answers
        return await (model.write(turns, sampling) if store is None else store.write(model, turns, sampling))

    @handles
    async def choose(self, choose: Choose) -> Choice:
        """Rank the labels: by log-probability, or by mention in a written reply where the model shows none."""
        turns = self._turns(choose.prompt)
        if isinstance(self.model, Stepper):
            store = None if self.context is None else self.context.answers
            made = self.model.choose if store is None else partial(store.choose, self.model)
            return await made(turns, choose.labels)
        if isinstance(self.model, Ranking):
            store = None if self.context is None else self.context.answers
            rank = self.model.rank if store is None else partial(store.rank, self.model)
            return await rank(turns, choose.labels, choose.sampling)
        said = await self._written(self.model, turns, choose.sampling)
        return Choice(labels=choose.labels, named=named_labels(said.text, choose.labels), usage=said.usage)

    @handles
    async def assess(self, assess: Assess) -> Reward:
        """Score an answer to a prompt. Raises `CannotHandle` unless the model is a reward model."""
        if not isinstance(self.model, Scorer):
            raise CannotHandle(
                f"{self.name}: is not a reward model. Use one, pocket:reward or reward:FOLDER for example."
            )
        said = Turn(role="assistant", text=assess.answer)
        return await self.model.score((*self._turns(assess.prompt), said))

    @handles
    async def hear(self, said: Answer) -> Received:
        """Keep another agent's answer."""
        self.heard.append(said)
        return Received()

    def save(self) -> State:
        """The answers it heard."""
        return {"heard": [answer.model_dump(mode="json") for answer in self.heard]}

    def load(self, state: State) -> None:
        """Restore the answers it heard."""
        self.heard = [Answer.model_validate(answer) for answer in state["heard"]]


def agent_of(name: str, member: Any, context: "Context") -> Agent:  # noqa: ANN401 - a model, an agent or its class
    """A member as an agent: an agent unchanged, a class of agents instantiated, a model in an `LMAgent`."""
    if isinstance(member, Agent):
        return member
    if isinstance(member, type):
        made: Agent = member(name)
        return made
    return LMAgent(name, member, context.personas.get(name, ""), context)
