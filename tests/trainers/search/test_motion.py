"""How particles move."""

import numpy as np
import pytest
from symposia.tests.support.hill import STEADY, utility
from symposia.trainers.search.motion import Motion
from symposia.trainers.search.starts import experts
from symposia.trainers.search.swarm import Particle, Swarm, normalized, velocity


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
        assert np.array([p.position for p in swarm.particles]) == pytest.approx(np.array(places), abs=1e-8)
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
        places.append(np.array([particle.position for particle in swarm.particles]))
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
            assert particle.position.sum() == pytest.approx(1, abs=1e-12)
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
    before = [(particle.position, particle.velocity) for particle in swarm.particles]
    swarm.tell({number: 0.0 for number in swarm.ask()})
    for particle, (place, moved) in zip(swarm.particles, before, strict=True):
        assert particle.velocity.tolist() == moved.tolist()
        assert particle.position.tolist() == (place + 0.5 * moved).tolist()


def test_a_skipped_particle_moves_and_keeps_its_score_and_its_best() -> None:
    swarm = Swarm(np.eye(3), STEADY.model_copy(update={"drop_round": 1.0}), seed=0)
    swarm.tell({number: utility(vector) for number, vector in swarm.ask().items()})
    places = [particle.position for particle in swarm.particles]
    assert swarm.ask() == {}
    swarm.tell({})
    assert [particle.scores[0] == particle.scores[1] for particle in swarm.particles] == [True] * 3
    assert [particle.best.tolist() for particle in swarm.particles] == np.eye(3).tolist()
    assert all((particle.position != place).any() for particle, place in zip(swarm.particles, places, strict=True))


def test_the_values_of_the_original_have_one_name() -> None:
    motion = Motion.model_validate({"like": "original", "iterations": 4})
    assert (motion.inertia, motion.cognitive, motion.social, motion.repel) == (0.4, 0.3, 0.3, 0.3)
    assert (motion.step_length, motion.step_factor, motion.minimum_step) == (1.0, 0.95, 0.1)
    assert (motion.patience, motion.restart_patience, motion.rule, motion.iterations) == (10, 5, "original", 4)
    assert Motion(like="original").iterations == 201
    assert Motion() == Motion(like="moco", inertia=0.2, cognitive=0.3, social=0.4, repel=0.05, step_length=0.5)
