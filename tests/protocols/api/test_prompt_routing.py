"""api/prompt_routing: a router names who answers."""

import pytest
from symposia.agents import Ask, Team
from symposia.agents.errors import UnknownName
from symposia.agents.models.scripted import Scripted
from symposia.protocols.api import prompt_routing
from symposia.tests.support.doubles import KnownScores

QUESTION = Ask(text="2 + 2?")


async def test_the_router_names_who_answers() -> None:
    models = {"amber": Scripted(), "blue": Scripted("4"), "judge": Scripted("Model 2.")}
    described = {"amber": "reads", "blue": "adds"}
    said = await prompt_routing.answer(Team(models), QUESTION, descriptions=described, router="judge")
    assert said.text == "4"
    assert "1. amber: reads\n2. blue: adds" in models["judge"].prompts[0]


async def test_a_router_that_names_nobody_answers_itself() -> None:
    models = {"amber": Scripted("who knows", "5"), "blue": Scripted()}
    assert (await prompt_routing.answer(Team(models), QUESTION, router="amber")).text == "5"


async def test_the_best_model_on_dev_routes() -> None:
    models = {"amber": Scripted("4"), "blue": Scripted("1")}
    team = await prompt_routing.prepare(Team(models), KnownScores({"amber": 0.1, "blue": 0.9}))
    assert (await prompt_routing.answer(team, QUESTION)).text == "4"


async def test_rotations_cancel_position_bias() -> None:
    always_first = Scripted("1", "1", "4")
    models = {"amber": always_first, "blue": Scripted("5")}
    await prompt_routing.answer(Team(models), QUESTION, router="amber", orders=2)
    assert "1. amber\n2. blue" in always_first.prompts[0]
    assert "1. blue\n2. amber" in always_first.prompts[1]


async def test_routing_to_a_stranger_is_an_error() -> None:
    with pytest.raises(UnknownName, match="no agent named 'ambre'"):
        await prompt_routing.answer(Team({"amber": Scripted()}), QUESTION, descriptions={"ambre": "adds"})
