"""trainers/search: the swarm, its rules, other searches."""

from collections.abc import Sequence

import numpy as np
import pytest
from symposia.agents.errors import BadScenario
from symposia.trainers.search import Vector, search
from symposia.trainers.search.evolution import Cma, Evolution
from symposia.trainers.search.grid import Grid, simplex
from symposia.trainers.search.motion import Motion
from symposia.trainers.search.rules import stops, strays
from symposia.trainers.search.starts import experts, spread
from symposia.trainers.search.swarm import Particle, Swarm, normalized, velocity

from .said import says

EXPERTS = np.array([[1.0, 0, 2, -1], [2, 1, 0, 1], [5, -1, 1, 0]])
STEADY = Motion(random_factors=False, restart_patience=100, patience=100)


def utility(vector: Sequence[float]) -> float:
    return float(-(((np.array(vector) @ EXPERTS)[0] - 2.4) ** 2))


def golden() -> Swarm:
    swarm = Swarm(np.eye(3), STEADY, seed=0)
    for particle, velocity_of in zip(swarm.particles, np.eye(3)[[1, 2, 0]] - np.eye(3), strict=True):
        particle.velocity = velocity_of
    return swarm


STEPS = [
    (
        [-1.96, -0.16, -6.76],
        [
            [0.710526316, 0.315789474, -0.026315789],
            [0, 0.921052632, 0.078947368],
            [0.105263158, 0.210526316, 0.684210526],
        ],
    ),
    (
        [-1.414847645, -0.026620499, -2.39434903],
        [
            [0.528289474, 0.507894737, -0.036184211],
            [0, 0.928289474, 0.071710526],
            [0.107894737, 0.4, 0.492105263],
        ],
    ),
    (
        [-1.075041551, -0.034176333, -0.937839335],
        [
            [0.40401398, 0.636878289, -0.04089227],
            [0, 0.949377467, 0.050622533],
            [0.090483553, 0.546394737, 0.363121711],
        ],
    ),
]


def test_three_steps_of_a_swarm_are_the_golden_ones() -> None:
    swarm = golden()
    for scores, places in STEPS:
        told = {number: utility(vector) for number, vector in swarm.ask().items()}
        assert list(told.values()) == pytest.approx(scores, abs=1e-8)
        swarm.tell(told)
        assert np.array([p.place for p in swarm.particles]) == pytest.approx(np.array(places), abs=1e-8)
    assert swarm.step == pytest.approx(0.4286875)
    assert swarm.best.tolist() == pytest.approx([0, 0.921052632, 0.078947368], abs=1e-9)
    assert (swarm.worst.tolist(), swarm.worst_score) == ([0, 0, 1], pytest.approx(-6.76))
    final = [utility(vector) for vector in swarm.ask().values()]
    assert final == pytest.approx([-0.858755819, -0.061569689, -0.358659146], abs=1e-8)


def test_a_step_with_given_random_factors_is_the_golden_one() -> None:
    shares = normalized(np.array([0.5, 0.25, 0.75, 1]) * [0.2, 0.3, 0.4, 0.05])
    assert shares.tolist() == pytest.approx([0.19047619, 0.142857143, 0.571428571, 0.095238095])
    one, two, three = np.eye(3)
    moved = velocity(Particle(one, two - one, one), two, three, shares)
    assert moved.tolist() == pytest.approx([-0.666666667, 0.761904762, -0.095238095])
    assert (one + 0.5 * moved).tolist() == pytest.approx([0.666666667, 0.380952381, -0.047619048])


def explicit(motion: Motion, seed: int, weights: np.ndarray, score: object) -> list[np.ndarray]:
    """The same swarm moved as checkpoints: a swarm whose coefficients are the weights themselves."""
    swarm = Swarm(weights, motion, seed)
    places = []
    while not swarm.done:
        swarm.tell({n: score(np.array(vector)) for n, vector in swarm.ask().items()})  # type: ignore[operator]
        places.append(np.array([particle.place for particle in swarm.particles]))
    return places


def test_a_swarm_of_coefficients_is_a_swarm_of_weights() -> None:
    weights = np.random.default_rng(0).normal(size=(4, 500))
    target = weights.mean(0)
    motion = Motion(iterations=30, patience=100)

    def near(theta: np.ndarray) -> float:
        return float(-((theta - target) ** 2).mean())

    as_weights = explicit(motion, 7, weights, near)
    as_coefficients = explicit(motion, 7, np.eye(4), lambda c: near(c @ weights))
    assert len(as_weights) == 30
    for heavy, light in zip(as_weights, as_coefficients, strict=True):
        assert np.abs(light @ weights - heavy).max() < 1e-12


def test_particles_stay_combinations_whose_coefficients_sum_to_one() -> None:
    swarm = Swarm(experts(3, 6, seed=1), Motion(iterations=20, patience=100), seed=1)
    while not swarm.done:
        swarm.tell({number: utility(vector) for number, vector in swarm.ask().items()})
        for particle in swarm.particles:
            assert particle.place.sum() == pytest.approx(1, abs=1e-12)
            assert particle.velocity.sum() == pytest.approx(0, abs=1e-12)
    assert swarm.best_scores == sorted(swarm.best_scores)


