"""The local runtime: what autogen-core's protocol asks for, and what is promised beyond it."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import pytest
from autogen_core import (
    AgentId,
    AgentInstantiationContext,
    AgentRuntime,
    CancellationToken,
    DefaultTopicId,
    MessageContext,
    RoutedAgent,
    SingleThreadedAgentRuntime,
    TopicId,
    TypeSubscription,
    default_subscription,
    message_handler,
)
from autogen_core.exceptions import CantHandleException
from symposia.agents import Agent, Answer, Ask, LMAgent, Message, Sampling, handles
from symposia.agents.errors import (
    AgentFailed,
    BudgetSpent,
    CannotHandle,
    DeadlineExceeded,
    Deadlock,
    SymposiaError,
    Twice,
    UnknownName,
)
from symposia.agents.message import Request
from symposia.agents.models.scripted import Scripted
from symposia.agents.runtime.actor import Actor
from symposia.agents.runtime.errors import NotRunning
from symposia.agents.runtime.local import LocalRuntime


class Note(Message):
    text: str


class Unheard(Message):
    text: str = ""


class Notebook(Agent):
    """Keeps notes; the word says what else it does."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.log: list[str] = []

    @handles
    async def note(self, note: Note) -> Note:
        self.log.append(f"begin {note.text}")
        try:
            await self.act(note.text)
        except asyncio.CancelledError:
            self.log.append(f"stopped {note.text}")
            raise
        self.log.append(f"end {note.text}")
        return note

    async def act(self, text: str) -> None:
        if text == "yield":
            await asyncio.sleep(0)
        elif text == "sleep":
            await asyncio.sleep(60)
        elif text == "fail":
            raise ValueError("seven is not prime")
        elif text == "broke":
            raise BudgetSpent("amber: the budget of 3 calls is spent (3). Raise budget.calls.")

    def save(self) -> Mapping[str, Any]:
        return {"log": list(self.log)}

    def load(self, state: Mapping[str, Any]) -> None:
        self.log = list(state["log"])


class Relay:
    """An autogen agent that passes what it hears on, and says where it was."""

    def __init__(self, to: AgentId | None = None) -> None:
        self.to = to
        self.closed = False

    async def bind_id_and_runtime(self, id: AgentId, runtime: AgentRuntime) -> None:  # noqa: A002
        self.id, self.runtime = id, runtime

    @property
    def metadata(self) -> Any:
        return {"type": self.id.type, "key": self.id.key, "description": "passes on"}

    async def on_message(self, message: Any, ctx: MessageContext) -> Any:
        to = self.to or self.id
        return await self.runtime.send_message(message, to, sender=self.id, cancellation_token=ctx.cancellation_token)

    async def save_state(self) -> Mapping[str, Any]:
        return {}

    async def load_state(self, state: Mapping[str, Any]) -> None: ...

    async def close(self) -> None:
        self.closed = True


AMBER = AgentId("amber", "test-3")
BLUE = AgentId("blue", "test-3")


async def with_notebooks(runtime: Any) -> Any:
    for name in ("amber", "blue"):
        await runtime.register_factory(name, lambda name=name: Actor(Notebook(name)), expected_class=Actor)
    return runtime


@pytest.fixture
async def local() -> AsyncIterator[LocalRuntime]:
    runtime = await with_notebooks(LocalRuntime())
    runtime.start()
    yield runtime
    runtime.failures.clear()
    await runtime.close()


