"""The agents of one run, as a protocol sees them: it asks, it delivers, it records."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Generic, TypeVar

from .courier import Courier
from .errors import BadScenario, NoEdge, UnknownName
from .message import Answer, Assess, Choice, Choose, Message, Prompt, Request, Reward, Sampling, Stop, Usage
from .models.decoding import DECODER, Decode, Decoded, Way
from .run import Run
from .seeds import derive
from .together import together
from .trace import CONDUCTOR
from .voting import Reader
from .wiring import Shape, Silence, Wiring, check_wiring

M_co = TypeVar("M_co", covariant=True)
N = TypeVar("N")
L = TypeVar("L", bound=Message)


class Team(Generic[M_co]):
    """Named models, or agents of your own, on a topology.

    The type parameter is what a protocol needs of each member. Iteration yields names, in the order
    given. `topology` is a graph, or a shape to be laid over the names; without one nobody hears anybody.
    """

    def __init__(
        self,
        models: Mapping[str, M_co],
        topology: Wiring | Shape | None = None,
        run: Run | None = None,
        *,
        question: str = "question",
        learned: Message | None = None,
    ) -> None:
        check_names(models)
        self.models: Mapping[str, M_co] = dict(models)
        wiring = topology if topology is not None else Silence()
        self.topology: Wiring = wiring(*self.models) if callable(wiring) else wiring
        check_wiring(self.topology, self.models)
        self.run = run or Run()
        self.question = question
        self.learned = learned
        self.stopped: Stop = "done"
        self.courier = Courier(self.models, self.run, question)

    def __iter__(self) -> Iterator[str]:
        return iter(self.models)

    def __len__(self) -> int:
        return len(self.models)

    @property
    def names(self) -> tuple[str, ...]:
        """The members, in order."""
        return tuple(self.models)

    @property
    def spent(self) -> Usage:
        """What this team's calls have cost at this question."""
        return self.courier.meter.spent

    def named(self, name: str | None, *, default: str = "") -> str:
        """A member by name, the default for None. Raises `UnknownName`."""
        check_members(self.models, (name,))
        return default if name is None else name

    def only(self, names: Iterable[str]) -> "Team[M_co]":
        """A team of these members, in this order."""
        return self.with_models({self.named(name): self.models[name] for name in names})

    def with_models(self, models: Mapping[str, N]) -> "Team[N]":
        """Another team in the same run. It keeps the topology if it has the same members."""
        topology = self.topology if set(models) == set(self.models) else None
        return Team(models, topology, self.run, question=self.question, learned=self.learned)

    def having(self, learned: Message) -> "Team[M_co]":
        """The same team, with what `prepare` found out for `answer` to use."""
        return Team(self.models, self.topology, self.run, question=self.question, learned=learned)

    def knows(self, kind: type[L]) -> L | None:
        """What `prepare` found out, if it is of this type."""
        return self.learned if isinstance(self.learned, kind) else None

    def at(self, question: str, *, read: Reader | None = None) -> "Team[M_co]":
        """The same team at another question: its own turns, agents, seeds and budget."""
        run = replace(self.run, read=read) if read else self.run
        return Team(self.models, self.topology, run, question=question, learned=self.learned)

    async def ask(self, name: str, prompt: Prompt, **sampling: object) -> Answer:
        """Ask one agent. Keywords change the run's sampling, as `max_tokens=16`."""
        self.named(name)
        request = Request(prompt=prompt, sampling=self._sampling(name, sampling), place=self.courier.place(name))
        return await self.send(name, request, Answer)

    async def ask_each(self, prompts: Mapping[str, Prompt], **sampling: object) -> dict[str, Answer]:
        """Ask several agents at once, each its own prompt. If one fails, the others are cancelled."""
        return await together({name: self.ask(name, prompt, **sampling) for name, prompt in prompts.items()})

    async def ask_all(self, prompt: Prompt, **sampling: object) -> dict[str, Answer]:
        """Ask every agent the same thing."""
        return await self.ask_each(dict.fromkeys(self, prompt), **sampling)

    async def choose(self, name: str, prompt: Prompt, labels: Sequence[str]) -> Choice:
        """Ask one agent which label is the right reply."""
        self.named(name)
        choose = Choose(prompt=prompt, labels=tuple(labels), sampling=self._sampling(name, {}))
        return await self.send(name, choose, Choice)

    async def assess(self, name: str, prompt: Prompt, answer: str) -> Reward:
        """Ask a reward model how good an answer to a prompt is."""
        self.named(name)
        return await self.send(name, Assess(prompt=prompt, answer=answer), Reward)

    async def decode(self, prompt: Prompt, way: Way, **sampling: object) -> Answer:
        """One text by several members, written in this way: from combined distributions, or in turns."""
        drawn = self._sampling(DECODER, sampling)
        peers = tuple(self.named(name) for name in way.peers(self.names))
        decode = Decode(prompt=prompt, peers=peers, way=way, sampling=drawn)
        return (await self.send(DECODER, decode, Decoded)).answer

    async def exchange(self, said: Mapping[str, Answer]) -> dict[str, dict[str, Answer]]:
        """Every agent tells its listeners what it said, along the edges and nowhere else.

        Returns what each agent heard, by speaker.
        """
        heard = {name: {s: said[s] for s in self.topology.speakers(name) if s in said} for name in self}
        await together({(s, name): self.tell(s, name, said[s]) for name in heard for s in heard[name]})
        return heard

    async def tell(self, speaker: str, listener: str, message: Message) -> Message:
        """One agent speaks to another. Raises `NoEdge` where the topology has no such edge."""
        speakers = self.topology.speakers(self.named(listener))
        if self.named(speaker) not in speakers:
            heard = ", ".join(speakers) or "no one"
            raise NoEdge(f"{speaker} -> {listener}: the topology has no such edge. {listener} hears {heard}.")
        return await self.courier.deliver(speaker, listener, message)

    async def send(self, name: str, message: Message, reply: type[L]) -> L:
        """Send any message to an agent and get a reply of the type it should have."""
        said = await self.courier.deliver(CONDUCTOR, name, message)
        if not isinstance(said, reply):
            got, sent, wanted = type(said).__name__, type(message).__name__, reply.__name__
            raise BadScenario(f"{name}: replied {got} to {sent}. A handler of {sent} returns {wanted} here.")
        return said

    def stop(self, reason: Stop) -> None:
        """Note why the protocol stops before it is done."""
        self.stopped = reason
        self.courier.note(reason)

    def read(self, text: str) -> str | None:
        """An answer as the task reads it, None if it cannot be read."""
        return self.run.read(text)

    def seed(self, purpose: str) -> int:
        """A seed for a protocol's own draws."""
        return derive(self.run.seed, self.question, purpose)

    async def save(self) -> dict[str, Any]:
        """How far this question is and what its agents know, as JSON-able data; messages under way are not in it."""
        return await self.courier.save()

    async def load(self, state: Mapping[str, Any]) -> None:
        """Go on from what `save` returned, in a team with the same members at the same question."""
        await self.courier.load(state)

    async def close(self) -> None:
        """Stop this question's agents."""
        await self.courier.close()

    def _sampling(self, name: str, changes: Mapping[str, object]) -> Sampling:
        seed = derive(self.run.seed, self.courier.place(name))
        if changes:
            return Sampling.model_validate({**dict(self.run.sampling), **changes, "seed": seed})
        return self.run.sampling.model_copy(update={"seed": seed})


def check_names(models: Mapping[str, object]) -> None:
    """Raise `BadScenario` for an empty team or a name that cannot be an agent's."""
    if not models:
        raise BadScenario("team: has no members. Give it at least one.")
    for name in models:
        if not re.fullmatch(r"[\w-]+", name) or name in (CONDUCTOR, DECODER):
            raise BadScenario(
                f"team: {name!r} cannot be an agent's name. Use letters, digits, - and _, not {CONDUCTOR} or {DECODER}."
            )


def check_members(members: Collection[str], named: Iterable[str | None]) -> None:
    """Raise `UnknownName` for the first of these names, None left out, that is no member's."""
    for name in named:
        if name is not None and name not in members:
            raise UnknownName("agent", name, members, where="team")
