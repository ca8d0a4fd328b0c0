"""weight/agg_lm: a trained aggregator, where it is worth one."""

from typing import Any

import pytest
from symposia.agents import Ask, Sampling, Team
from symposia.agents.context import Context
from symposia.agents.errors import BadScenario
from symposia.agents.loading import load
from symposia.evaluators.dev import Dev
from symposia.evaluators.evaluator import Evaluator
from symposia.protocols.weight import agg_lm
from symposia.tests.support.said import says
from symposia.tests.support.tasks import Lottery, lottery
from symposia.tests.support.tiny import llama

QUICK: dict[str, Any] = {"aggregator": "amber", "samples": 2, "batch": 4, "sets": 1, "rate": 1e-2}


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Two random models that can read attempts."""
    folder = tmp_path_factory.mktemp("long")
    room: dict[str, Any] = {"max_position_embeddings": 512}
    return {name: load(f"hf:{llama(folder / name, seed=n, **room)}") for n, name in enumerate(("amber", "blue"))}


@pytest.mark.parametrize("keep", ["best", "trained"])
async def test_the_best_on_held_out_questions_answers(keep: str, long: dict[str, Any]) -> None:
    shared = Context(sampling=Sampling(max_tokens=2))
    options = {**QUICK, "keep": keep}
    team = await agg_lm.prepare(Team(long, context=shared), Dev(Evaluator(Lottery()), lottery(8)), **options)
    found = team.learned_as(agg_lm.Aggregating)
    assert found is not None
    assert (found.solvers, found.aggregator) == (("amber", "blue"), "amber-aggregator")
    assert list(found.scores) == ["vote", "untrained", "trained"]
    assert found.kept == ("trained" if keep == "trained" else max(found.scores, key=lambda kind: found.scores[kind]))
    assert team.models["amber"] is long["amber"]
    assert team.models["amber-aggregator"] is not long["amber"] or found.kept == "untrained"
    here = team.at("test/0")
    await agg_lm.answer(here, Ask(text="2 + 2?"), **options)
    assert here.spent.calls == (2 if found.kept == "vote" else 3)


async def test_a_member_with_the_aggregators_name_is_refused(long: dict[str, Any]) -> None:
    team = Team({"amber": long["amber"], "amber-aggregator": long["blue"]})
    with says(
        BadScenario,
        "weight/agg_lm: amber-aggregator is what the trained copy of amber is called. Rename the member.",
    ):
        await agg_lm.prepare(team, Dev(Evaluator(Lottery()), lottery(4)), **QUICK)
