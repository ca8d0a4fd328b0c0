"""Swarms: coefficients against checkpoints."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from symposia.agents.seeds import derive
from symposia.tests.support.hill import Scorer
from symposia.trainers.merging.mixture import mixture
from symposia.trainers.search import search
from symposia.trainers.search.motion import Motion
from symposia.trainers.search.starts import experts
from symposia.trainers.search.swarm import Swarm
from torch import Tensor


async def test_a_search_scores_no_candidate_twice() -> None:
    score = Scorer()
    found = await search(Swarm(np.eye(3), Motion(inertia=1, cognitive=0, social=0, repel=0, velocity="zero"), 0), score)
    assert len(score.asked) == found.scored == 3
    assert (found.best, found.score) == ((0, 1, 0), pytest.approx(-0.16))


async def test_a_swarm_finds_what_no_expert_is() -> None:
    found = await search(Swarm(experts(3, 8, seed=0), Motion(iterations=20, patience=20), seed=0), Scorer())
    assert found.score > -1e-3


Weights = dict[str, Tensor]


def plus(*terms: tuple[float, Mapping[str, Tensor]]) -> Weights:
    """A sum of checkpoints."""
    return {name: sum(share * one[name] for share, one in terms) for name in terms[0][1]}  # type: ignore[misc]


class Checkpoints:
    """The algorithm of section 2 of the paper on checkpoints, as the original's code goes through it.

    Only the random numbers are the same: `u(iteration, purpose..)`.
    """

    def __init__(self, start: list[Weights], seed: int, motion: Motion) -> None:
        self.seed, self.motion, self.step = seed, motion, motion.step_length
        self.now, self.best = list(start), list(start)
        count = len(start)
        partner = [(i + 1 + derive(seed, "partner", i) % (count - 1)) % count for i in range(count)]
        self.velocity = [plus((1, start[j]), (-1, start[i])) for i, j in enumerate(partner)]
        self.history: list[list[float]] = [[] for _ in start]
        self.g: list[float] = []
        self.worst_score = float("inf")

    def update(self, scores: list[float]) -> None:
        for i, score in enumerate(scores):
            if score > max(self.history[i], default=float("-inf")):
                self.best[i] = self.now[i]
            self.history[i].append(score)
        if max(scores) > max(self.g, default=float("-inf")):
            self.global_best = self.now[scores.index(max(scores))]
        self.g.append(max([*self.g, *scores]))
        if min(scores) < self.worst_score:
            self.worst_score, self.global_worst = min(scores), self.now[scores.index(min(scores))]
        for i in range(len(scores)):
            self.move(i)
        self.step = max(self.step * self.motion.step_factor, self.motion.minimum_step)

    def move(self, i: int) -> None:
        history, moved = self.history[i], self.motion
        if len(history) - history.index(max(history)) >= moved.restart_patience:
            self.now[i] = self.best[i]
            self.velocity[i] = plus((0, self.velocity[i]))
        u = [derive(self.seed, len(self.g), term, i) / 2**63 for term in ("inertia", "cognitive", "social", "repel")]
        a = [r * c for r, c in zip(u, (moved.inertia, moved.cognitive, moved.social, moved.repel), strict=True)]
        x, total = self.now[i], sum(a)
        self.velocity[i] = plus(
            (a[0] / total, self.velocity[i]),
            (a[1] / total, plus((1, self.best[i]), (-1, x))),
            (a[2] / total, plus((1, self.global_best), (-1, x))),
            (a[3] / total, plus((1, x), (-1, self.global_worst))),
        )
        self.now[i] = plus((1, x), (self.step, self.velocity[i]))


@pytest.mark.long
@pytest.mark.parametrize("like", ["moco", "original"])
def test_thirty_steps_of_coefficients_are_thirty_steps_of_checkpoints(models: dict[str, Any], like: Any) -> None:
    motion = Motion(like=like, iterations=31, patience=100)
    start = experts(3, 5, seed=11)
    whole: list[Weights] = [{name: one.double() for name, one in model.parameters.items()} for model in models.values()]
    checkpoints = Checkpoints([plus(*zip(row.tolist(), whole, strict=True)) for row in start], 7, motion)
    swarm = Swarm(start, motion, 7)
    target = plus((0.5, whole[0]), (0.7, whole[1]), (-0.2, whole[2]))

    def near(weights: Mapping[str, Tensor]) -> float:
        return -sum(float(((one - target[name]) ** 2).sum()) for name, one in weights.items())

    for _ in range(30):
        made = {n: mixture(models, row, name=f"p{n}").parameters for n, row in swarm.ask().items()}
        for number, parameters in made.items():
            for name, tensor in parameters.items():
                assert (tensor - checkpoints.now[number][name]).abs().max() < 1e-6 * max(1, tensor.abs().max())
        swarm.tell({n: near(plus(*zip(row, whole, strict=True))) for n, row in swarm.ask().items()})
        checkpoints.update([near(one) for one in checkpoints.now])
    assert swarm.best_scores == pytest.approx(checkpoints.g, abs=1e-9)
    assert swarm.best_scores[-1] > swarm.best_scores[0]


def test_experts_that_are_all_alike_stay_where_they_are() -> None:
    swarm = Swarm(np.ones((4, 1)), Motion(iterations=5), seed=1)
    while not swarm.done:
        swarm.tell({number: float(number) for number in swarm.ask()})
    assert [particle.position.tolist() for particle in swarm.particles] == [[1.0]] * 4


def test_the_step_shrinks_to_its_minimum() -> None:
    swarm = Swarm(np.eye(3), Motion(iterations=100, patience=100), seed=1)
    for turn in range(60):
        assert swarm.step == pytest.approx(max(0.5 * 0.95**turn, 0.1))
        swarm.tell({number: -float(number) for number in swarm.ask()})
