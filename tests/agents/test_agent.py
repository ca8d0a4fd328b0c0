"""Agents: a handler is chosen by the type of the message."""

import pytest
from symposia.agents import Agent, Ask, handles
from symposia.agents.errors import BadHandler, CannotHandle
from symposia.tests.support.drafts import Critic, Critique, Draft, LongDraft


class StrictCritic(Critic):
    @handles
    async def review_long(self, draft: LongDraft) -> Critique:
        return Critique(text=f"too long: {draft.pages} pages")


async def test_a_handler_is_chosen_by_type() -> None:
    assert await Critic("critic").receive(Draft(text="hm")) == Critique(text="too short: hm")


async def test_a_handler_of_a_base_class_hears_its_subclasses() -> None:
    assert await Critic("critic").receive(LongDraft(text="hm", pages=9)) == Critique(text="too short: hm")


async def test_the_most_specific_handler_wins() -> None:
    assert await StrictCritic("critic").receive(LongDraft(text="hm", pages=9)) == Critique(text="too long: 9 pages")


async def test_a_message_without_a_handler_is_an_error() -> None:
    with pytest.raises(CannotHandle) as raised:
        await Critic("critic").receive(Ask(text="?"))
    assert str(raised.value) == "critic (Critic): no handler for Ask. Handles: Draft."


def test_a_bad_handler_is_named_when_its_class_is_defined() -> None:
    with pytest.raises(BadHandler) as raised:

        class Broken(Agent):
            @handles  # type: ignore[type-var]
            def review(self, draft: Draft) -> Critique:
                return Critique(text="")

    assert str(raised.value) == ("Broken.review: not a handler. Write `async def review(self, message: M) -> Reply`.")


def test_two_handlers_of_one_message_are_an_error() -> None:
    with pytest.raises(BadHandler) as raised:

        class Torn(Agent):
            @handles
            async def one(self, draft: Draft) -> Critique:
                return Critique(text="")

            @handles
            async def two(self, draft: Draft) -> Critique:
                return Critique(text="")

    assert str(raised.value) == "Torn: one and two both handle Draft. Keep one."
