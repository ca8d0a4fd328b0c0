"""Delivers the messages of one question: by the runtime, into the trace, within the budget, or from memory."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from .agent import Agent, LMAgent
from .budget import Meter
from .errors import BadScenario, Divergence, SymposiaError, UnknownName
from .message import Answer, Choice, Message, Received, Reward, Stop, Stopped, Usage
from .models.base import Nested
from .models.decoding import DECODER, Decoded, Decoder
from .replay import Failure, Recalled
from .run import Run, StartedRuntime
from .trace import CONDUCTOR, Event

if TYPE_CHECKING:
    from autogen_core import AgentId


class Courier:
    """The deliveries of one team at one question. `seconds` is the time from its first event to its last."""

    def __init__(self, models: Mapping[str, Any], run: Run, question: str) -> None:
        self.models = models
        self.run = run
        self.question = question
        self.meter = Meter(run.budget)
        self.turns: Counter[str] = Counter()
        self.seconds = 0.0
        self._ids: dict[str, AgentId] = {}
        self._began: float | None = None
        self._last: int | None = None
        self._runtime: StartedRuntime | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def place(self, name: str) -> str:
        """Where in the run the next message to this agent is."""
        return f"{self.question}/{name}.{self.turns[name]}"

    async def deliver(self, sender: str, to: str, message: Message) -> Message:
        """Deliver a message and return the reply; what memory knows is not asked again."""
        if to not in self.models and to != DECODER:
            raise UnknownName("agent", to, self.models, where="team")
        route, turn = (sender, to), self._turn(to)
        known = self.run.memory.recall(self.question, route, turn, message) if self.run.memory else None
        if known and self.run.memory and self.run.memory.mode == "fork":
            known = self._copied(known)
        if known and not isinstance(self.models.get(to), Nested):
            return await self._again(known)
        asked = known.asked if known else self.run.trace.add(self._last, self.question, route, turn, message)
        self._clock(asked)
        reply = await self._live(asked, to, message)
        if known and known.reply:
            return self._agreed(known.reply, reply)
        if sender == CONDUCTOR:
            self._replied(self.run.trace.add(asked.seq, self.question, (to, CONDUCTOR), turn, reply))
        return reply

    def note(self, reason: Stop) -> None:
        """Write into the trace why the protocol stops."""
        route, turn, message = (CONDUCTOR, CONDUCTOR), self._turn(CONDUCTOR), Stopped(reason=reason)
        if not (self.run.memory and self.run.memory.recall(self.question, route, turn, message)):
            self.run.trace.add(self._last, self.question, route, turn, message)

    async def save(self) -> dict[str, Any]:
        """How far this question is, and the state of its agents, as JSON-able data."""
        runtime = await self._started()
        return {
            "question": self.question,
            "turns": dict(self.turns),
            "spent": self.meter.spent.model_dump(),
            "agents": dict(await runtime.save_state()),
        }

    async def load(self, state: Mapping[str, Any]) -> None:
        """Go on from what `save` returned. Raises `BadScenario` for the state of another question."""
        if state["question"] != self.question:
            raise BadScenario(
                f"{self.question}: got the state of {state['question']}. Load it into a team at that question."
            )
        runtime = await self._started()
        self.turns = Counter(state["turns"])
        self.meter.spent = Usage.model_validate(state["spent"])
        await runtime.load_state(state["agents"])

    async def close(self) -> None:
        """Stop the agents of this question."""
        runtime, self._runtime = self._runtime, None
        if runtime is not None and self._loop is asyncio.get_running_loop():
            await runtime.stop()

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
        """What is known of a call, as events of this run's own trace."""
        add, event = self.run.trace.add, known.asked
        asked = add(self._last, self.question, (event.sender, event.to), event.turn, event.message)
        if known.reply is None:
            return Recalled(asked, None)
        reply = known.reply
        return Recalled(asked, add(asked.seq, self.question, (reply.sender, reply.to), reply.turn, reply.message))

    async def _again(self, known: Recalled) -> Message:
        """What memory knows of a call: its reply, its error, or that neither came."""
        self._clock(known.asked)
        if known.reply is None and known.asked.sender != CONDUCTOR:
            return Received()
        if known.reply is None:
            await asyncio.Event().wait()  # the failure of another agent cancelled it, and will again
            raise Divergence(f"{self.question}: {known.asked} has no reply.")
        self._replied(known.reply)
        if isinstance(known.reply.message, Failure):
            raise known.reply.message.error()
        self._charge(known.reply.message)
        return known.reply.message

    def _agreed(self, known: Event, reply: Message) -> Message:
        self._replied(known)
        if known.message != reply:
            raise Divergence(
                f"{self.question}: {known} says {known.message!r}, this run says {reply!r}. The team differs."
            )
        return reply

    async def _live(self, asked: Event, to: str, message: Message) -> Message:
        try:
            with self.meter.call(f"{self.question}: {to}"):
                runtime = await self._started()
                reply: Message = await runtime.send_message(message, recipient=self._ids[to])
                self._charge(reply)
        except SymposiaError as error:
            failure = Failure(kind=type(error).__name__, text=str(error))
            self._replied(self.run.trace.add(asked.seq, self.question, (to, CONDUCTOR), asked.turn, failure))
            raise
        return reply

    def _charge(self, reply: Message) -> None:
        if isinstance(reply, Answer | Choice | Reward):
            self.meter.charge(reply.usage)
        elif isinstance(reply, Decoded):
            self.meter.charge(reply.answer.usage)
            for name, found in reply.approximation.items():
                before = self.run.approximations.get(name)
                self.run.approximations[name] = before + found if before else found

    async def _started(self) -> StartedRuntime:
        """This question's runtime, with an agent for each member. A runtime lives in one event loop."""
        from .runtime.local import LocalRuntime

        loop = asyncio.get_running_loop()
        if self._runtime is None or self._loop is not loop:
            made = self.run.runtime() if self.run.runtime else LocalRuntime(deadline=self.run.deadline)
            self._runtime, self._loop = made, loop
            await self._register(made)
            made.start()
        return self._runtime

    async def _register(self, runtime: StartedRuntime) -> None:
        from autogen_core import AgentId

        from .runtime.actor import Actor

        agents = {name: self._agent(name, model) for name, model in self.models.items()}
        agents[DECODER] = Decoder(DECODER, self.models, self.run.personas)
        for name, agent in agents.items():
            await runtime.register_factory(name, partial(Actor, agent), expected_class=Actor)
            self._ids[name] = AgentId(name, self.question)

    def _agent(self, name: str, model: Any) -> Agent:  # noqa: ANN401 - a model, an agent or a class of agents
        if isinstance(model, Agent):
            return model
        if isinstance(model, type):
            return model(name)  # type: ignore[no-any-return]
        return LMAgent(name, model, self.run.personas.get(name, ""), self.run)
