"""What autogen-core's protocol asks for, on our runtime and on autogen's."""

import asyncio
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
    TopicId,
    TypeSubscription,
    default_subscription,
    message_handler,
)
from symposia.agents import Answer, Ask, LMAgent, Sampling
from symposia.agents.errors import (
    CannotHandle,
)
from symposia.agents.message import Request
from symposia.agents.models.scripted import Scripted
from symposia.agents.runtime.actor import Actor
from symposia.agents.runtime.local import LocalRuntime
from symposia.tests.support.notebooks import AMBER, BLUE, Note, Notebook, Unheard, log_of, with_notebooks


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