@pytest.fixture(params=[LocalRuntime, SingleThreadedAgentRuntime])
async def either(request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    runtime = await with_notebooks(request.param())
    runtime.start()
    yield runtime
    await runtime.close()


async def log_of(runtime: AgentRuntime, name: AgentId) -> list[str]:
    actor = await runtime.try_get_underlying_agent_instance(name, Actor)
    assert isinstance(actor.agent, Notebook)
    return actor.agent.log


# --- on our runtime and on autogen's -----------------------------------------------------------------


def test_the_local_runtime_is_an_agent_runtime() -> None:
    assert isinstance(LocalRuntime(), AgentRuntime)


async def test_an_agent_is_asked_and_answers(either: Any) -> None:
    assert await either.send_message(Note(text="a"), AMBER) == Note(text="a")


async def test_the_same_conversation_gets_the_same_replies(either: Any) -> None:
    await either.register_factory("coral", lambda: Actor(LMAgent("coral", Scripted("four", "five"))))
    replies = []
    for text in ("2 + 2?", "2 + 3?"):
        request = Request(prompt=Ask(text=text), sampling=Sampling(), place="q/coral.0")
        replies.append(await either.send_message(request, AgentId("coral", "test-3")))
    assert [reply.text for reply in replies] == ["four", "five"]
    assert all(isinstance(reply, Answer) for reply in replies)


async def test_every_key_is_an_agent_of_its_own(either: Any) -> None:
    await either.send_message(Note(text="a"), AgentId("amber", "one"))
    await either.send_message(Note(text="b"), AgentId("amber", "two"))
    assert await log_of(either, AgentId("amber", "one")) == ["begin a", "end a"]
    assert await log_of(either, AgentId("amber", "two")) == ["begin b", "end b"]


async def test_an_agent_is_made_when_it_is_first_needed_and_once(either: Any) -> None:
    made: list[str] = []

    def factory() -> Actor:
        made.append(str(AgentInstantiationContext.current_agent_id()))
        return Actor(Notebook("coral"))

    await either.register_factory("coral", factory)
    assert made == []
    for text in ("a", "b"):
        await either.send_message(Note(text=text), AgentId("coral", "one"))
    assert made == ["coral/one"]


async def test_get_makes_an_agent_only_if_it_is_not_lazy(either: Any) -> None:
    made: list[str] = []

    def factory() -> Actor:
        made.append("coral")
        return Actor(Notebook("coral"))

    await either.register_factory("coral", factory)
    assert await either.get("coral") == AgentId("coral", "default")
    assert made == []
    assert await either.get(AgentId("coral", "one"), lazy=False) == AgentId("coral", "one")
    assert made == ["coral"]


async def test_subscribers_hear_what_is_published_to_their_topic(either: Any) -> None:
    await either.add_subscription(TypeSubscription("news", "amber"))
    await either.add_subscription(TypeSubscription("weather", "blue"))
    await either.publish_message(Note(text="a"), TopicId("news", "test-3"))
    await either.stop_when_idle()
    either.start()
    assert await log_of(either, AMBER) == ["begin a", "end a"]
    assert await log_of(either, BLUE) == []


async def test_a_removed_subscription_hears_nothing(either: Any) -> None:
    subscription = TypeSubscription("news", "amber")
    await either.add_subscription(subscription)
    await either.publish_message(Note(text="a"), TopicId("news", "test-3"))
    await either.stop_when_idle()
    await either.remove_subscription(subscription.id)
    either.start()
    await either.publish_message(Note(text="b"), TopicId("news", "test-3"))
    await either.stop_when_idle()
    either.start()
    assert await log_of(either, AMBER) == ["begin a", "end a"]


async def test_a_second_equal_subscription_is_a_value_error(either: Any) -> None:
    await either.add_subscription(TypeSubscription("news", "amber", id="first"))
    with pytest.raises(ValueError, match=r"first|exists"):
        await either.add_subscription(TypeSubscription("news", "amber", id="first"))


async def test_nobody_hears_what_it_published_itself(either: Any) -> None:
    await either.add_subscription(TypeSubscription("news", "amber"))
    await either.add_subscription(TypeSubscription("news", "blue"))
    await either.publish_message(Note(text="a"), TopicId("news", "test-3"), sender=AMBER)
    await either.stop_when_idle()
    either.start()
    assert await log_of(either, AMBER) == []
    assert await log_of(either, BLUE) == ["begin a", "end a"]


async def test_the_state_of_a_runtime_goes_into_another(either: Any) -> None:
    await either.send_message(Note(text="a"), AMBER)
    state = await either.save_state()
    assert state == {"amber/test-3": {"log": ["begin a", "end a"]}}
    other = await with_notebooks(type(either)())
    await other.load_state(state)
    assert await log_of(other, AMBER) == ["begin a", "end a"]


async def test_the_state_of_one_agent_is_saved_and_loaded(either: Any) -> None:
    await either.agent_load_state(AMBER, {"log": ["earlier"]})
    await either.send_message(Note(text="a"), AMBER)
    assert await either.agent_save_state(AMBER) == {"log": ["earlier", "begin a", "end a"]}


async def test_an_agent_says_what_it_is(either: Any) -> None:
    metadata = await either.agent_metadata(AMBER)
    assert metadata["type"] == "amber"
    assert metadata["key"] == "test-3"
    assert metadata["description"].startswith("Keeps notes")


async def test_an_existing_agent_can_be_registered(either: Any) -> None:
    actor = Actor(Notebook("coral"))
    await either.register_agent_instance(actor, AgentId("coral", "one"))
    assert actor.id == AgentId("coral", "one")
    await either.send_message(Note(text="a"), AgentId("coral", "one"))
    assert actor.agent.log == ["begin a", "end a"]  # type: ignore[attr-defined]


async def test_a_message_without_a_handler_is_an_error(either: Any) -> None:
    with pytest.raises(CannotHandle, match=r"^amber \(Notebook\): no handler for Unheard\. Handles: Note\.$"):
        await either.send_message(Unheard(), AMBER)


async def test_a_token_frees_the_asker(either: Any) -> None:
    token = CancellationToken()
    asking = asyncio.create_task(either.send_message(Note(text="sleep"), AMBER, cancellation_token=token))
    await asyncio.sleep(0.01)
    token.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


@default_subscription
class Cascading(RoutedAgent):
    """Publishes what it hears again, a number of rounds; with autogen's own registration."""

    def __init__(self) -> None:
        super().__init__("publishes again")
        self.heard = 0

    @message_handler
    async def hear(self, message: Note, ctx: MessageContext) -> None:
        self.heard += 1
        if len(message.text) < 4:
            await self.publish_message(Note(text=message.text + "."), DefaultTopicId())


async def test_a_cascade_of_autogen_agents_reaches_all(either: Any) -> None:
    names = [f"name{index}" for index in range(5)]
    for name in names:
        await Cascading.register(either, name, Cascading)
    for _ in range(5):
        await either.publish_message(Note(text="."), DefaultTopicId())
    await either.stop_when_idle()
    agents = [await either.try_get_underlying_agent_instance(AgentId(name, "default"), Cascading) for name in names]
    assert [agent.heard for agent in agents] == [5 + 5 * 4 + 5 * 16 + 5 * 64] * 5
    either.start()


# --- one at a time -----------------------------------------------------------------------------------


async def test_an_agent_handles_one_message_at_a_time_in_order_of_arrival(local: LocalRuntime) -> None:
    await asyncio.gather(*(local.send_message(Note(text="yield"), AMBER) for _ in range(3)))
    assert await log_of(local, AMBER) == ["begin yield", "end yield"] * 3


async def test_different_agents_work_at_the_same_time(local: LocalRuntime) -> None:
    meeting = asyncio.Barrier(2)

    class Meeting(Agent):
        @handles
        async def meet(self, note: Note) -> Note:
            await meeting.wait()
            return note

    await local.register_factory("meeting", lambda: Actor(Meeting("meeting")))
    asks = (local.send_message(Note(text="a"), AgentId("meeting", key)) for key in ("one", "two"))
    assert await asyncio.wait_for(asyncio.gather(*asks), 5) == [Note(text="a")] * 2


async def test_a_slow_factory_is_called_once_and_keeps_the_order(local: LocalRuntime) -> None:
    made: list[str] = []

    async def factory() -> Actor:
        made.append("coral")
        await asyncio.sleep(0.01)
        return Actor(Notebook("coral"))

    await local.register_factory("coral", factory)
    coral = AgentId("coral", "one")
    await asyncio.gather(*(local.send_message(Note(text=text), coral) for text in "abc"))
    assert made == ["coral"]
    assert await log_of(local, coral) == ["begin a", "end a", "begin b", "end b", "begin c", "end c"]


async def test_a_message_arrives_as_the_same_object(local: LocalRuntime) -> None:
    note = Note(text="a")
    assert await local.send_message(note, AMBER) is note


async def test_message_ids_are_sequence_numbers(local: LocalRuntime) -> None:
    ids: list[str] = []

    class Clerk(Relay):
        async def on_message(self, message: Any, ctx: MessageContext) -> Any:
            ids.append(ctx.message_id)

    await local.register_factory("clerk", Clerk)
    for message_id in (None, None, "mine"):
        await local.send_message(Note(text="a"), AgentId("clerk", "one"), message_id=message_id)
    assert ids == ["1", "2", "mine"]


async def test_state_is_saved_between_two_messages(local: LocalRuntime) -> None:
    asking = asyncio.create_task(local.send_message(Note(text="yield"), AMBER))
    await asyncio.sleep(0)
    assert await local.agent_save_state(AMBER) == {"log": ["begin yield", "end yield"]}
    await asking


async def test_a_runtime_outlives_the_event_loop_it_was_used_in() -> None:
    def ask_twice() -> list[Note]:
        runtime = asyncio.run(with_notebooks(LocalRuntime()))
        runtime.start()
        return [asyncio.run(runtime.send_message(Note(text=text), AMBER)) for text in "ab"]

    assert await asyncio.to_thread(ask_twice) == [Note(text="a"), Note(text="b")]


# --- errors ------------------------------------------------------------------------------------------


async def test_an_error_reaches_the_asker_with_the_agents_name(local: LocalRuntime) -> None:
    with pytest.raises(AgentFailed, match=r"^amber/test-3: ValueError: seven is not prime$") as caught:
        await local.send_message(Note(text="fail"), AMBER)
    assert isinstance(caught.value.__cause__, ValueError)


async def test_an_agent_that_failed_goes_on(local: LocalRuntime) -> None:
    with pytest.raises(AgentFailed):
        await local.send_message(Note(text="fail"), AMBER)
    assert await local.send_message(Note(text="a"), AMBER) == Note(text="a")


async def test_an_error_of_ours_keeps_its_type_and_notes_its_way(local: LocalRuntime) -> None:
    await local.register_factory("relay", lambda: Relay(AMBER))
    with pytest.raises(BudgetSpent, match=r"^amber: the budget of 3 calls is spent \(3\)") as caught:
        await local.send_message(Note(text="broke"), AgentId("relay", "one"))
    assert caught.value.__notes__ == ["In the handler of relay/one."]


async def test_an_autogen_agent_that_cannot_handle_a_message_is_both_kinds_of_error(local: LocalRuntime) -> None:
    class Picky(Relay):
        async def on_message(self, message: Any, ctx: MessageContext) -> Any:
            raise CantHandleException("wants letters only")

    await local.register_factory("picky", Picky)
    with pytest.raises(CannotHandle, match=r"^picky/one: wants letters only\.$") as caught:
        await local.send_message(Note(text="a"), AgentId("picky", "one"))
    assert isinstance(caught.value, CantHandleException)


async def test_an_unknown_agent_is_named_with_the_near_miss(local: LocalRuntime) -> None:
    with pytest.raises(UnknownName, match=r"^no agent named 'ambre/x'\. Did you mean 'amber'\? Known: amber, blue\.$"):
        await local.send_message(Note(text="a"), AgentId("ambre", "x"))


async def test_an_unknown_subscription_is_a_lookup_error(local: LocalRuntime) -> None:
    with pytest.raises(LookupError, match=r"^no subscription named 'news'\. Known: none\.$"):
        await local.remove_subscription("news")


async def test_a_type_is_registered_once(local: LocalRuntime) -> None:
    with pytest.raises(Twice, match=r"^agent type named twice: amber\."):
        await local.register_factory("amber", lambda: Actor(Notebook("amber")))
    with pytest.raises(Twice, match=r"^agent named twice: amber/test-3\."):
        await local.register_agent_instance(Actor(Notebook("amber")), AMBER)


async def test_a_factory_that_fails_is_named_and_tried_again(local: LocalRuntime) -> None:
    attempts: list[str] = []

    def factory() -> Actor:
        attempts.append("attempt")
        if len(attempts) == 1:
            raise OSError("no such file")
        return Actor(Notebook("coral"))

    await local.register_factory("coral", factory)
    with pytest.raises(AgentFailed, match=r"^coral/one: could not be made: OSError: no such file$"):
        await local.send_message(Note(text="a"), AgentId("coral", "one"))
    assert await local.send_message(Note(text="a"), AgentId("coral", "one")) == Note(text="a")


async def test_a_factory_that_makes_something_else_is_an_error(local: LocalRuntime) -> None:
    await local.register_factory("coral", lambda: Actor(Notebook("coral")), expected_class=Relay)  # type: ignore
    with pytest.raises(AgentFailed, match=r"^coral: the factory made a Actor\. It was registered for Relay\.$"):
        await local.send_message(Note(text="a"), AgentId("coral", "one"))


async def test_an_agent_of_another_type_is_a_type_error(local: LocalRuntime) -> None:
    with pytest.raises(TypeError, match=r"^amber/test-3: is a Actor, not a Relay\.$"):
        await local.try_get_underlying_agent_instance(AMBER, Relay)


async def test_errors_of_published_messages_are_raised_at_the_end() -> None:
    runtime = await with_notebooks(LocalRuntime())
    await runtime.add_subscription(TypeSubscription("news", "amber"))
    await runtime.add_subscription(TypeSubscription("news", "blue"))
    runtime.start()
    await runtime.publish_message(Note(text="fail"), TopicId("news", "test-3"))
    with pytest.raises(AgentFailed, match=r"^amber/test-3: ValueError: seven is not prime") as caught:
        await runtime.stop_when_idle()
    assert caught.value.__notes__ == ["1 more published messages failed, see `failures`."]
    assert [str(failure) for failure in runtime.failures] == [
        "amber/test-3: ValueError: seven is not prime",
        "blue/test-3: ValueError: seven is not prime",
    ]


async def test_publishing_to_a_subscriber_that_cannot_be_made_is_an_error(local: LocalRuntime) -> None:
    await local.add_subscription(TypeSubscription("news", "grey"))
    with pytest.raises(UnknownName, match=r"^no agent named 'grey/test-3'"):
        await local.publish_message(Note(text="a"), TopicId("news", "test-3"))


# --- waiting for oneself -----------------------------------------------------------------------------


async def test_an_agent_that_asks_itself_is_told(local: LocalRuntime) -> None:
    await local.register_factory("relay", Relay)
    with pytest.raises(Deadlock, match=r"^relay/one: would wait for itself\."):
        await local.send_message(Note(text="a"), AgentId("relay", "one"))


async def test_agents_that_ask_each_other_in_a_circle_are_told(local: LocalRuntime) -> None:
    one, two = AgentId("one", "x"), AgentId("two", "x")
    await local.register_factory("one", lambda: Relay(two))
    await local.register_factory("two", lambda: Relay(one))
    with pytest.raises(Deadlock, match=r"^one/x: would wait for itself\."):
        await local.send_message(Note(text="a"), one)


async def test_agents_that_ask_each_other_at_the_same_time_are_told(local: LocalRuntime) -> None:
    class Peer(Relay):
        async def on_message(self, message: Any, ctx: MessageContext) -> Any:
            await asyncio.sleep(0.01)
            return await super().on_message(message, ctx)

    one, two = AgentId("one", "x"), AgentId("two", "x")
    await local.register_factory("one", lambda: Peer(two))
    await local.register_factory("two", lambda: Peer(one))
    asks = [asyncio.create_task(local.send_message(Note(text="a"), name)) for name in (one, two)]
    with pytest.raises(Deadlock, match=r"^one/x: would wait for itself\."):
        await asyncio.wait_for(asyncio.gather(*asks), 5)


async def test_a_handler_cannot_stop_the_runtime_it_runs_in(local: LocalRuntime) -> None:
    class Stopper(Relay):
        async def on_message(self, message: Any, ctx: MessageContext) -> Any:
            await self.runtime.stop_when_idle()  # type: ignore[attr-defined]

    await local.register_factory("stopper", Stopper)
    with pytest.raises(Deadlock):
        await local.send_message(Note(text="a"), AgentId("stopper", "one"))


# --- cancellation and deadlines ----------------------------------------------------------------------


async def ask_soon(runtime: LocalRuntime, text: str, to: AgentId = AMBER, **more: Any) -> asyncio.Task[Any]:
    task = asyncio.create_task(runtime.send_message(Note(text=text), to, **more))
    await asyncio.sleep(0.01)
    return task


async def cancelled(task: asyncio.Task[Any]) -> None:
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_cancelling_the_asker_stops_the_handler_and_nothing_else(local: LocalRuntime) -> None:
    asking = await ask_soon(local, "sleep")
    waiting = await ask_soon(local, "a")
    asking.cancel()
    await cancelled(asking)
    assert await waiting == Note(text="a")
    assert await log_of(local, AMBER) == ["begin sleep", "stopped sleep", "begin a", "end a"]


async def test_a_token_stops_the_handler(local: LocalRuntime) -> None:
    token = CancellationToken()
    asking = await ask_soon(local, "sleep", cancellation_token=token)
    token.cancel()
    await cancelled(asking)
    assert await local.send_message(Note(text="a"), AMBER) == Note(text="a")
    assert await log_of(local, AMBER) == ["begin sleep", "stopped sleep", "begin a", "end a"]


async def test_a_message_that_waits_is_dropped_with_its_asker(local: LocalRuntime) -> None:
    working = await ask_soon(local, "sleep")
    waiting = await ask_soon(local, "a")
    waiting.cancel()
    await cancelled(waiting)
    working.cancel()
    await local.send_message(Note(text="b"), AMBER)
    assert await log_of(local, AMBER) == ["begin sleep", "stopped sleep", "begin b", "end b"]


async def test_a_token_cancelled_before_means_the_message_is_never_delivered(local: LocalRuntime) -> None:
    token = CancellationToken()
    token.cancel()
    with pytest.raises(asyncio.CancelledError):
        await local.send_message(Note(text="a"), AMBER, cancellation_token=token)
    assert await log_of(local, AMBER) == []


async def test_cancelling_reaches_the_agents_that_were_asked_in_turn(local: LocalRuntime) -> None:
    await local.register_factory("relay", lambda: Relay(AMBER))
    asking = await ask_soon(local, "sleep", AgentId("relay", "one"))
    asking.cancel()
    await cancelled(asking)
    await local.stop_when_idle()
    local.start()
    assert await log_of(local, AMBER) == ["begin sleep", "stopped sleep"]


async def test_a_token_stops_the_handlers_of_what_was_published(local: LocalRuntime) -> None:
    token = CancellationToken()
    await local.add_subscription(TypeSubscription("news", "amber"))
    await local.publish_message(Note(text="sleep"), TopicId("news", "test-3"), cancellation_token=token)
    await asyncio.sleep(0.01)
    token.cancel()
    await local.stop_when_idle()
    local.start()
    assert await log_of(local, AMBER) == ["begin sleep", "stopped sleep"]


async def test_a_handler_may_cancel_its_own_token_without_harm_to_the_next(local: LocalRuntime) -> None:
    class Quitter(Relay):
        async def on_message(self, message: Any, ctx: MessageContext) -> Any:
            if message.text == "quit":
                ctx.cancellation_token.cancel()
            return message

    await local.register_factory("quitter", Quitter)
    quitter = AgentId("quitter", "one")
    asking = await ask_soon(local, "quit", quitter, cancellation_token=CancellationToken())
    await cancelled(asking)
    assert await local.send_message(Note(text="a"), quitter) == Note(text="a")


async def test_what_a_handler_waits_for_being_cancelled_is_an_error_not_a_cancellation(local: LocalRuntime) -> None:
    class Unlucky(Relay):
        async def on_message(self, message: Any, ctx: MessageContext) -> Any:
            future = asyncio.get_running_loop().create_future()
            future.cancel()
            await future

    await local.register_factory("unlucky", Unlucky)
    with pytest.raises(AgentFailed, match=r"^unlucky/one: something its handler waited for was cancelled\.$"):
        await local.send_message(Note(text="a"), AgentId("unlucky", "one"))


async def test_a_group_of_tasks_that_fails_in_a_handler_does_no_harm_to_the_next(local: LocalRuntime) -> None:
    class Chair(Relay):
        async def on_message(self, message: Any, ctx: MessageContext) -> Any:
            if message.text == "fail":
                async with asyncio.TaskGroup() as group:
                    group.create_task(self.runtime.send_message(message, AMBER))
            await asyncio.sleep(60 if message.text == "sleep" else 0)
            return message

    await local.register_factory("chair", Chair)
    chair = AgentId("chair", "one")
    asks = [asyncio.create_task(local.send_message(Note(text=text), chair)) for text in ("fail", "sleep", "a")]
    await asyncio.sleep(0.01)
    asks[1].cancel()
    failed, stopped, answered = await asyncio.gather(*asks, return_exceptions=True)
    assert isinstance(failed, AgentFailed)
    assert isinstance(stopped, asyncio.CancelledError)
    assert answered == Note(text="a")


async def test_a_deadline_stops_the_handler_and_names_the_agent() -> None:
    runtime = await with_notebooks(LocalRuntime(deadline=0.02))
    runtime.start()
    with pytest.raises(
        DeadlineExceeded, match=r"^amber/test-3: no answer within 0\.02 seconds\. Raise the deadline\.$"
    ):
        await runtime.send_message(Note(text="sleep"), AMBER)
    assert await runtime.send_message(Note(text="a"), AMBER) == Note(text="a")
    assert await log_of(runtime, AMBER) == ["begin sleep", "stopped sleep", "begin a", "end a"]


async def test_a_published_message_has_the_deadline_too() -> None:
    runtime = await with_notebooks(LocalRuntime(deadline=0.02))
    await runtime.add_subscription(TypeSubscription("news", "amber"))
    runtime.start()
    await runtime.publish_message(Note(text="sleep"), TopicId("news", "test-3"))
    with pytest.raises(DeadlineExceeded, match=r"^amber/test-3: no answer within 0\.02 seconds\."):
        await runtime.stop_when_idle()


async def test_an_asker_may_set_a_shorter_time_of_its_own(local: LocalRuntime) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await local.send_message(Note(text="sleep"), AMBER)
    assert await local.send_message(Note(text="a"), AMBER) == Note(text="a")


# --- start, stop, close ------------------------------------------------------------------------------


async def test_messages_wait_for_the_start() -> None:
    runtime = await with_notebooks(LocalRuntime())
    asking = await ask_soon(runtime, "a")
    assert await log_of(runtime, AMBER) == []
    runtime.start()
    assert await asking == Note(text="a")


async def test_stop_lets_the_handler_at_work_finish_and_tells_who_waits() -> None:
    runtime = await with_notebooks(LocalRuntime())
    runtime.start()
    working = asyncio.create_task(runtime.send_message(Note(text="yield"), AMBER))
    waiting = asyncio.create_task(runtime.send_message(Note(text="b"), AMBER))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await runtime.stop()
    assert await working == Note(text="yield")
    with pytest.raises(NotRunning, match=r"^amber/test-3: stopped before its turn came\. Use stop_when_idle\(\)\.$"):
        await waiting


async def test_nothing_can_be_sent_to_a_stopped_runtime_until_it_starts_again(local: LocalRuntime) -> None:
    await local.stop()
    with pytest.raises(NotRunning, match=r"^amber/test-3: the runtime is stopped\. Call start\(\) first\.$"):
        await local.send_message(Note(text="a"), AMBER)
    local.start()
    assert await local.send_message(Note(text="a"), AMBER) == Note(text="a")


@pytest.mark.parametrize("ending", [LocalRuntime.stop, LocalRuntime.stop_when_idle])
async def test_what_is_not_running_cannot_be_stopped(ending: Callable[[LocalRuntime], Any]) -> None:
    with pytest.raises(RuntimeError, match=r"^runtime: is not running\. Call start\(\) first\.$"):
        await ending(LocalRuntime())


async def test_what_is_running_cannot_be_started(local: LocalRuntime) -> None:
    with pytest.raises(
        SymposiaError, match=r"^runtime: is running already\. Call start\(\) once, or stop\(\) first\.$"
    ):
        local.start()


async def test_a_closed_instance_is_gone_once_its_mailbox_is_empty(local: LocalRuntime) -> None:
    asks = [await ask_soon(local, "yield"), asyncio.create_task(local.send_message(Note(text="a"), AMBER))]
    await asyncio.sleep(0)
    await local.close_instance(AMBER)
    assert [await ask for ask in asks] == [Note(text="yield"), Note(text="a")]
    assert local.instances == ()
    await local.send_message(Note(text="b"), AMBER)
    assert await log_of(local, AMBER) == ["begin b", "end b"]


async def test_an_instance_may_be_closed_by_two_at_once(local: LocalRuntime) -> None:
    asking = await ask_soon(local, "sleep")
    closing = [asyncio.create_task(local.close_instance(AMBER)) for _ in range(2)]
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.gather(*closing)
    assert local.instances == ()


async def test_closing_an_instance_that_was_never_made_does_nothing(local: LocalRuntime) -> None:
    await local.close_instance(AgentId("amber", "never"))
    assert local.instances == ()


async def test_close_closes_every_agent() -> None:
    runtime, relay = LocalRuntime(), Relay()
    await runtime.register_agent_instance(relay, AgentId("relay", "one"))
    await runtime.close()
    assert relay.closed
    assert runtime.instances == ()


# --- autogen's own teams -----------------------------------------------------------------------------


async def test_an_agentchat_team_runs_on_the_local_runtime() -> None:
    from autogen_agentchat.agents import BaseChatAgent
    from autogen_agentchat.base import Response
    from autogen_agentchat.conditions import MaxMessageTermination
    from autogen_agentchat.messages import TextMessage
    from autogen_agentchat.teams import RoundRobinGroupChat

    class Counter(BaseChatAgent):
        produced_message_types = (TextMessage,)

        async def on_messages(self, messages: Any, cancellation_token: CancellationToken) -> Response:
            heard = messages[-1].to_text() if messages else "nothing"
            return Response(chat_message=TextMessage(content=f"{self.name} heard {heard}", source=self.name))

        async def on_reset(self, cancellation_token: CancellationToken) -> None: ...

    runtime = LocalRuntime()
    runtime.start()
    team = RoundRobinGroupChat(
        [Counter("amber", "counts"), Counter("blue", "counts")],
        termination_condition=MaxMessageTermination(3),
        runtime=runtime,
    )
    result = await team.run(task="one")
    await runtime.stop_when_idle()
    said = [message.to_text() for message in result.messages]
    assert said == ["one", "amber heard one", "blue heard amber heard one"]


def test_the_kernel_does_not_import_autogen() -> None:
    code = "import sys, symposia.agents, symposia.agents.trace; print('autogen_core' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "False\n"
