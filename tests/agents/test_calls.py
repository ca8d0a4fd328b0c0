"""Calls of one team at the same time: each is at a place of its own."""

import asyncio
from typing import Any

from symposia.agents import Answer, Ask, Context, Team
from symposia.agents.message import Request
from symposia.agents.models.absent import Absent
from symposia.agents.models.scripted import Scripted
from symposia.agents.replay import Memory
from symposia.protocols.text import debate
from symposia.tests.support.doubles import Seeded, Slow
from symposia.topologies import complete

QUESTION = Ask(text="2 + 2?")


def places(team: Team[Any]) -> list[str]:
    return sorted({event.question for event in team.context.trace.events})


async def test_questions_asked_at_once_do_not_wait_for_each_other_and_have_seeds_of_their_own() -> None:
    team = Team({"amber": Seeded()})
    said = await asyncio.gather(*(team.ask("amber", QUESTION) for _ in range(3)))
    assert len({answer.text for answer in said}) == 3
    assert places(team) == ["question", "question/1", "question/2"]


async def test_what_one_call_asks_in_turn_is_at_one_place() -> None:
    team = Team({"amber": Scripted("4", "4"), "blue": Scripted("5", "4")}, complete)
    assert (await debate.answer(team, QUESTION, rounds=1)).text == "4"
    assert places(team) == ["question"]


async def test_debates_at_once_do_not_hear_each_other() -> None:
    team = Team({"amber": Seeded(), "blue": Seeded()}, complete)
    debates = [asyncio.create_task(debate.answer(team, QUESTION, rounds=1)) for _ in range(2)]
    await asyncio.gather(*debates)
    told = [event for event in team.context.trace.events if isinstance(event.message, Answer) and event.to == "blue"]
    assert {(event.question, event.sender) for event in told} == {("question", "amber"), ("question/1", "amber")}


async def test_a_question_after_another_goes_on_at_its_place() -> None:
    team = Team({"amber": Scripted("4", "5")})
    for text in ("4", "5"):
        assert (await asyncio.create_task(team.ask("amber", QUESTION))).text == text
    assert places(team) == ["question"]


async def test_what_calls_cost_is_added_up() -> None:
    team = Team({"amber": Scripted("4", "5", "6")})
    await asyncio.gather(*(asyncio.create_task(team.ask("amber", QUESTION)) for _ in range(3)))
    assert team.spent.calls == 3


async def test_a_cancelled_call_leaves_the_others_alone() -> None:
    team: Team[Any] = Team({"slow": Slow(), "amber": Scripted("4")})
    slow = asyncio.create_task(team.ask("slow", QUESTION))
    await asyncio.sleep(0)
    quick = asyncio.create_task(team.ask("amber", QUESTION))
    assert (await quick).text == "4"
    slow.cancel()
    assert isinstance((await asyncio.gather(slow, return_exceptions=True))[0], asyncio.CancelledError)


async def test_five_hundred_questions_at_once_have_a_place_each() -> None:
    team = Team({"amber": Seeded()})
    asked = await asyncio.gather(*(team.ask("amber", Ask(text=str(number))) for number in range(500)))
    events = team.context.trace.events
    requests = [event for event in events if isinstance(event.message, Request)]
    assert {event.question for event in requests} == {"question", *(f"question/{number}" for number in range(1, 500))}
    assert len({(event.question, event.to, event.turn) for event in requests}) == len(requests) == 500
    assert len({answer.text for answer in asked}) == 500
    replies = {event.cause: event.message for event in events if isinstance(event.message, Answer)}
    said = {event.message.prompt.render(): replies[event.seq] for event in requests}
    assert [said[str(number)] for number in range(500)] == asked


async def test_the_agents_of_calls_that_are_over_are_forgotten() -> None:
    team = Team({"amber": Seeded()})
    await asyncio.gather(*(asyncio.create_task(team.ask("amber", QUESTION)) for _ in range(50)))
    for _ in range(100):
        await asyncio.sleep(0)
    assert list(team.context.host._agents) == ["question"]
    assert team._calls._others == []  # type: ignore[union-attr]


async def test_concurrent_calls_are_replayed_each_from_its_own_place() -> None:
    team = Team({"amber": Seeded()})
    first = await asyncio.gather(*(team.ask("amber", Ask(text=str(number))) for number in range(20)))
    memory = Memory(team.context.trace.events, "replay")
    again = Team({"amber": Absent("amber")}, context=Context(memory=memory))
    assert await asyncio.gather(*(again.ask("amber", Ask(text=str(number))) for number in range(20))) == first
    memory.check_used()
