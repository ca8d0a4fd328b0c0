"""A line that loses, doubles, changes, holds up and shuffles: every request is answered once, by the right reply."""

import asyncio
from functools import partial
from uuid import uuid4

import pytest
from autogen_core import AgentId
from symposia.agents.faults import Faults
from symposia.agents.message import Ask
from symposia.agents.runtime.mqtt import requests
from symposia.agents.runtime.mqtt.broker import PrivateBroker
from symposia.agents.runtime.mqtt.faulty import Channel, FaultyConnection
from symposia.agents.runtime.mqtt.runtime import MqttRuntime

from .helpers import Counter, counting, runtimes

ALWAYS = 0.999999
COUNT = 40


def handed_on(faults: Faults, *messages: bytes) -> list[bytes]:
    """What a channel hands on of these messages, a second later."""

    async def passed() -> list[bytes]:
        heard: list[bytes] = []
        channel = Channel(faults, 7)
        for one in messages:
            channel.pass_on(one, heard.append)
        await asyncio.sleep(0.25)
        return heard

    return asyncio.run(passed())


def test_a_channel_loses_doubles_and_changes_what_it_hands_on() -> None:
    assert handed_on(Faults(), b"a", b"b") == [b"a", b"b"]
    assert handed_on(Faults(drop=ALWAYS), b"a", b"b") == []
    assert handed_on(Faults(duplicate=ALWAYS), b"a", b"b") == [b"a", b"a", b"b", b"b"]
    (changed,) = handed_on(Faults(corrupt=ALWAYS), b"abc")
    assert len(changed) == 3
    assert sum((one ^ two).bit_count() for one, two in zip(changed, b"abc", strict=True)) == 1


def test_an_empty_message_is_not_changed() -> None:
    assert handed_on(Faults(corrupt=ALWAYS), b"") == [b""]


def test_what_is_held_is_overtaken_by_the_next_one_and_is_not_lost() -> None:
    messages = [bytes([number]) for number in range(200)]
    heard = handed_on(Faults(reorder=0.5), *messages)
    assert heard != sorted(heard)
    assert sorted(heard) == messages
    assert handed_on(Faults(reorder=ALWAYS), b"a") == [b"a"]


def test_a_delay_ends() -> None:
    assert sorted(handed_on(Faults(delay=ALWAYS, seconds=0.1), b"a", b"b")) == [b"a", b"b"]


@pytest.mark.parametrize(
    "faults",
    [
        Faults(drop=0.2),
        Faults(duplicate=0.5),
        Faults(corrupt=0.2),
        Faults(reorder=0.5),
        Faults(delay=0.5, seconds=0.5),
        Faults(drop=0.1, delay=0.2, seconds=0.3, duplicate=0.2, corrupt=0.1, reorder=0.2),
    ],
    ids=["drop", "duplicate", "corrupt", "reorder", "delay", "all"],
)
async def test_every_request_is_worked_on_once_and_gets_its_own_reply(
    broker: PrivateBroker, monkeypatch: pytest.MonkeyPatch, faults: Faults
) -> None:
    monkeypatch.setattr(requests, "FIRST", 0.2)
    monkeypatch.setattr(requests, "LONGEST", 0.4)
    name = f"echo-{uuid4().hex[:8]}"
    faulty = partial(FaultyConnection, faults=faults, seed=7)
    async with (
        runtimes(broker.address, "there") as (there,),
        runtimes(broker.address, "here", connect=faulty) as (here,),
    ):
        seen = await echoing(there, name)
        calls = [here.send_message(Ask(text=str(n)), AgentId(name, "q")) for n in range(COUNT)]
        said = await asyncio.wait_for(asyncio.gather(*calls), 20)
    assert [one.text for one in said] == [str(n) for n in range(COUNT)]
    assert sorted(seen, key=int) == [str(n) for n in range(COUNT)]


async def test_faults_are_counted(broker: PrivateBroker) -> None:
    name = f"counter-{uuid4().hex[:8]}"
    faulty = partial(FaultyConnection, faults=Faults(duplicate=ALWAYS), seed=7)
    async with (
        runtimes(broker.address, "there") as (there,),
        runtimes(broker.address, "here", connect=faulty) as (here,),
    ):
        seen = await counting(there, name)
        await here.send_message(Ask(text="?"), AgentId(name, "q"))
        await asyncio.sleep(0.2)
        line = here.process.line
        assert isinstance(line, FaultyConnection)
        assert (seen, line.out.counts["duplicate"] >= 1, line.back.counts["drop"]) == (["?"], True, 0)


async def echoing(runtime: MqttRuntime, kind: str) -> list[str]:
    """Have a runtime make agents that reply what they are asked; returns the list of that."""
    from symposia.agents.agent import handles
    from symposia.agents.message import Answer
    from symposia.agents.runtime.actor import Actor

    class Echo(Counter):
        @handles
        async def answer(self, ask: Ask) -> Answer:
            self.seen.append(ask.text)
            return Answer(text=ask.text)

    seen: list[str] = []
    await runtime.register_factory(kind, lambda: Actor(Echo("echo", seen=seen)), pool=True)
    return seen
