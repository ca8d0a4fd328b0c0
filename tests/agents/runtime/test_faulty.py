"""Calls of one process are lost, late, unreadable, or fail: as a seed draws it, and with a typed reason."""

import asyncio
from time import monotonic
from typing import Any

import pytest
from autogen_core import AgentId
from symposia.agents.errors import CallFailed, DeadlineExceeded, ModelUnavailable, SymposiaError
from symposia.agents.faults import Faults
from symposia.agents.lm_agent import LMAgent
from symposia.agents.message import Ask, Request, Sampling
from symposia.agents.models.scripted import Scripted
from symposia.agents.runtime.actor import Actor
from symposia.agents.runtime.faulty import FaultyRuntime


async def said(faults: Faults, names: str = "a", count: int = 1, seed: int = 7, **told: Any) -> list[str]:
    """What so many calls of each agent came to: the reply, or the kind of the error."""
    runtime = FaultyRuntime(faults, seed, **told)
    for name in names:
        await runtime.register_agent_instance(Actor(LMAgent(name, Scripted(*["four"] * count))), AgentId(name, "q"))
    runtime.start()
    found = []
    for name in names:
        for number in range(count):
            request = Request(prompt=Ask(text=f"{number}?"), sampling=Sampling(), place="q")
            try:
                found.append((await runtime.send_message(request, AgentId(name, "q"))).text)
            except SymposiaError as error:
                found.append(type(error).__name__)
    await runtime.stop()
    return found


async def test_a_share_of_the_calls_crashes_and_it_is_the_same_share_again() -> None:
    first, again, other = [await said(Faults(crash=0.3), count=200, seed=seed) for seed in (7, 7, 8)]
    assert first == again != other
    assert 40 <= first.count("CallFailed") <= 80
    assert set(first) == {"CallFailed", "four"}


async def test_a_crash_that_stops_the_run_is_an_error_of_another_kind() -> None:
    runtime = FaultyRuntime(Faults(crash=1, stops=True), 7)
    with pytest.raises(ModelUnavailable, match=r"^a: crashed, as the scenario's faults say\. Leave out crash\.$"):
        await runtime.send_message(Ask(text="?"), AgentId("a", "q"))


async def test_only_the_calls_of_the_members_that_are_named_crash() -> None:
    assert await said(Faults(crash=1, members=("b",)), "abc") == ["four", "CallFailed", "four"]


async def test_a_lost_call_is_waited_for_until_the_deadline() -> None:
    began = monotonic()
    assert await said(Faults(drop=0.999999), deadline=0.2) == ["DeadlineExceeded"]
    assert 0.15 < monotonic() - began < 5


async def test_a_delay_changes_no_reply_and_counts_against_the_deadline() -> None:
    late = Faults(delay=0.999999, seconds=0.1)
    assert await said(late, count=3) == ["four"] * 3
    runtime = FaultyRuntime(late.model_copy(update={"seconds": 60.0}), 7, deadline=0.01)
    with pytest.raises(DeadlineExceeded, match=r"^a/q: no answer within 0\.01 seconds"):
        await runtime.send_message(Ask(text="?"), AgentId("a", "q"))


async def test_a_reply_that_cannot_be_read_is_an_error_that_says_so() -> None:
    assert await said(Faults(corrupt=0.999999)) == ["CallFailed"]


async def test_calls_wait_for_nothing_where_no_fault_is_drawn() -> None:
    assert await asyncio.wait_for(said(Faults(crash=0.0), count=20), 5) == ["four"] * 20


async def test_a_crash_is_one_call_that_failed_and_says_so() -> None:
    with pytest.raises(CallFailed, match="Leave out crash"):
        await FaultyRuntime(Faults(crash=1), 7).send_message(Ask(text="?"), AgentId("a", "q"))
