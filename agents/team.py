"""Teams: the models or agents that a protocol asks, with every message traced."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from copy import copy
from dataclasses import replace
from functools import partial
from typing import Any, Generic, TypeVar

from .accounting import Usage
from .calls import QUESTION, Calls
from .concurrency import gather
from .context import Context
from .dispatcher import Dispatcher
from .errors import NoEdge, UnknownName
from .host import MakeAgent
from .lm_agent import agent_of
from .members import check_names
from .message import Answer, Assess, Choice, Choose, Message, Prompt, Request, Reward, Stop
from .nested import nested_in
from .notebook import kind_of, table
from .seeds import derive
from .topology import Drawn, Topology, TopologyBuilder, Unconnected, check_topology
from .voting import Reader

M_co = TypeVar("M_co", covariant=True)
N = TypeVar("N")
L = TypeVar("L", bound=Message)


class Team(Generic[M_co]):
    """Named models, or agents of your own, on a topology.

    The type parameter is what a protocol needs of each member. Iteration yields names, in the order given.
    `topology` is a graph, or a function from names to one; without it no agent hears another. A team may be
    asked several questions concurrently: each call then has a place of its own, see `calls`, or the one set by `at`.

    >>> import asyncio
    >>> from symposia.agents import Ask
    >>> from symposia.agents.models.scripted import Scripted
    >>> team = Team({"amber": Scripted("four"), "blue": Scripted("five")})
    >>> asyncio.run(team.ask("blue", Ask(text="2 + 2?"))).text
    'five'
    """

    def __init__(
        self,
        models: Mapping[str, M_co],
        topology: Topology | TopologyBuilder | None = None,
        context: Context | None = None,
        *,
        question: str | None = None,
        learned: Message | None = None,
    ) -> None:
        check_names(models)
        self.models: Mapping[str, M_co] = dict(models)
        graph = topology if topology is not None else Unconnected()
        self.topology: Topology = graph(*self.models) if callable(graph) else graph
        check_topology(self.topology, self.models)
        self.context = context or Context()
        self.learned = learned
        self._dispatcher = self._dispatcher_at(question or QUESTION)
        self._calls = None if question else Calls(self._dispatcher, self._dispatcher_at)

    def __iter__(self) -> Iterator[str]:
        return iter(self.models)

    def __len__(self) -> int:
        return len(self.models)

    @property
    def names(self) -> tuple[str, ...]:
        """The members, in order."""
        return tuple(self.models)

    @property
    def question(self) -> str:
        """The place of this team in the run."""
        return self.dispatcher.question

    @property
    def dispatcher(self) -> Dispatcher:
        """The dispatcher of the current call."""
        return self._dispatcher if self._calls is None else self._calls.current()

    @property
    def spent(self) -> Usage:
        """The usage of this team's calls at this question."""
        return self._dispatcher.meter.spent if self._calls is None else self._calls.spent

    @property
    def seconds(self) -> float:
        """The time from the first event at this question to the last."""
        return self.dispatcher.seconds

    def named(self, name: str | None, *, default: str = "") -> str:
        """A member by name, the default for None. Raises `UnknownName`."""
        if name is not None and name not in self.models:
            raise UnknownName("agent", name, self.models, where="team")
        return default if name is None else name

    def only(self, names: Iterable[str]) -> "Team[M_co]":
        """A team of these members, in this order."""
        return self.with_models({self.named(name): self.models[name] for name in names})

    def with_models(self, models: Mapping[str, N]) -> "Team[N]":
        """Another team in the same run. It keeps the topology if it has the same members."""
        topology = self.topology if set(models) == set(self.models) else None
        return Team(models, topology, self.context, question=self.question, learned=self.learned)

    def with_learned(self, learned: Message) -> "Team[M_co]":
        """The same team, with a result of `prepare` for `answer` to use."""
        return Team(self.models, self.topology, self.context, question=self.question, learned=learned)

    def learned_as(self, kind: type[L]) -> L | None:
        """The result of `prepare`, if it is of this type, else None."""
        return self.learned if isinstance(self.learned, kind) else None

    def at(self, question: str, *, read: Reader | None = None) -> "Team[M_co]":
        """The same team at another question: its own turns, agents, seeds and budget."""
        there = copy(self)
        there.context = replace(self.context, read=read) if read else self.context
        there._dispatcher, there._calls = there._dispatcher_at(question), None
        return there

    async def ask(self, name: str, prompt: Prompt, **sampling: object) -> Answer:
        """Ask one agent. Keywords override the run's sampling, as `max_tokens=16`."""
        dispatcher = self._to(self.named(name))
        request = Request(prompt=prompt, sampling=dispatcher.sampling(name, sampling), place=dispatcher.place(name))
        return await dispatcher.ask(name, request, Answer)

    async def ask_each(self, prompts: Mapping[str, Prompt], **sampling: object) -> dict[str, Answer]:
        """Ask several agents at once, each its own prompt. If one fails, the others are cancelled."""
        with self._together(*prompts):
            return await gather({name: self.ask(name, prompt, **sampling) for name, prompt in prompts.items()})

    async def ask_all(self, prompt: Prompt, **sampling: object) -> dict[str, Answer]:
        """Ask every agent the same prompt."""
        return await self.ask_each(dict.fromkeys(self, prompt), **sampling)

    async def choose(self, name: str, prompt: Prompt, labels: Sequence[str]) -> Choice:
        """Ask one agent which label is the right reply."""
        dispatcher = self._to(self.named(name))
        choose = Choose(prompt=prompt, labels=tuple(labels), sampling=dispatcher.sampling(name, {}))
        return await dispatcher.ask(name, choose, Choice)

    async def assess(self, name: str, prompt: Prompt, answer: str) -> Reward:
        """Ask a reward model for its score of an answer to a prompt."""
        return await self.send(self.named(name), Assess(prompt=prompt, answer=answer), Reward)

    async def exchange(self, said: Mapping[str, Answer]) -> dict[str, dict[str, Answer]]:
        """Deliver each agent's answer to its listeners in the topology.

        Returns, for each agent, the answers it heard, by speaker.
        """
        heard = {name: {s: said[s] for s in self.topology.speakers(name) if s in said} for name in self}
        with self._together():
            await gather({(s, name): self.tell(s, name, said[s]) for name in heard for s in heard[name]})
        return heard

    async def tell(self, speaker: str, listener: str, message: Message) -> Message:
        """Deliver a message from one agent to another. Raises `NoEdge` where the topology has no such edge."""
        speakers = self.topology.speakers(self.named(listener))
        if self.named(speaker) not in speakers:
            heard = ", ".join(speakers) or "no one"
            raise NoEdge(f"{speaker} -> {listener}: the topology has no such edge. {listener} hears {heard}.")
        return await self._to(listener).deliver(speaker, listener, message)

    async def send(self, name: str, message: Message, reply: type[L]) -> L:
        """Send any message to an agent; returns its reply. Raises `BadScenario` for one of another type."""
        return await self._to(name).ask(name, message, reply)

    def add_agent(self, name: str, make: MakeAgent) -> None:
        """Add an agent that is not a member to this question; it is made when it gets its first message."""
        self.dispatcher.add_agent(name, make)

    @property
    def stopped(self) -> Stop:
        """The protocol's reason to stop at this question; `done` by default."""
        return self.dispatcher.stopped

    def stop(self, reason: Stop) -> None:
        """Record why the protocol stops early."""
        self.dispatcher.note(reason)

    def read(self, text: str) -> str | None:
        """The answer that the task reads from a text; None if it reads none."""
        return self.context.read(text)

    def seed(self, purpose: str) -> int:
        """A seed for a protocol's own random draws."""
        return derive(self.context.seed, self.question, purpose)

    async def save(self) -> dict[str, Any]:
        """The progress of this question and the states of its agents, as JSON-able data, without pending messages."""
        return await self.dispatcher.save()

    async def load(self, state: Mapping[str, Any]) -> None:
        """Restore what `save` returned, in a team with the same members at the same question."""
        await self.dispatcher.load(state)

    async def close(self) -> None:
        """Close this question's agents."""
        await (self._dispatcher.close() if self._calls is None else self._calls.close())

    def _repr_html_(self) -> str:
        """The team as HTML for a notebook: its topology, and the model of each agent."""
        picture = self.topology._repr_svg_() if isinstance(self.topology, Drawn) else ""
        return picture + table(("agent", "model"), [(name, kind_of(model)) for name, model in self.models.items()])

    def _to(self, *names: str) -> Dispatcher:
        return self._dispatcher if self._calls is None else self._calls.current(names)

    def _together(self, *names: str) -> AbstractContextManager[None]:
        """A context in which started tasks are part of the current call."""
        return nullcontext() if self._calls is None else self._calls.starting(self._calls.current(names))

    def _dispatcher_at(self, question: str) -> Dispatcher:
        agents = {name: partial(agent_of, name, model, self.context) for name, model in self.models.items()}
        return Dispatcher(self.context, question, agents, nested_in(self.models))
