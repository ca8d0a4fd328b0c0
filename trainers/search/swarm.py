"""Particle swarm in coefficient space.

    v <- a_v v + a_p (p - x) + a_g (g - x) + a_w (x - w);   x <- x + lambda v
    a = (r_v inertia, r_p cognitive, r_g social, r_w repel) / their sum

p is the particle's best position, g the best and w the worst of all; r are uniform draws. Model Swarms (Feng et al.
2024, https://arxiv.org/abs/2410.11163) does this with checkpoints. Its factors are scalars, so every particle, best
position and velocity is a linear combination of the initial experts, represented here by its coefficients.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...agents.objective import PartialScore, ScoreBand, most
from ...agents.seeds import derive
from .found import Vector
from .motion import Motion
from .rules import stops, strays

Array: TypeAlias = NDArray[np.float64]
COOLDOWN: Final = 3
"""The number of rounds after a restart in which MoCo's version does not restart a particle again."""


@dataclass
class Particle:
    """A particle's position, velocity, best position, and its score after each iteration.

    In the iterations in `stopped` evaluation stopped early: the score is an upper bound, at most the best score.

    >>> particle = Particle(np.array([1.0, 0.0]), np.array([0.0, 0.0]), np.array([0.0, 1.0]))
    >>> particle.note(0.5)
    >>> particle.best.tolist(), particle.scores
    ([1.0, 0.0], [0.5])
    """

    position: Array
    velocity: Array
    best: Array
    scores: list[float] = field(default_factory=list)
    stopped: list[int] = field(default_factory=list)
    cooldown: int = 0

    def note(self, score: float | PartialScore | None) -> None:
        """Record a score, and the position if it is the best so far; None repeats the last score."""
        unsure = isinstance(score, PartialScore) or (score is None and len(self.scores) - 1 in self.stopped)
        if unsure:
            self.stopped.append(len(self.scores))
        elif score is not None and most(score) > max(self.scores, default=-np.inf):
            self.best = self.position.copy()
        self.scores.append(self.scores[-1] if score is None else most(score))


class Swarm:
    """A particle swarm search from initial positions `start` of shape (particles, coefficients).

    >>> swarm = Swarm(np.eye(2), Motion(velocity="zero"), seed=0)
    >>> swarm.ask()
    {0: (1.0, 0.0), 1: (0.0, 1.0)}
    >>> swarm.tell({0: 0.2, 1: 0.8})
    >>> swarm.best.tolist(), swarm.iteration
    ([0.0, 1.0], 1)
    """

    def __init__(self, start: Array, motion: Motion, seed: int) -> None:
        self.motion = motion
        self.seed = seed
        velocities = partners(start, seed) - start if motion.velocity == "random" else np.zeros_like(start)
        self.particles = [Particle(x.copy(), v.copy(), x.copy()) for x, v in zip(start, velocities, strict=True)]
        self.step = motion.step_length
        self.best = self.worst = start[0].copy()
        self.best_scores: list[float] = []
        self.worst_score: float = np.inf
        self.done = False

    @property
    def iteration(self) -> int:
        """The number of rounds of scores so far."""
        return len(self.best_scores)

    def ask(self) -> Mapping[int, Vector]:
        """The positions to score by particle number; all in the first round, later less those dropped at random."""
        skipped = self.iteration > 0 and self.draw("drop round") < self.motion.drop_round
        return {
            number: tuple(particle.position.tolist())
            for number, particle in enumerate(self.particles)
            if self.iteration == 0 or not (skipped or self.draw("drop", number) < self.motion.drop_one)
        }

    def idle(self, number: int) -> ScoreBand | None:
        """The scores from the worst of all to the particle's best, which change no best and no worst position.

        Only by the original's rules; MoCo's compare a particle's last scores with each other, so the band is None.
        """
        scores = self.particles[number].scores
        if not scores or self.motion.rule != "original":
            return None
        return ScoreBand(self.worst_score, max(scores))

    def tell(self, scores: Mapping[int, float | PartialScore]) -> None:
        """Record the scores and move all particles, unless the search ends. A dropped particle keeps its last score."""
        for number, particle in enumerate(self.particles):
            particle.note(scores.get(number))
        self._compare(scores)
        if self.iteration == 1 and self.motion.velocity == "best":
            for particle in self.particles:
                particle.velocity = self.best - particle.position
        motion = self.motion
        self.done = self.iteration >= motion.iterations or stops(motion.rule, self.best_scores, motion.patience)
        if not self.done:
            for number, particle in enumerate(self.particles):
                self._move(number, particle)
            self.step = max(self.step * motion.step_factor, motion.minimum_step)

    def draw(self, *purpose: str | int) -> float:
        """A uniform draw from [0, 1) that depends on the seed, the round and the purpose."""
        return derive(self.seed, self.iteration, *purpose) / 2**63

    def _compare(self, scores: Mapping[int, float | PartialScore]) -> None:
        """Update the best and the worst position of all; ties keep the first."""
        top = self.best_scores[-1] if self.best_scores else -np.inf
        for number, score in sorted(scores.items()):
            if isinstance(score, PartialScore):
                continue  # neither best nor worst
            if score > top:
                top, self.best = score, self.particles[number].position.copy()
            if score < self.worst_score:
                self.worst_score, self.worst = score, self.particles[number].position.copy()
        self.best_scores.append(top)

    def _move(self, number: int, particle: Particle) -> None:
        motion = self.motion
        if strays(motion.rule, particle.scores, motion.restart_patience) and particle.cooldown == 0:
            particle.position, particle.velocity = particle.best.copy(), np.zeros_like(particle.velocity)
            particle.cooldown = COOLDOWN if motion.rule == "moco" else 0
        else:
            particle.cooldown = max(0, particle.cooldown - 1)
        shares = self._shares(number)
        particle.velocity = velocity(particle, self.best, self.worst, shares)
        particle.position = particle.position + self.step * particle.velocity
        if motion.bound is not None:
            particle.position = particle.position.clip(-motion.bound, motion.bound)

    def _shares(self, number: int) -> Array:
        motion = self.motion
        factors = np.array([motion.inertia, motion.cognitive, motion.social, motion.repel])
        if motion.random_factors:
            factors = factors * [self.draw(term, number) for term in ("inertia", "cognitive", "social", "repel")]
        return normalized(factors)


def partners(start: Array, seed: int) -> Array:
    """For each particle the position of a random other one; of a single particle its own."""
    count = len(start)
    drawn = [(i + 1 + derive(seed, "partner", i) % (count - 1)) % count for i in range(count)] if count > 1 else [0]
    chosen: Array = start[drawn]
    return chosen


def normalized(factors: Array) -> Array:
    """Factors divided by their sum; all zeros stay zeros."""
    total: float = factors.sum()
    return factors / total if total else factors


def velocity(particle: Particle, best: Array, worst: Array, shares: Array) -> Array:
    """The particle's next velocity, from inertia and the pulls of the best and worst positions."""
    pulls = (particle.velocity, particle.best - particle.position, best - particle.position, particle.position - worst)
    total: Array = sum((share * pull for share, pull in zip(shares, pulls, strict=True)), np.zeros_like(worst))
    return total
