"""weight/multiagent_finetuning: a generator and a critic of each member."""

from typing import Any

from symposia.agents import Ask, Sampling, Team
from symposia.agents.context import Context
from symposia.agents.errors import BadScenario
from symposia.evaluators.dev import Dev
from symposia.evaluators.evaluator import Evaluator
from symposia.protocols.weight import multiagent_finetuning
from symposia.tests.support.said import says
from symposia.tests.support.tasks import Lottery, lottery

QUICK: dict[str, Any] = {"rate": 1e-3, "batch": 4, "keep": "all", "rounds": 1}


async def test_each_member_becomes_a_generator_and_a_critic_and_the_best_iteration_serves(
    models: dict[str, Any],
) -> None:
    two = {name: models[name] for name in ("amber", "blue")}
    shared = Context(sampling=Sampling(max_tokens=2), personas={"amber": "Be brief."})
    dev = Dev(Evaluator(Lottery()), lottery(8))
    team = await multiagent_finetuning.prepare(Team(two, context=shared), dev, **QUICK)
    found = team.learned_as(multiagent_finetuning.Trained)
    assert found is not None
    assert team.names == ("amber", "amber-critic", "blue", "blue-critic")
    assert team.context.personas == {"amber": "Be brief.", "amber-critic": "Be brief."}
    assert found.chosen == found.scores.index(max(found.scores))
    assert found.taught == ({}, {"amber": 4, "blue": 4, "amber-critic": 0, "blue-critic": 0})
    said = await multiagent_finetuning.answer(team, Ask(text="2 + 2?"), **QUICK)
    assert said.text is not None


async def test_a_member_with_a_critics_name_is_refused(models: dict[str, Any]) -> None:
    team = Team({"amber": models["amber"], "amber-critic": models["blue"]})
    with says(BadScenario, "weight/multiagent_finetuning: amber-critic is a critic's name. Rename the member."):
        await multiagent_finetuning.prepare(team, Dev(Evaluator(Lottery()), lottery(4)))
