"""The MQTT runtime does what autogen-core's `AgentRuntime` is to do, between processes."""

import asyncio
from uuid import uuid4

import pytest
from autogen_core import AgentId, AgentRuntime, CancellationToken, TopicId, TypeSubscription
from symposia.agents.errors import BadMessage, CannotHandle, DeadlineExceeded, PromptTooLong
from symposia.agents.message import Answer, Ask, Received
from symposia.agents.runtime.actor import Actor
from symposia.agents.runtime.mqtt.broker import PrivateBroker
from symposia.agents.runtime.mqtt.transfers import CHUNK

from .helpers import Counter, counting, runtimes, until


def kind() -> str:
    """A type of agents of this test alone."""
    return f"counter-{uuid4().hex[:8]}"


def test_it_is_an_agent_runtime() -> None:
    from symposia.agents.runtime.mqtt.runtime import MqttRuntime

    names = [name for name in vars(AgentRuntime) if not name.startswith("_")]
    assert [name for name in names if not hasattr(MqttRuntime, name)] == []


async def test_a_message_reaches_an_agent_in_another_process(broker: PrivateBroker) -> None:
    name = kind()
    async with runtimes(broker.address, "here", "there") as (here, there):
        await counting(there, name)
        said = await here.send_message(Ask(text="one"), AgentId(name, "q"))
    assert said == Answer(text=f"{there.process.name[-4:]} 1")


async def test_an_agent_with_a_state_gets_all_its_messages_in_one_process(broker: PrivateBroker) -> None:
    name = kind()
    async with runtimes(broker.address, "here", "one", "two") as (here, *two):
        for each in two:
            await counting(each, name)
        said = [(await here.send_message(Ask(text="?"), AgentId(name, "q"))).text for _ in range(4)]
    assert [text.split()[1] for text in said] == ["1", "2", "3", "4"]


async def test_processes_that_make_a_type_share_its_messages(broker: PrivateBroker) -> None:
    name = kind()
    async with runtimes(broker.address, "here", "one", "two", window=2) as (here, *two):
        seen = [await counting(each, name, pool=True, seconds=0.05) for each in two]
        await asyncio.sleep(0.2)
        await asyncio.gather(*(here.send_message(Ask(text=str(n)), AgentId(name, "q")) for n in range(12)))
    assert sorted(int(text) for each in seen for text in each) == list(range(12))
    assert all(seen)


async def test_a_large_message_and_a_large_reply_are_cut_and_put_together(broker: PrivateBroker) -> None:
    name, text = kind(), "é" * CHUNK

    class Echo(Counter):
        async def answer(self, ask: Ask) -> Answer:
            return Answer(text=ask.text)

    async with runtimes(broker.address, "here", "there") as (here, there):
        await there.register_factory(name, lambda: Actor(Echo("echo")))
        assert (await here.send_message(Ask(text=text), AgentId(name, "q"))).text == text


async def test_an_error_of_an_agent_is_raised_where_it_was_asked(broker: PrivateBroker) -> None:
    name = kind()

    class Refuses(Counter):
        async def answer(self, ask: Ask) -> Answer:
            raise PromptTooLong("amber: 9 tokens, and it reads 8. Ask for less.")

    async with runtimes(broker.address, "here", "there") as (here, there):
        await there.register_factory(name, lambda: Actor(Refuses("amber")))
        with pytest.raises(PromptTooLong, match=r"^amber: 9 tokens, and it reads 8\. Ask for less\.$"):
            await here.send_message(Ask(text="long"), AgentId(name, "q"))
        with pytest.raises(CannotHandle, match="no handler for Received"):
            await here.send_message(Received(), AgentId(name, "q"))


async def test_what_is_no_message_is_not_sent(broker: PrivateBroker) -> None:
    async with runtimes(broker.address, "here") as (here,):
        with pytest.raises(BadMessage, match="a str cannot be sent"):
            await here.send_message("hello", AgentId("anybody", "q"))


async def test_cancelling_a_call_stops_the_handler_in_the_other_process(broker: PrivateBroker) -> None:
    name = kind()
    stopped = asyncio.Event()

    class Waits(Counter):
        async def answer(self, ask: Ask) -> Answer:
            self.seen.append(ask.text)
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                stopped.set()
                raise
            return Answer(text="late")

    seen: list[str] = []
    async with runtimes(broker.address, "here", "there") as (here, there):
        await there.register_factory(name, lambda: Actor(Waits("amber", seen=seen)))
        token = CancellationToken()
        call = asyncio.create_task(here.send_message(Ask(text="?"), AgentId(name, "q"), cancellation_token=token))
        await until(lambda: seen)
        token.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await asyncio.wait_for(stopped.wait(), 5)


async def test_a_deadline_is_kept_and_the_handler_is_stopped(broker: PrivateBroker) -> None:
    name = kind()
    async with runtimes(broker.address, "here", "there", deadline=0.3) as (here, there):
        seen = await counting(there, name, seconds=60)
        with pytest.raises(DeadlineExceeded, match=r"no answer within 0\.3 seconds"):
            await here.send_message(Ask(text="?"), AgentId(name, "q"))
    assert seen == ["?"]


async def test_the_state_of_an_agent_elsewhere_is_saved_and_restored(broker: PrivateBroker) -> None:
    name = kind()
    async with runtimes(broker.address, "here", "there") as (here, there):
        await counting(there, name)
        agent = AgentId(name, "q")
        await here.send_message(Ask(text="?"), agent)
        assert await here.agent_save_state(agent) == {"count": 1}
        await here.agent_load_state(agent, {"count": 41})
        assert (await here.send_message(Ask(text="?"), agent)).text.endswith(" 42")
        assert (await here.agent_metadata(agent))["key"] == "q"
        assert await there.save_state() == {f"{name}/q": {"count": 42}}
        await here.load_state({f"{name}/q": {"count": 7}})
        assert await there.agent_save_state(agent) == {"count": 7}


async def test_a_published_message_reaches_the_subscribers_of_every_process_but_its_sender(
    broker: PrivateBroker,
) -> None:
    first, second = kind(), kind()
    async with runtimes(broker.address, "here", "there") as (here, there):
        mine, theirs = await counting(here, first), await counting(there, second)
        await here.add_subscription(TypeSubscription("news", first))
        await there.add_subscription(TypeSubscription("news", second))
        await asyncio.sleep(0.2)
        await here.publish_message(Ask(text="to all"), TopicId("news", "q"))
        await here.publish_message(Ask(text="to others"), TopicId("news", "q"), sender=AgentId(first, "q"))
        await until(lambda: len(theirs) == 2)
    assert (mine, theirs) == (["to all"], ["to all", "to others"])


async def test_an_agent_of_ones_own_is_asked_without_the_broker(broker: PrivateBroker) -> None:
    async with runtimes(broker.address, "here") as (here,):
        await here.register_agent_instance(Actor(Counter("amber")), AgentId("amber-here", "q"))
        assert (await here.send_message(Ask(text="?"), AgentId("amber-here", "q"))).text == "amber 1"
        assert here.process.asking.counts["asked"] == 0


async def test_an_instance_in_another_process_is_reached_by_its_key(broker: PrivateBroker) -> None:
    name = kind()
    async with runtimes(broker.address, "here", "one", "two") as (here, *two):
        for key, each in zip("ab", two, strict=True):
            await each.register_agent_instance(Actor(Counter(key)), AgentId(name, key))
        await asyncio.sleep(0.2)
        said = [(await here.send_message(Ask(text="?"), AgentId(name, key))).text for key in "ba"]
    assert said == ["b 1", "a 1"]
