"""One message at a time, and waiting for oneself."""

import asyncio
from typing import Any

import pytest
from autogen_core import (
    AgentId,
    MessageContext,
)
from symposia.agents import Agent, handles
from symposia.agents.errors import (
    Deadlock,
)
from symposia.agents.runtime.actor import Actor
from symposia.agents.runtime.local import LocalRuntime
from symposia.tests.support.notebooks import AMBER, Note, Notebook, Relay, log_of, with_notebooks


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
