"""Peers of other versions, changed bytes, wrong clocks: nothing is taken for another, and nobody waits for ever."""

import asyncio
import json
import struct
import time
from dataclasses import replace
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from autogen_core import AgentId
from symposia.agents.errors import BadMessage, CannotHandle, DeadlineExceeded, ModelUnavailable, SymposiaError
from symposia.agents.message import Ask
from symposia.agents.runtime.mqtt import process, requests
from symposia.agents.runtime.mqtt.broker import PrivateBroker
from symposia.agents.runtime.mqtt.frame import MAGIC, Frame, Header, packed
from symposia.agents.runtime.mqtt.runtime import MqttRuntime
from xxhash import xxh3_64_intdigest

from .helpers import counting, runtimes

NEWER = "SYM9"


def rewritten(data: bytes, magic: bytes = MAGIC, header: dict[str, Any] | None = None, **message: Any) -> bytes:
    """A frame as a peer of another version would send it: intact, with other words in it."""
    length = struct.unpack_from(">I", data, 4)[0]
    told = json.loads(data[16 : 16 + length])
    size = told.get("size", 0)
    body = json.dumps({**json.loads(data[16 + length : 16 + length + size]), **message}).encode() if size else b""
    head = json.dumps({**told, **(header or {}), "size": len(body)}).encode()
    return magic + struct.pack(">IQ", len(head), xxh3_64_intdigest(head + body)) + head + body


def speaking(runtime: MqttRuntime, **changes: Any) -> None:
    """Have a runtime send everything but its offers in the words of another version."""
    publish = runtime.process.outbox._publish
    runtime.process.outbox._publish = lambda topic, data, **told: publish(topic, rewritten(data, **changes), **told)


def test_a_frame_of_which_any_bit_is_changed_is_none() -> None:
    data = packed(Header(kind="reply", id="a-12", by="alice/a"), Ask(text="2 + 2?"))
    for place in range(len(data)):
        for bit in range(8):
            changed = bytearray(data)
            changed[place] ^= 1 << bit
            with pytest.raises(BadMessage):
                Frame.read(bytes(changed))
    assert Frame.read(data).header.id == "a-12"


@pytest.mark.parametrize("who", ["asks", "answers"])
async def test_whoever_speaks_another_version_is_not_understood_and_not_waited_for_for_ever(
    broker: PrivateBroker, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    for name, value in {"FIRST": 0.05, "LONGEST": 0.1, "TRIES": 3}.items():
        monkeypatch.setattr(requests, name, value)
    monkeypatch.setattr("symposia.agents.runtime.mqtt.asking.TRIES", 3)
    name = f"counter-{uuid4().hex[:8]}"
    async with runtimes(broker.address, "here", "there") as (here, there):
        seen = await counting(there, name)
        speaking(here if who == "asks" else there, magic=NEWER.encode())
        with pytest.raises(ModelUnavailable, match=r"nobody said a word\. Whoever offers it may be of another version"):
            await asyncio.wait_for(here.send_message(Ask(text="?"), AgentId(name, "q")), 20)
        assert (seen, (there if who == "asks" else here).process.refused >= 3) == ([] if who == "asks" else ["?"], True)


async def test_with_a_deadline_it_is_not_waited_for_longer_than_that(broker: PrivateBroker) -> None:
    name = f"counter-{uuid4().hex[:8]}"
    async with runtimes(broker.address, "here", "there", deadline=0.5) as (here, there):
        await counting(there, name)
        speaking(here, magic=NEWER.encode())
        with pytest.raises(DeadlineExceeded, match=r"no answer within 0\.5 seconds"):
            await here.send_message(Ask(text="?"), AgentId(name, "q"))


@pytest.mark.parametrize("who", ["asks", "answers"])
@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"@type": "ask/9"}, "ask/9"),
        ({"@type": "os.system/1"}, "os"),
        ({"mood": "good"}, "mood"),
        ({"text": 7}, "text"),
    ],
    ids=["unknown message", "no message", "unknown field", "wrong type"],
)
async def test_a_message_that_a_peer_does_not_know_is_an_error_that_names_it(
    broker: PrivateBroker, who: str, changes: dict[str, Any], says: str
) -> None:
    name = f"counter-{uuid4().hex[:8]}"
    async with runtimes(broker.address, "here", "there", deadline=5) as (here, there):
        seen = await counting(there, name)
        speaking(here if who == "asks" else there, **changes)
        with pytest.raises((BadMessage, CannotHandle, SymposiaError), match=says) as error:
            await here.send_message(Ask(text="?"), AgentId(name, "q"))
        assert not isinstance(error.value, DeadlineExceeded)
        assert seen == ([] if who == "asks" else ["?"])


async def test_with_a_peer_of_another_version_beside_one_of_ours_the_request_gets_to_ours(
    broker: PrivateBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "FIRST", 0.2)
    monkeypatch.setattr(requests, "LONGEST", 0.2)
    name = f"counter-{uuid4().hex[:8]}"
    async with runtimes(broker.address, "here", "newer", "ours") as (here, newer, ours):
        await counting(newer, name, pool=True)
        await counting(ours, name, pool=True)
        monkeypatch.setattr(newer.process.answering, "asked", lambda frame, done: done())  # it cannot read it
        said = [here.send_message(Ask(text=str(n)), AgentId(name, "q")) for n in range(10)]
        found = await asyncio.wait_for(asyncio.gather(*said), 20)
    assert {one.text.split()[0] for one in found} == {ours.process.name[-4:]}


async def test_wrong_clocks_change_nothing(broker: PrivateBroker, monkeypatch: pytest.MonkeyPatch) -> None:
    """One process believes in 2001, and all clocks jump by years while requests wait and are sent again."""
    monkeypatch.setattr(requests, "FIRST", 0.2)
    random, real = Random(7), time.time
    name = f"counter-{uuid4().hex[:8]}"
    monkeypatch.setattr(process, "time", lambda: 1e9)
    address = replace(broker.address, key=b"site")
    async with runtimes(address, "there", deadline=5) as (there,), runtimes(address, "here", deadline=5) as (here,):
        monkeypatch.setattr(time, "time", lambda: real() + random.uniform(-1e8, 1e8))
        seen = await counting(there, name, seconds=0.02)
        publish, lost = here.process.line.publish, [True] * 2
        here.process.outbox._publish = lambda *sent, **told: bool(lost and lost.pop()) or publish(*sent, **told)
        said = [await here.send_message(Ask(text=str(n)), AgentId(name, "q")) for n in range(10)]
        assert list(here.process.offers.known) == [there.process.name]
    assert [one.text.split()[1] for one in said] == [str(n + 1) for n in range(10)]
    assert seen == [str(n) for n in range(10)]
