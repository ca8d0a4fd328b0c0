"""The host of a run's agents: made when first needed, one runtime, and nobody there who was not asked."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from symposia.agents import Answer, Ask, Context, Team
from symposia.agents.models.scripted import Scripted
from symposia.agents.runtime.local import LocalRuntime
from symposia.protocols.text import debate
from symposia.topologies import complete

QUESTION = Ask(text="2 + 2?")


class Noting(LocalRuntime):
    """Notes which types of agents it is told of, and which are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.types: list[str] = []
        self.closed: list[str] = []

    async def register_factory(self, type: str, agent_factory: Callable[..., Any], **how: Any) -> Any:  # noqa: A002
        self.types.append(type)
        return await super().register_factory(type, agent_factory, **how)

    async def close_instance(self, agent: Any) -> None:
        self.closed.append(str(agent))
        await super().close_instance(agent)


@pytest.fixture
def made() -> list[Noting]:
    return []


def team(made: list[Noting], *names: str) -> Team[Scripted]:
    def runtime() -> Noting:
        made.append(Noting())
        return made[-1]

    return Team({name: Scripted("4", "4", "4") for name in names}, complete, Context(runtime=runtime))


async def test_a_debate_has_no_decoder_and_no_agent_twice(made: list[Noting]) -> None:
    await debate.answer(team(made, "amber", "blue"), QUESTION, rounds=1)
    (runtime,) = made
    assert sorted(runtime.types) == ["amber", "blue"]


async def test_who_is_never_asked_is_never_made(made: list[Noting]) -> None:
    members = team(made, "amber", "blue")
    assert made == []
    await members.ask("blue", QUESTION)
    assert made[0].types == ["blue"]


async def test_all_questions_share_one_runtime_and_each_closes_its_own_agents(made: list[Noting]) -> None:
    members = team(made, "amber")
    one, two = members.at("test/0"), members.at("test/1")
    for place in (one, two):
        await place.ask("amber", QUESTION)
    await one.close()
    assert len(made) == 1
    assert (made[0].types, made[0].closed) == (["amber"], ["amber/test/0"])


async def test_two_teams_at_one_question_do_not_share_their_agents(made: list[Noting]) -> None:
    members = team(made, "amber")
    other = members.with_models({"amber": Scripted("5")})
    assert (await members.ask("amber", QUESTION)).text == "4"
    assert (await other.ask("amber", QUESTION)).text == "5"
    assert (await members.ask("amber", QUESTION)).text == "4"


def test_another_event_loop_has_another_runtime(made: list[Noting]) -> None:
    members = team(made, "amber")
    said: list[Answer] = [asyncio.run(members.ask("amber", QUESTION)) for _ in range(2)]
    assert [answer.text for answer in said] == ["4", "4"]
    assert [runtime.types for runtime in made] == [["amber"], ["amber"]]
