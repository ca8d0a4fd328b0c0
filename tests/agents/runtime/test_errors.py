"""Errors on their way to the asker."""

import asyncio
from typing import Any

import pytest
from autogen_core import (
    AgentId,
    MessageContext,
    TopicId,
    TypeSubscription,
)
from autogen_core.exceptions import CantHandleException
from symposia.agents import Agent, handles
from symposia.agents.errors import (
    AgentFailed,
    BudgetSpent,
    CannotHandle,
    Twice,
    UnknownName,
)
from symposia.agents.runtime.actor import Actor
from symposia.agents.runtime.errors import Mixed
from symposia.agents.runtime.local import LocalRuntime
from symposia.tests.support.notebooks import AMBER, Note, Notebook, Relay, with_notebooks
from symposia.tests.support.said import says


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


class Wrong(BaseException):
    """As autogen's own `ToolException` is no `Exception`."""


class Careless(Agent):
    @handles
    async def fail(self, note: Note) -> Note:
        raise Wrong(note.text)


async def test_what_is_no_exception_arrives_as_it_is_and_nobody_waits_for_ever(local: LocalRuntime) -> None:
    await local.register_factory("careless", lambda: Actor(Careless("careless")))
    careless = AgentId("careless", "one")
    asks = [asyncio.create_task(local.send_message(Note(text=text), careless)) for text in "ab"]
    done, waiting = await asyncio.wait(asks, timeout=20)
    assert waiting == set()
    assert sorted(str(task.exception()) for task in done) == ["a", "b"]
    assert {type(task.exception()) for task in done} == {Wrong}


async def test_what_is_no_exception_is_raised_at_the_end_where_it_was_published() -> None:
    runtime = LocalRuntime()
    await runtime.register_factory("careless", lambda: Actor(Careless("careless")))
    await runtime.add_subscription(TypeSubscription("news", "careless"))
    runtime.start()
    await runtime.publish_message(Note(text="a"), TopicId("news", "one"))
    with pytest.raises(Wrong, match=r"^a$"):
        await runtime.stop_when_idle()


async def test_agents_of_different_classes_cannot_be_of_one_type(local: LocalRuntime) -> None:
    await local.register_agent_instance(Actor(Notebook("coral")), AgentId("coral", "one"))
    with says(Mixed, "coral/two: is a Relay, coral/one a Actor. Give agents of different classes different types."):
        await local.register_agent_instance(Relay(AMBER), AgentId("coral", "two"))
