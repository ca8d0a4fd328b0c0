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


@pytest.mark.parametrize(
    ("own", "agreed", "calls"),
    [
        (("4", "4", "4"), 1.0, 3),
        (("4", "5", "4"), 0.6, 3),
        (("4", "5", "4"), 1.0, 3 + 1 + 2 + 1 + 1),
        (("4", "5", "6"), 0.6, 3 + 1 + 2 + 1 + 1),
        (("", "", ""), 0.0, 3 + 1 + 2 + 1 + 1),
    ],
)
async def test_only_what_the_client_is_unsure_of_goes_to_the_servers(
    own: tuple[str, ...], agreed: float, calls: int
) -> None:
    models = pool("1, 2", *own, "guided")
    team = Team(models).at("test/0")
    options = {"client": "client", "selector": "judge", "summarizer": "judge", "iterations": 1}
    found = await client_server.answer(team, QUESTION, guide="unsure", samples=3, agreed=agreed, **options)
    assert (found.text, team.spent.calls) == ("4" if calls == 3 else "guided", calls)
    assert team.stopped == ("consensus" if calls == 3 else "done")


async def test_an_unsure_client_revises_its_most_frequent_answer() -> None:
    models = pool("1", "5", "3", "3", "guided")
    await served(models, iterations=1, guide="unsure")
    assert "Your answer was: 3\n" in models["client"].prompts[3]


async def test_without_an_agreement_that_suffices_guidance_is_as_always_but_for_the_samples() -> None:
    calls = {}
    for guide, own in (("always", ("3", "4")), ("unsure", ("1", "2", "3", "4"))):
        models = pool("1, 2", *own)
        await served(models, iterations=1, guide=guide)
        calls[guide] = [len(models[name].prompts) for name in models]
    assert calls == {"always": [2, 2, 1, 1, 0], "unsure": [4, 2, 1, 1, 0]}
