"""Start, stop, close."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from autogen_core import (
    AgentId,
)
from symposia.agents.errors import (
    SymposiaError,
)
from symposia.agents.runtime.errors import NotRunning
from symposia.agents.runtime.local import LocalRuntime
from symposia.tests.support.notebooks import AMBER, Note, Relay, ask_soon, log_of, with_notebooks


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
