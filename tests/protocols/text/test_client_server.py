"""text/client_server."""

from typing import Any

import pytest
from symposia.agents import Answer, Ask, Team
from symposia.agents.errors import BadScenario
from symposia.agents.models.scripted import Scripted
from symposia.protocols.text import client_server

QUESTION = Ask(text="2 + 2?")


def pool(selector: str, *client: str) -> dict[str, Scripted]:
    return {
        "client": Scripted(*client),
        "judge": Scripted(selector, "it is 4", "surely 4"),
        "amber": Scripted("4", "4", "4"),
        "blue": Scripted("5", "5", "5"),
        "coral": Scripted("6", "6", "6"),
    }


async def served(models: dict[str, Scripted], **options: Any) -> Answer:
    return await client_server.answer(
        Team(models), QUESTION, client="client", selector="judge", summarizer="judge", **options
    )


async def test_the_client_revises_under_the_guidance_of_the_chosen_servers() -> None:
    models = pool("1, 3", "3", "4")
    assert (await served(models, iterations=1)).text == "4"
    assert "- amber: 4\n- coral: 6" in models["judge"].prompts[1]
    assert "Your answer was: 3\nGuidance from stronger models: it is 4" in models["client"].prompts[1]
    assert models["blue"].prompts == []


async def test_a_selector_that_names_nobody_leaves_the_order() -> None:
    models = pool("none of them", "3", "4")
    await served(models, iterations=1, top_k=1)
    assert [len(models[name].prompts) for name in ("amber", "blue", "coral")] == [1, 0, 0]


async def test_without_selection_every_server_answers() -> None:
    models = pool("unused", "3", "4")
    await served(models, iterations=1, use_selection=False)
    assert [len(models[name].prompts) for name in ("amber", "blue", "coral")] == [1, 1, 1]


async def test_all_servers_refine_as_in_the_original() -> None:
    models = pool("1", "3", "4", "4")
    await served(models, iterations=2, top_k=1, refine="all")
    assert [len(models[name].prompts) for name in ("client", "amber", "blue", "coral")] == [3, 3, 2, 2]
    assert "Your answer was: (none yet)" in models["blue"].prompts[0]


async def test_the_calls_are_those_of_the_original() -> None:
    models = pool("1, 2", "3", "4", "4")
    team = Team(models)
    options = {
        "client": "client",
        "selector": "judge",
        "summarizer": "judge",
        "refine": "all",
        "top_k": 2,
        "iterations": 2,
    }
    await client_server.answer(team, QUESTION, **options)
    original, client = 1 + 2 + 2 * (1 + 3), 3
    assert team.spent.calls == original + client


async def test_a_client_without_servers_is_an_error() -> None:
    with pytest.raises(BadScenario) as raised:
        await client_server.answer(Team({"client": Scripted()}), QUESTION)
    assert str(raised.value) == "text/client_server: no member is a server. Add one that has no other role."
