"""Conversations of a simulated user and an assistant: who is told what, and how they end."""

from collections.abc import Sequence
from dataclasses import replace
from inspect import signature
from typing import Any

from symposia.agents import Answer, Team, Turn
from symposia.agents.agent import Agent, handles
from symposia.agents.dialogue.manner import Manner
from symposia.agents.dialogue.prompts import Speak, Spoken
from symposia.agents.dialogue.talk import Roles, continued, go_on, replied
from symposia.agents.event import CONDUCTOR
from symposia.agents.message import Request, Sampling
from symposia.agents.models.scripted import Scripted

GOAL = "a table for two at seven"


def team(user: Any, *said: str) -> Team[Any]:
    """A user, and an assistant that says these lines."""
    return Team({"user": user, "assistant": Scripted(*said)})


async def test_the_sides_speak_in_turn_until_the_user_ends_it() -> None:
    talk = await go_on(team(Scripted("hi", "[[done]]"), "hello?"), Roles(), GOAL, (), messages=9)
    assert [(turn.role, turn.text) for turn in talk.turns] == [("user", "hi"), ("assistant", "hello?")]
    assert (talk.closing, talk.over, talk.gave_up) == ("[[done]]", True, False)
    assert [answer.text for answer in talk.answers] == ["hello?"]


async def test_the_window_counts_messages_the_one_that_ends_it_included() -> None:
    for messages, turns in ((1, 1), (2, 2), (3, 3)):
        talk = await go_on(team(Scripted("a", "b"), "x"), Roles(), GOAL, (), messages=messages)
        assert (len(talk.turns), talk.over) == (turns, False)


async def test_the_assistant_goes_first_where_a_user_spoke_last() -> None:
    talk = await go_on(team(Scripted("[[done]]"), "yes"), Roles(), GOAL, (Turn("user", "hi"),), messages=1)
    assert talk.turns[-1] == Turn("assistant", "yes")


async def test_no_message_to_the_assistant_holds_the_goal() -> None:
    talking = team(Scripted("hi", "for two", "[[done]]"), "when?", "done")
    await go_on(talking, Roles(form="Be brief."), GOAL, (), messages=9)
    events = [event for event in talking.context.trace.events if event.sender == CONDUCTOR]
    heard = [event.message.prompt for event in events if isinstance(event.message, Request) and event.to == "assistant"]
    assert len(heard) == 2
    assert all(GOAL not in turn.text for prompt in heard for turn in prompt.turns())
    assert heard[0].turns()[-1].text == "hi\n\nBe brief."


def test_what_asks_the_assistant_has_no_parameter_for_a_goal() -> None:
    assert "goal" not in signature(replied).parameters
    assert "goal" not in signature(continued).parameters


class Typed(Agent):
    """A user of one's own, who ends the conversation by a field."""

    @handles
    async def speak(self, request: Request) -> Spoken:
        """The next message, which mentions the signal."""
        prompt = request.prompt
        assert isinstance(prompt, Speak)
        return Spoken(text="what does [[done]] mean?", ends="assistant:" in prompt.transcript)


async def test_a_user_of_ones_own_ends_by_a_field_and_not_by_a_word() -> None:
    talk = await go_on(team(Typed("user"), "a signal"), Roles(), GOAL, (), messages=9)
    assert [turn.text for turn in talk.turns] == ["what does [[done]] mean?", "a signal"]
    assert talk.over


async def test_a_user_gives_up_when_its_patience_is_lost() -> None:
    roles = Roles(manner=Manner(patience=2))
    talk = await go_on(team(Scripted("a", "b", "c"), "x", "y", "z"), roles, GOAL, (), messages=9)
    assert ([turn.text for turn in talk.turns], talk.gave_up, talk.closing) == (["a", "x", "b", "y"], True, "")


async def test_the_user_alone_is_told_its_manner() -> None:
    roles = Roles(manner=Manner(style="in few words", knowledge="nothing of wine"))
    talking = team(Scripted("hi", "[[done]]"), "hello?")
    await go_on(talking, roles, GOAL, (), messages=9)
    prompts = [event.message.prompt for event in talking.context.trace.events if isinstance(event.message, Request)]
    assert [isinstance(prompt, Speak) and "How you talk: in few words" in prompt.goal for prompt in prompts] == [
        True,
        False,
        True,
    ]


class Seeded:
    """A model that says the seed it was given."""

    async def write(self, turns: Sequence[Turn], sampling: Sampling) -> Answer:
        """The seed."""
        return Answer(text=str(sampling.seed))


async def test_messages_draw_by_the_seeds_that_are_given() -> None:
    talk = await go_on(
        Team({"user": Seeded(), "assistant": Seeded()}),
        replace(Roles(), signal="[[done]]"),
        GOAL,
        (),
        messages=3,
        seeds=lambda number, role: 10 * number + (role == "assistant"),
    )
    assert [turn.text for turn in talk.turns] == ["0", "11", "20"]
