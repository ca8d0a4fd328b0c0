"""Cancellation and deadlines."""

import asyncio
from typing import Any

import pytest
from autogen_core import (
    AgentId,
    CancellationToken,
    MessageContext,
    TopicId,
    TypeSubscription,
)
from symposia.agents.errors import (
    AgentFailed,
    DeadlineExceeded,
)
from symposia.agents.runtime.local import LocalRuntime
from symposia.tests.support.notebooks import AMBER, Note, Relay, ask_soon, log_of, with_notebooks


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
