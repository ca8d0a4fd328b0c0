"""text/user_loop."""

from symposia.agents import Ask, Team
from symposia.agents.models.scripted import Scripted
from symposia.protocols.text import user_loop

QUESTION = Ask(text="2 + 2?")


async def test_a_conversation_ends_when_the_user_has_what_it_wants() -> None:
    models = {"user": Scripted("sort b a", "[[done]]"), "assistant": Scripted("a b")}
    team = Team(models)
    assert (await user_loop.answer(team, Ask(text="sort b a"))).text == "a b"
    assert team.stopped == "done"
    assert "user: sort b a\nassistant: a b" in models["user"].prompts[1]


async def test_the_assistant_never_sees_the_goal() -> None:
    models = {"user": Scripted("hello", "[[done]]"), "assistant": Scripted("hi")}
    await user_loop.answer(Team(models), Ask(text="a secret goal"))
    assert models["assistant"].prompts == ["hello"]


async def test_a_conversation_that_does_not_end_is_over_budget() -> None:
    team = Team({"user": Scripted("one", "two"), "assistant": Scripted("1", "2")})
    assert (await user_loop.answer(team, QUESTION, max_turns=2)).text == "2"
    assert team.stopped == "budget"


async def test_a_user_that_says_nothing_refuses() -> None:
    team = Team({"user": Scripted("[[done]]"), "assistant": Scripted()})
    assert (await user_loop.answer(team, QUESTION)).finish == "refused"
    assert team.stopped == "refused"
