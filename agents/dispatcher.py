"""Delivers the messages of one question: traces them, charges the budget, and replays known replies."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from .accounting import Meter, Usage
from .charging import charge, charge_store
from .context import Context
from .errors import BadScenario, Divergence, SymposiaError, UnknownName
from .event import CONDUCTOR, Event
from .failure import Failure
from .host import MakeAgent
from .message import Message, Received, Sampling, Stop, Stopped
from .replay import Recalled
from .seeds import derive

if TYPE_CHECKING:
    from autogen_core import AgentId

R = TypeVar("R", bound=Message)


class Dispatcher:
    """Delivers the messages of one team at one question.

    `agents` are made by name when they are first needed; those in `nested` ask others, so a replay asks them again.
    `seconds` is the time from the question's first event to its last, `asking` counts pending requests by agent.

    >>> from symposia.agents import Team
    >>> from symposia.agents.models.scripted import Scripted
    >>> Team({"amber": Scripted("four")}, question="q1").dispatcher.place("amber")
    'q1/amber.0'
    """

    def __init__(
        self, context: Context, question: str, agents: Mapping[str, MakeAgent], nested: frozenset[str] = frozenset()
    ) -> None:
        self.context = context
        self.question = question
        self.meter = Meter(context.budget)
        self.turns: Counter[str] = Counter()
        self.seconds = 0.0
        self.stopped: Stop = "done"
        self.asking: Counter[str] = Counter()
        self._agents = dict(agents)
        self._nested = nested
        self._key: str | None = None
        self._ids: dict[str, AgentId] = {}
        self._began: float | None = None
        self._last: int | None = None

    def place(self, name: str) -> str:
        """The place in the run of the next message to this agent."""
        return f"{self.question}/{name}.{self.turns[name]}"

    def sampling(self, name: str, changes: Mapping[str, object]) -> Sampling:
        """The sampling of the next message to this agent: the run's with these changes; a derived seed unless given."""
        seed, usual = derive(self.context.seed, self.place(name)), self.context.sampling
        own = self.context.samplings.get(name)
        if changes or own:
            return Sampling.model_validate({**dict(usual), **(own or {}), "seed": seed, **changes})
        return usual.model_copy(update={"seed": seed})

    def add_agent(self, name: str, make: MakeAgent) -> None:
        """Register an agent, made when it gets its first message; no effect if the name is registered."""
        self._agents.setdefault(name, make)

    async def ask(self, name: str, message: Message, reply: type[R]) -> R:
        """Deliver a protocol's message to an agent; returns its reply. Raises `BadScenario` for another type."""
        said = await self.deliver(CONDUCTOR, name, message)
        if not isinstance(said, reply):
            got, sent, wanted = type(said).__name__, type(message).__name__, reply.__name__
            raise BadScenario(f"{name}: replied {got} to {sent}. A handler of {sent} returns {wanted} here.")
        return said

    async def deliver(self, sender: str, to: str, message: Message) -> Message:
        """Deliver a message and return the reply, from memory where it is known. Raises `UnknownName`."""
        if to not in self._agents:
            raise UnknownName("agent", to, self._agents, where="team")
        self.asking[to] += 1
        try:
            return await self._deliver(sender, to, message)
        finally:
            self.asking[to] -= 1

    def note(self, reason: Stop) -> None:
        """Record in the trace why the protocol stops."""
        self.stopped = reason
        route, turn, message = (CONDUCTOR, CONDUCTOR), self._turn(CONDUCTOR), Stopped(reason=reason)
        memory = self.context.memory
        if not (memory and memory.recall(self.question, route, turn, message)):
            self.context.trace.add(self._last, self.question, route, turn, message)

    async def save(self) -> dict[str, Any]:
        """The progress of this question and the states of its agents, as JSON-able data."""
        return {
            "question": self.question,
            "turns": dict(self.turns),
            "spent": self.meter.spent.model_dump(),
            "agents": await self.context.host.save(list(self._ids.values()), self.context.new_runtime),
        }

    async def load(self, state: Mapping[str, Any]) -> None:
        """Restore what `save` returned. Raises `BadScenario` for the state of another question."""
        if state["question"] != self.question:
            raise BadScenario(
                f"{self.question}: got the state of {state['question']}. Load it into a team at that question."
            )
        self.turns = Counter(state["turns"])
        self.meter.spent = Usage.model_validate(state["spent"])
        states = {self._id(name.partition("/")[0]): saved for name, saved in state["agents"].items()}
        await self.context.host.load(states, self.context.new_runtime)

    async def close(self) -> None:
        """Close the agents of this question."""
        if self._key is not None:
            key, self._key = self._key, None
            asked = list(self._ids.values())
            self._ids.clear()
            await self.context.host.close(key, asked)

    async def _deliver(self, sender: str, to: str, message: Message) -> Message:
        context, route, turn = self.context, (sender, to), self._turn(to)
        known = context.memory.recall(self.question, route, turn, message) if context.memory else None
        if known and context.memory and context.memory.mode == "fork":
            known = self._copied(known)
        if known and to not in self._nested:
            return await self._again(known)
        agent = self._id(to)  # before the clock: the first one imports the runtime
        asked = known.asked if known else context.trace.add(self._last, self.question, route, turn, message)
        self._clock(asked)
        reply = await self._live(asked, agent, message)
        if known and known.reply:
            return self._agreed(known.reply, reply)
        if sender == CONDUCTOR:
            self._replied(context.trace.add(asked.seq, self.question, (to, CONDUCTOR), turn, reply))
        return reply

    def _turn(self, name: str) -> int:
        self.turns[name] += 1
        return self.turns[name] - 1

    def _clock(self, event: Event) -> None:
        self._began = event.seconds if self._began is None else self._began
        self.seconds = max(self.seconds, event.seconds - self._began)

    def _replied(self, event: Event) -> None:
        self._clock(event)
        self._last = event.seq

    def _copied(self, known: Recalled) -> Recalled:
        """A recalled call, copied into this run's trace."""
        add, event = self.context.trace.add, known.asked
        asked = add(self._last, self.question, (event.sender, event.to), event.turn, event.message)
        if known.reply is None:
            return Recalled(asked, None)
        reply = known.reply
        return Recalled(asked, add(asked.seq, self.question, (reply.sender, reply.to), reply.turn, reply.message))

    async def _again(self, known: Recalled) -> Message:
        """The recalled reply. Raises a recalled error; waits to be cancelled where neither was recorded."""
        self._clock(known.asked)
        if known.reply is None and known.asked.sender != CONDUCTOR:
            return Received()
        if known.reply is None:
            await self._cancelled(known.asked)
            raise Divergence(f"{self.question}: {known.asked} has no reply.")
        self._replied(known.reply)
        if isinstance(known.reply.message, Failure):
            raise known.reply.message.error()
        charge(self.context, self.meter, known.asked.to, known.reply.message)
        return known.reply.message

    async def _cancelled(self, asked: Event) -> None:
        """Wait for what cancelled this call, the failure of another agent, to do it again. Raises `Divergence`."""
        if self.context.memory and self.context.memory.last(self.question) < asked.seq:
            raise Divergence(f"{self.question}: {asked} has no reply, and nothing follows it. Restore the trace's end.")
        await asyncio.Event().wait()

    def _agreed(self, known: Event, reply: Message) -> Message:
        self._replied(known)
        if known.message != reply:
            raise Divergence(
                f"{self.question}: {known} says {known.message!r}, this run says {reply!r}. The team differs."
            )
        return reply

    async def _live(self, asked: Event, agent: "AgentId", message: Message) -> Message:
        to = asked.to
        try:
            self.meter.begin(f"{self.question}: {to}")
            try:
                reply = await self.context.host.send(message, agent, self.context.new_runtime)
                charge(self.context, self.meter, to, reply)
                charge_store(self.context, message, reply)
            finally:
                self.meter.end()
        except SymposiaError as error:
            failure = Failure.of(error)
            self._replied(self.context.trace.add(asked.seq, self.question, (to, CONDUCTOR), asked.turn, failure))
            raise
        return reply

    def _id(self, name: str) -> "AgentId":
        """The address of an agent of this question."""
        found = self._ids.get(name)
        if found is None:
            from autogen_core import AgentId

            if self._key is None:
                self._key = self.context.host.open(self.question, self._agents)
            found = self._ids[name] = AgentId(name, self._key)
        return found