def test_a_common_factor_of_the_four_coefficients_changes_nothing() -> None:
    places = []
    for factor in (1, 10):
        motion = Motion(inertia=0.2 * factor, cognitive=0.3 * factor, social=0.4 * factor, repel=0.05 * factor)
        places.append(explicit(motion, 3, np.eye(3), utility)[-1])
    assert places[0] == pytest.approx(places[1])


def test_inertia_alone_keeps_the_velocity() -> None:
    swarm = Swarm(np.eye(3), STEADY.model_copy(update={"cognitive": 0, "social": 0, "repel": 0}), seed=0)
    before = [(particle.place, particle.velocity) for particle in swarm.particles]
    swarm.tell({number: 0.0 for number in swarm.ask()})
    for particle, (place, moved) in zip(swarm.particles, before, strict=True):
        assert particle.velocity.tolist() == moved.tolist()
        assert particle.place.tolist() == (place + 0.5 * moved).tolist()


def test_a_skipped_particle_moves_and_keeps_its_score_and_its_best() -> None:
    swarm = Swarm(np.eye(3), STEADY.model_copy(update={"drop_round": 1.0}), seed=0)
    swarm.tell({number: utility(vector) for number, vector in swarm.ask().items()})
    places = [particle.place for particle in swarm.particles]
    assert swarm.ask() == {}
    swarm.tell({})
    assert [particle.scores[0] == particle.scores[1] for particle in swarm.particles] == [True] * 3
    assert [particle.best.tolist() for particle in swarm.particles] == np.eye(3).tolist()
    assert all((particle.place != place).any() for particle, place in zip(swarm.particles, places, strict=True))


@pytest.mark.parametrize("mode", ["random", "zero", "best"])
def test_particles_start_as_they_are_told(mode: str) -> None:
    swarm = Swarm(np.eye(3), STEADY.model_copy(update={"velocity": mode, "iterations": 1}), seed=0)
    first = [particle.velocity.tolist() for particle in swarm.particles]
    swarm.tell({number: utility(vector) for number, vector in swarm.ask().items()})
    if mode == "random":
        assert all(sorted(one) == [-1, 0, 1] for one in first)
    else:
        assert first == np.zeros((3, 3)).tolist()
    if mode == "best":
        assert [particle.velocity.tolist() for particle in swarm.particles] == [[-1, 1, 0], [0, 0, 0], [0, 1, -1]]


RULES = ["original", "moco", "numeric"]


@pytest.mark.parametrize(
    ("best", "expected"),
    [
        ([0.5, 0.6, 0.7, 0.7], [False, False, True]),
        ([0.5, 0.7, 0.7, 0.7], [True, True, True]),
        ([0.5, 0.6, 0.6], [False, False, False]),
    ],
)
def test_the_three_rules_to_stop(best: list[float], expected: list[bool]) -> None:
    assert [stops(rule, best, 3) for rule in RULES] == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([0.5, 0.6, 0.55, 0.56], [True, True, True]),
        ([0.6, 0.5, 0.55, 0.58], [True, False, False]),
        ([0.5, 0.6, 0.5, 0.61], [False, False, False]),
        ([0.6, 0.4, 0.5, 0.5], [True, False, True]),
        ([0.5, 0.55, 0.6, 0.58], [False, False, True]),
    ],
)
def test_the_three_rules_to_start_again(scores: list[float], expected: list[bool]) -> None:
    assert [strays(rule, scores, 3) for rule in RULES] == expected  # type: ignore[arg-type]


def test_children_lie_on_lines_through_two_parents() -> None:
    rows = experts(4, 10, seed=3)
    assert rows[:4].tolist() == np.eye(4).tolist()
    assert rows.shape == (10, 4)
    assert rows.sum(1) == pytest.approx(np.ones(10))
    assert (experts(4, 10, seed=3) == rows).all()
    assert experts(1, 3, seed=0).tolist() == [[1.0]]


def test_a_spread_begins_at_the_origin() -> None:
    rows = spread(3, 5, seed=1, around=1.5)
    assert rows[0].tolist() == [0, 0, 0]
    assert (np.abs(rows[1:]) <= 1.5).all()
    assert len({tuple(row) for row in rows.tolist()}) == 5


class Scorer:
    def __init__(self) -> None:
        self.asked: list[Vector] = []

    async def __call__(self, vectors: Sequence[Vector]) -> list[float]:
        self.asked += vectors
        return [utility(vector) for vector in vectors]


async def test_a_search_scores_no_candidate_twice() -> None:
    score = Scorer()
    found = await search(Swarm(np.eye(3), Motion(inertia=1, cognitive=0, social=0, repel=0, velocity="zero"), 0), score)
    assert len(score.asked) == found.scored == 3
    assert (found.best, found.score) == ((0, 1, 0), pytest.approx(-0.16))


async def test_a_swarm_finds_what_no_expert_is() -> None:
    found = await search(Swarm(experts(3, 8, seed=0), Motion(iterations=20, patience=20), seed=0), Scorer())
    assert found.score > -1e-3


async def test_a_grid_holds_every_weight() -> None:
    assert list(simplex(2, 2)) == [(0.0, 1.0), (0.5, 0.5), (1.0, 0.0)]
    assert len(list(simplex(3, 10))) == 66
    found = await search(Grid(simplex(3, 10)), Scorer())
    assert utility(found.best) == pytest.approx(0, abs=1e-9)


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
