"""Evolution of coefficients."""

import pytest
from symposia.agents.errors import BadScenario
from symposia.tests.support.hill import Scorer
from symposia.tests.support.said import says
from symposia.trainers.search import search
from symposia.trainers.search.evolution import Cma, Evolution
from symposia.trainers.search.motion import Motion
from symposia.trainers.search.starts import spread
from symposia.trainers.search.swarm import Swarm


async def test_evolution_finds_it_too_and_twice_the_same() -> None:
    pytest.importorskip("cma")
    found = [await search(Cma([1 / 3] * 3, Evolution(iterations=20), 5), Scorer()) for _ in range(2)]
    assert found[0] == found[1]
    assert found[0].score > -1e-3


def test_one_coefficient_is_not_evolved() -> None:
    pytest.importorskip("cma")
    with says(BadScenario, "search: cma needs two coefficients or more. Search by a swarm."):
        Cma([0.0], Evolution(), 0)


async def test_a_bound_is_never_left() -> None:
    score = Scorer()
    await search(Swarm(spread(3, 6, seed=2, around=1.5), Motion(bound=1.5, iterations=20, patience=20), 2), score)
    assert max(abs(value) for vector in score.asked for value in vector) <= 1.5
