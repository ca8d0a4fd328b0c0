"""weight/sparta: duels, and trainings that go on from each other."""

from typing import Any

import pytest
from symposia.agents import Sampling, Team
from symposia.agents.context import Context
from symposia.agents.errors import BadScenario
from symposia.agents.loading import load
from symposia.evaluators.dev import Dev
from symposia.evaluators.evaluator import Evaluator
from symposia.protocols.weight import sparta
from symposia.tests.support.said import says
from symposia.tests.support.tasks import Lottery, lottery
from symposia.tests.support.tiny import llama

LONG: dict[str, Any] = {"max_position_embeddings": 512}
SHORT = Sampling(max_tokens=4)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Three random models that can read what a judge reads."""
    folder = tmp_path_factory.mktemp("long")
    names = ("amber", "blue", "coral")
    return {name: load(f"hf:{llama(folder / name, seed=n, **LONG)}") for n, name in enumerate(names)}


async def champion(models: dict[str, Any], **options: Any) -> tuple[sparta.Champion, Team[Any], Context]:
    shared = Context(sampling=SHORT)
    dev = Dev(Evaluator(Lottery()), lottery(8))
    given = {"rounds": 2, "duels": 6, "rate": 1e-3, "batch": 4, "opponents": 2} | options
    team = await sparta.prepare(Team(models, context=shared), dev, **given)
    found = team.learned_as(sparta.Champion)
    assert found is not None
    return found, team, shared


@pytest.mark.long
async def test_the_best_of_any_round_serves_and_ratings_are_kept_over_rounds(models: dict[str, Any]) -> None:
    found, team, shared = await champion(models)
    best = [max(scores.values()) for scores in found.members]
    assert found.chosen == best.index(max(best))
    assert team.names == (found.best,)
    assert [round(sum(ratings.values()), 9) for ratings in found.ratings] == [300.0] * 3
    assert (found.duels, len(found.pairs), found.pairs[0]) == (12, 3, 0)
    assert max(found.pairs) > 0
    asked = {event.question for event in shared.trace.events}
    trained = {place for place in asked if "/duel/" in place}
    assert len(trained) == 12


@pytest.mark.long
async def test_duels_are_about_the_half_of_dev_that_does_not_choose(models: dict[str, Any]) -> None:
    _, _, shared = await champion(models, rounds=1)
    asked = [
        event.message.prompt.text
        for event in shared.trace.events
        if "/duel/" in event.question and getattr(getattr(event.message, "prompt", None), "text", None)
    ]
    assert asked
    assert set(asked) <= {"0", "1", "4", "5"}  # every other one of the even and of the odd ones, which are two topics


async def test_dev_of_one_question_is_refused(models: dict[str, Any]) -> None:
    dev = Dev(Evaluator(Lottery()), lottery(1))
    with says(BadScenario, "weight/sparta: dev has fewer than two questions. Half of it trains, the other chooses."):
        await sparta.prepare(Team(models), dev)


def test_a_bandit_needs_two_rounds() -> None:
    with pytest.raises(BadScenario, match="a bandit draws evenly in its only round"):
        sparta.Options(leader="bandit", rounds=1).check(("a", "b", "c"))
