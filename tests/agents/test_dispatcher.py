"""The deliveries of one question: into the trace, within the budget, or from memory."""

from typing import Any

import pytest
from symposia.agents import Agent, Answer, Message, Sampling, Team, Usage, handles
from symposia.agents.budget import Budget
from symposia.agents.context import Context
from symposia.agents.dispatcher import Dispatcher
from symposia.agents.errors import BadScenario, BudgetSpent, CallFailed, Divergence, UnknownName
from symposia.agents.failure import Failure
from symposia.agents.message import Stopped
from symposia.agents.replay import Memory
from symposia.tests.support.said import says


class Question(Message):
    """Asks for a number."""

    number: int


class Reply(Message):
    """A number, and what it cost."""

    number: int
    usage: Usage = Usage(calls=1, prompt_tokens=3)


class Doubler(Agent):
    """Doubles; seven is too much for it."""

    @handles
    async def double(self, question: Question) -> Reply:
        if question.number == 7:
            raise CallFailed("doubler: seven is too much. Ask for less.")
        return Reply(number=2 * question.number)


def dispatcher(context: Context | None = None, question: str = "test/0") -> Dispatcher:
    return Dispatcher(context or Context(), question, {"amber": lambda: Doubler("amber")})


async def test_a_call_and_its_reply_are_two_events_and_the_next_call_follows_from_the_reply() -> None:
    one = dispatcher()
    for number in (1, 2):
        assert (await one.ask("amber", Question(number=number), Reply)).number == 2 * number
    events = [(e.seq, e.cause, e.question, e.sender, e.to, e.turn) for e in one.context.trace.events]
    assert events == [
        (0, None, "test/0", "conductor", "amber", 0),
        (1, 0, "test/0", "amber", "conductor", 0),
        (2, 1, "test/0", "conductor", "amber", 1),
        (3, 2, "test/0", "amber", "conductor", 1),
    ]


async def test_whatever_a_reply_cost_is_charged() -> None:
    one = dispatcher(Context(budget=Budget(calls=1)))
    await one.ask("amber", Question(number=1), Reply)
    assert one.meter.spent == Usage(calls=1, prompt_tokens=3)
    with says(BudgetSpent, "test/0: amber: the budget of 1 calls is spent (1). Raise budget.calls."):
        await one.ask("amber", Question(number=2), Reply)
    assert isinstance(one.context.trace.events[-1].message, Failure)


async def test_a_failed_call_is_in_the_trace_as_its_reply() -> None:
    one = dispatcher()
    with says(CallFailed, "doubler: seven is too much. Ask for less."):
        await one.ask("amber", Question(number=7), Reply)
    asked, failed = one.context.trace.events
    assert (failed.cause, failed.sender, failed.to) == (asked.seq, "amber", "conductor")
    assert failed.message == Failure(kind="CallFailed", text="doubler: seven is too much. Ask for less.")


async def test_a_reply_of_another_type_is_an_error() -> None:
    with says(BadScenario, "amber: replied Reply to Question. A handler of Question returns Answer here."):
        await dispatcher().ask("amber", Question(number=1), Answer)


async def test_nobody_is_asked_who_is_not_there() -> None:
    one = dispatcher()
    with says(UnknownName, "team: no agent named 'ambr'. Did you mean 'amber'? Known: amber."):
        await one.ask("ambr", Question(number=1), Reply)
    one.add_agent("ambr", lambda: Doubler("ambr"))
    assert (await one.ask("ambr", Question(number=1), Reply)).number == 2


def test_every_message_has_a_place_and_a_seed_of_its_place() -> None:
    usual = Sampling(temperature=0.5, max_tokens=9)
    one, other = (dispatcher(Context(seed=3, sampling=usual), place) for place in ("test/0", "test/1"))
    assert one.place("amber") == "test/0/amber.0"
    here, changed = one.sampling("amber", {}), one.sampling("amber", {"max_tokens": 2})
    assert (here.temperature, here.max_tokens, changed.max_tokens) == (0.5, 9, 2)
    assert here.seed == changed.seed
    assert here.seed != other.sampling("amber", {}).seed
    one.turns["amber"] += 1
    assert one.place("amber") == "test/0/amber.1"
    assert here.seed != one.sampling("amber", {}).seed


async def test_the_time_of_a_question_is_from_its_first_event_to_its_last(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter((0.0, 100.0, 102.0, 150.0, 153.5))
    monkeypatch.setattr("symposia.agents.trace.monotonic", lambda: next(clock))
    one = dispatcher(Context())
    await one.ask("amber", Question(number=1), Reply)
    assert one.seconds == 2.0
    await one.ask("amber", Question(number=1), Reply)
    assert one.seconds == 53.5


def test_why_a_protocol_stopped_is_in_the_trace() -> None:
    one = dispatcher()
    assert one.stopped == "done"
    one.note("consensus")
    assert one.stopped == "consensus"
    assert [event.message for event in one.context.trace.events] == [Stopped(reason="consensus")]


async def recorded() -> list[Any]:
    one = dispatcher()
    await one.ask("amber", Question(number=1), Reply)
    with pytest.raises(CallFailed):
        await one.ask("amber", Question(number=7), Reply)
    return one.context.trace.events


def replaying(events: list[Any], mode: Any = "replay") -> Dispatcher:
    """A dispatcher that remembers, without the agent."""
    return Dispatcher(Context(memory=Memory(events, mode), budget=Budget(calls=9)), "test/0", {"amber": _nobody})


def _nobody() -> Agent:
    raise AssertionError("a replay made an agent")


async def test_what_is_remembered_is_answered_charged_and_raised_without_the_agent() -> None:
    one = replaying(await recorded())
    assert (await one.ask("amber", Question(number=1), Reply)).number == 2
    assert one.meter.spent.calls == 1
    with says(CallFailed, "doubler: seven is too much. Ask for less."):
        await one.ask("amber", Question(number=7), Reply)
    assert len(one.context.trace) == 0


async def test_a_call_that_says_something_else_than_the_trace_diverges() -> None:
    with pytest.raises(Divergence, match=r"^test/0: event 0 \(conductor -> amber\) says "):
        await replaying(await recorded()).ask("amber", Question(number=2), Reply)


async def test_a_state_is_loaded_at_its_own_question_only() -> None:
    one = dispatcher()
    await one.ask("amber", Question(number=1), Reply)
    state = await one.save()
    again = dispatcher()
    await again.load(state)
    assert (again.turns["amber"], again.meter.spent) == (1, one.meter.spent)
    with says(BadScenario, "test/1: got the state of test/0. Load it into a team at that question."):
        await dispatcher(question="test/1").load(state)


async def test_a_closed_question_starts_with_new_agents() -> None:
    made: list[Doubler] = []

    def make() -> Doubler:
        made.append(Doubler("amber"))
        return made[-1]

    one = Dispatcher(Context(), "test/0", {"amber": make})
    for closing in (False, True, False):
        await one.ask("amber", Question(number=1), Reply)
        if closing:
            await one.close()
    assert len(made) == 2


async def test_a_team_delivers_through_its_dispatcher() -> None:
    team: Team[Any] = Team({"amber": Doubler}).at("test/3")
    assert (await team.send("amber", Question(number=4), Reply)).number == 8
    assert team.dispatcher.turns["amber"] == 1
    assert team.question == "test/3"
