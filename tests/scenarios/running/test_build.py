"""From a plan to live teams."""

from pathlib import Path
from typing import Any

import pytest
from symposia.agents import Ask
from symposia.agents.collective import Collective
from symposia.agents.context import Context
from symposia.agents.errors import BadScenario
from symposia.agents.models.absent import Absent
from symposia.agents.models.scripted import Scripted
from symposia.evaluators.evaluator import alone
from symposia.scenarios.running.build import as_model, build, reviewed, with_rivals
from symposia.tests.support.doubles import Even, Parrot
from symposia.tests.support.said import says
from symposia.tests.support.written import SCENARIO, planned, scenario

NESTED = SCENARIO.replace(
    '  - {name: coral, model: "scripted:coral.txt"}\n',
    "  - name: pair\n"
    "    model:\n"
    "      protocol: {use: text/majority_vote}\n"
    "      topology: complete\n"
    "      team:\n"
    '        - {name: coral, model: "scripted:coral.txt", persona: "You check."}\n'
    '        - {name: amber, model: "scripted:amber.txt"}\n',
)


def loaded(urls: list[str]) -> Any:
    """Loads nothing but notes what was wanted."""

    def load(url: str) -> Scripted:
        urls.append(url)
        return Scripted("4")

    return load


async def test_members_are_loaded_once_each_beside_the_scenario_on_its_topology(tmp_path: Path) -> None:
    urls: list[str] = []
    built = await build(planned(scenario(tmp_path)), Context(seed=7), loaded(urls), None)
    assert urls == [f"scripted:{tmp_path / name}.txt" for name in ("amber", "blue", "coral")]
    assert built.members.names == ("amber", "blue", "coral")
    assert built.members.topology.speakers("blue") == ("amber",)
    assert (built.members.question, built.members.context.seed) == ("prepare", 7)
    assert built.prepared is built.members


async def test_a_persona_belongs_to_its_member_and_to_the_team_it_is_in(tmp_path: Path) -> None:
    plan = planned(scenario(tmp_path, NESTED), "team.0.persona=You add.")
    built = await build(plan, Context(), loaded([]), None)
    assert built.members.context.personas == {"amber": "You add."}
    pair = built.members.models["pair"]
    assert isinstance(pair, Collective)
    assert pair.team.context.personas == {"coral": "You check."}
    assert (pair.team.names, pair.team.question) == (("coral", "amber"), "prepare/pair")
    assert pair.team.topology.speakers("amber") == ("coral",)


async def test_a_protocol_that_is_prepared_needs_a_dev_split(tmp_path: Path) -> None:
    changes = (
        "protocol={use: weight/greedy_soup}",
        "topology=null",
        "team=[{name: a, model: 'pocket:base'}, {name: b, model: 'pocket:graphs'}]",
    )
    plan = planned(scenario(tmp_path), *changes)
    with says(
        BadScenario, "s.yaml: weight/greedy_soup is prepared on a dev split, and the task has none. Give it one."
    ):
        await build(plan, Context(), Absent, None)
    dev: Any = Even()
    built = await build(plan, Context(), Absent, dev)
    assert built.members.names == ("a", "b")
    assert built.prepared.names == ("soup",)
    assert built.answer is alone
    assert as_model(built) is built.prepared.models["soup"]


async def test_models_that_take_no_part_are_asked_beside_the_members_as_who_they_are(tmp_path: Path) -> None:
    change = "against=[{name: rival, model: 'scripted:blue.txt', persona: 'You win.'}]"
    plan = planned(scenario(tmp_path), change, "team.0.persona=You add.")
    model = Parrot()
    built = await build(plan, Context(), lambda url: model, None)
    rivals = with_rivals(plan, built.members, lambda url: model)
    assert rivals.names == ("amber", "blue", "coral", "rival")
    assert rivals.context.personas == {"amber": "You add.", "rival": "You win."}
    await rivals.ask("rival", Ask(text="2 + 2?"))
    assert model.heard[0][0][0].text == "You win."


async def test_a_protocol_without_a_review_writes_no_files(tmp_path: Path) -> None:
    plan, dev = planned(scenario(tmp_path)), Even()
    built = await build(plan, Context(), loaded([]), None)
    objective: Any = dev
    assert await reviewed(plan.part, built, objective, objective) == {}


@pytest.mark.parametrize("options", ["{rounds: 0}", "{rounds: 2}"])
async def test_the_answer_has_the_options_of_the_scenario(tmp_path: Path, options: str) -> None:
    plan = planned(scenario(tmp_path), f"protocol.options={options}")
    built = await build(plan, Context(), lambda url: Parrot(), None)
    await built.answer(built.prepared.at("test/0"), Ask(text="2 + 2?"))
    turns = [event.turn for event in built.prepared.context.trace.events if event.to == "amber"]
    assert max(turns) == {"{rounds: 0}": 0, "{rounds: 2}": 4}[options]
