"""What goes wrong between processes: nothing is lost, and nothing is done twice."""

import asyncio
from uuid import uuid4

import pytest
from autogen_core import AgentId
from symposia.agents.errors import CannotHandle, ModelUnavailable
from symposia.agents.message import Ask
from symposia.agents.runtime.mqtt import asking, requests
from symposia.agents.runtime.mqtt.address import BrokerAddress
from symposia.agents.runtime.mqtt.broker import PrivateBroker, free_port, private_broker
from symposia.agents.runtime.mqtt.frame import Header, packed
from symposia.agents.runtime.mqtt.runtime import MqttRuntime

from .helpers import counting, runtimes, until


async def test_a_request_that_comes_twice_is_worked_on_once_and_answered_twice(broker: PrivateBroker) -> None:
    name = f"counter-{uuid4().hex[:8]}"
    async with runtimes(broker.address, "here", "there") as (here, there):
        seen = await counting(there, name)
        publish = here.process.line.publish

        def twice(topic: str, data: bytes, **told: object) -> bool:
            asyncio.get_running_loop().call_later(0.1, lambda: publish(topic, data, **told))  # type: ignore[arg-type]
            return publish(topic, data, **told)  # type: ignore[arg-type]

        here.process.outbox._publish = twice
        said = await here.send_message(Ask(text="?"), AgentId(name, "q"))
        await until(lambda: here.process.asking.counts["replies twice"] == 1)
        assert (seen, said.text.split()[1]) == (["?"], "1")
        assert (there.process.answering.counts["came again"], here.process.asking.counts["replies twice"]) == (1, 1)


async def test_a_request_that_is_lost_is_sent_again(broker: PrivateBroker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "FIRST", 0.3)
    name = f"counter-{uuid4().hex[:8]}"
    async with runtimes(broker.address, "here", "there") as (here, there):
        seen = await counting(there, name)
        publish, lost = here.process.line.publish, [True, True]
        here.process.outbox._publish = lambda *sent, **told: bool(lost and lost.pop()) or publish(*sent, **told)
        assert (await here.send_message(Ask(text="?"), AgentId(name, "q"))).text.endswith(" 1")
    assert (seen, here.process.asking.counts["sent again"]) == (["?"], 2)


async def test_a_reply_that_is_lost_is_sent_again_and_not_made_again(
    broker: PrivateBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "FIRST", 0.3)
    name = f"counter-{uuid4().hex[:8]}"
    async with runtimes(broker.address, "here", "there") as (here, there):
        seen = await counting(there, name)
        publish, lost = there.process.line.publish, [True]
        there.process.outbox._publish = lambda *sent, **told: bool(lost and lost.pop()) or publish(*sent, **told)
        assert (await here.send_message(Ask(text="?"), AgentId(name, "q"))).text.endswith(" 1")
    assert seen == ["?"]


async def test_what_a_process_had_goes_to_another_when_it_is_gone(broker: PrivateBroker) -> None:
    name = f"counter-{uuid4().hex[:8]}"
    async with runtimes(broker.address, "here", "slow") as (here, slow):
        began = await counting(slow, name, pool=True, seconds=60)
        call = asyncio.create_task(here.send_message(Ask(text="?"), AgentId(name, "q")))
        await until(lambda: began)
        async with runtimes(broker.address, "quick") as (quick,):
            await counting(quick, name, pool=True)
            await asyncio.sleep(1.2)  # the slow one has said that it is busy
            for line in (
                slow.process.line,
                slow.process.work,
            ):  # as if it were killed: the socket is closed, nothing is said
                client = line._client
                assert client is not None
                line._task.cancel()  # type: ignore[union-attr]
                client._client.socket().close()
            said = await asyncio.wait_for(call, 10)
    assert said.text.startswith(quick.process.name[-4:])


async def test_a_run_goes_on_after_the_broker_was_killed() -> None:
    with private_broker() as own:
        async with runtimes(own.address, "here", "there") as (here, there):
            seen = await counting(there, "amber", pool=True, seconds=0.05)
            calls = [
                asyncio.create_task(here.send_message(Ask(text=str(n)), AgentId("amber", "q"))) for n in range(100)
            ]
            await asyncio.sleep(0.1)
            own.kill()
            await asyncio.sleep(0.3)
            own.start()
            said = await asyncio.wait_for(asyncio.gather(*calls), 30)
    assert len(said) == 100
    assert sorted(seen, key=int) == [str(n) for n in range(100)]


async def test_a_slow_process_gets_company_where_that_was_asked_for(broker: PrivateBroker) -> None:
    name = f"counter-{uuid4().hex[:8]}"
    async with runtimes(broker.address, "slow", "quick") as (slow, quick):
        began = await counting(slow, name, pool=True, seconds=60)
        async with runtimes(broker.address, "here", hedge=1.5) as (here,):
            call = asyncio.create_task(here.send_message(Ask(text="?"), AgentId(name, "q")))
            await until(lambda: began)
            await counting(quick, name, pool=True)
            said = await asyncio.wait_for(call, 20)
    assert said.text.startswith(quick.process.name[-4:])
    assert here.process.asking.counts["hedged"] >= 1


async def test_an_agent_that_nobody_offers_is_an_error_that_says_so(
    broker: PrivateBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "ABSENT", 0.5)
    monkeypatch.setattr(requests, "AGAIN", 0.2)
    async with runtimes(broker.address, "here") as (here,):
        with pytest.raises(ModelUnavailable, match=r"^nobody/q: no worker offers it\. Start one: symposia worker"):
            await here.send_message(Ask(text="?"), AgentId("nobody", "q"))


async def test_a_broker_that_is_not_there_is_an_error_that_says_so() -> None:
    runtime = MqttRuntime(BrokerAddress("127.0.0.1", free_port()))
    runtime.start()
    with pytest.raises(ModelUnavailable, match="cannot be reached"):
        await runtime.ready(0.5)
    await runtime.stop()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"SYM2" + b"\0" * 20,
        b"SYM2\xff\xff\xff\xff",
        b"\x80\x04\x95pickle",
        packed(Header(kind="ask", id="x", by="mallory/m", to="amber/q"), Ask(text="?")),
        packed(Header(kind="ask", id="y", by="anyone/a", to="amber/q"), Ask(text="?"))[:-1],
    ],
)
async def test_what_is_no_frame_or_not_its_senders_is_dropped(broker: PrivateBroker, data: bytes) -> None:
    name = f"counter-{uuid4().hex[:8]}"
    async with runtimes(broker.address, "here", "there") as (here, there):
        seen = await counting(there, name)
        here.process.line.publish(here.process.topics.ask(AgentId(name, "q"), "anyone"), data)
        said = await here.send_message(Ask(text="still there?"), AgentId(name, "q"))
        assert (seen, there.process.refused, said.text.split()[1]) == (["still there?"], 1, "1")


async def test_a_request_to_an_agent_that_a_process_does_not_have_is_an_error(broker: PrivateBroker) -> None:
    async with runtimes(broker.address, "here", "there") as (here, there):
        await counting(there, "amber")
        here.process.asking._bound[AgentId("blue", "q")] = there.process.name
        with pytest.raises((CannotHandle, LookupError), match="no agent named 'blue/q'"):
            await here.send_message(Ask(text="?"), AgentId("blue", "q"))
