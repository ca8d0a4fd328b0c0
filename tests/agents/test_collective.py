"""A team as a model: how it samples, who its members are told to be, what it is asked."""

import asyncio
from typing import Any

import pytest
from symposia.agents import Ask, Sampling, Team, Turn
from symposia.agents.collective import Collective, as_question
from symposia.agents.context import Context
from symposia.agents.models.scripted import Scripted
from symposia.evaluators.evaluator import alone
from symposia.tests.support.doubles import Parrot

QUESTION = Ask(text="2 + 2?")


def nested(model: Parrot) -> Team[Any]:
    """A team with a team in it; both have a persona and a sampling of their own."""
    inner = Context(personas={"amber": "You add."}, sampling=Sampling(temperature=0.1, max_tokens=11))
    outer = Context(seed=7, personas={"pair": "Unheard."}, sampling=Sampling(temperature=0.9, max_tokens=99))
    return Team({"pair": Collective(Team({"amber": model}, context=inner), alone)}, context=outer)


async def test_members_of_a_nested_team_keep_their_personas() -> None:
    model = Parrot()
    await nested(model).ask("pair", QUESTION)
    ((turns, _),) = model.heard
    assert turns[0] == Turn(role="system", text="You add.")


async def test_members_of_a_nested_team_sample_as_the_team_is_asked_to() -> None:
    model = Parrot()
    team = nested(model)
    await team.ask("pair", QUESTION)
    await team.ask("pair", QUESTION, temperature=0.5)
    assert [(sampling.temperature, sampling.max_tokens) for _, sampling in model.heard] == [(0.9, 99), (0.5, 99)]


async def test_a_nested_team_is_a_place_in_the_run_with_seeds_of_that_place() -> None:
    seeds = []
    for number in range(2):
        model = Parrot()
        team = nested(model).at(f"test/{number}")
        await team.ask("pair", QUESTION)
        seeds += [sampling.seed for _, sampling in model.heard]
        inner = [event.question for event in team.context.trace.events if event.to == "amber"]
        assert inner == [f"test/{number}/pair.0"]
    assert seeds[0] != seeds[1]


def test_a_team_by_itself_samples_as_it_is_told_and_counts_what_it_used() -> None:
    model = Parrot()
    crowd = Collective(Team({"amber": model, "blue": Scripted("5")}), alone)
    said = asyncio.run(crowd.write((Turn(role="user", text="2 + 2?"),), Sampling(temperature=0.3)))
    assert said.text == "2 + 2?"
    assert [sampling.temperature for _, sampling in model.heard] == [0.3]
    assert crowd.team.spent.calls == 0


@pytest.mark.parametrize(
    ("turns", "text"),
    [
        ((("user", "2 + 2?"),), "2 + 2?"),
        ((("user", "2 + 2?"), ("assistant", "5"), ("user", "Sure?")), "user: 2 + 2?\nassistant: 5\nuser: Sure?"),
    ],
)
def test_a_conversation_becomes_one_question(turns: tuple[tuple[Any, str], ...], text: str) -> None:
    assert as_question([Turn(role=role, text=said) for role, said in turns]) == Ask(text=text)
