"""Particle swarm in coefficient space.

    v <- a_v v + a_p (p - x) + a_g (g - x) + a_w (x - w);   x <- x + lambda v
    a = (r_v inertia, r_p cognitive, r_g social, r_w repel) / their sum

p is the particle's best place, g the best and w the worst of all; r are uniform draws. Model Swarms (Feng et
al. 2024, https://arxiv.org/abs/2410.11163) does this with checkpoints. Its factors are scalars, so every
particle, best and velocity is a linear combination of the initial experts: a particle is its coefficients.
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
"""For how many rounds MoCo's version does not start a particle again."""


@dataclass
class Particle:
    """Where it is, how it moves, where it was best, and its score after each iteration.

    In the iterations that `stopped` names the score is only known to be no more than that, which is no more
    than its best one.
    """

    place: Array
    velocity: Array
    best: Array
    scores: list[float] = field(default_factory=list)
    stopped: list[int] = field(default_factory=list)
    cooldown: int = 0

    def note(self, score: float | PartialScore | None) -> None:
        """Keep a score, and the place if it is the best so far. One that was not scored keeps its last score."""
        unsure = isinstance(score, PartialScore) or (score is None and len(self.scores) - 1 in self.stopped)
        if unsure:
            self.stopped.append(len(self.scores))
        elif score is not None and most(score) > max(self.scores, default=-np.inf):
            self.best = self.place.copy()
        self.scores.append(self.scores[-1] if score is None else most(score))


class Swarm:
    """A search by particles that start at `start`, (particles, coefficients)."""

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
        """How many rounds of scores it has been told."""
        return len(self.best_scores)

    def ask(self) -> Mapping[int, Vector]:
        """The particles whose scores are due, all of them in the first round."""
        skipped = self.iteration > 0 and self.draw("drop round") < self.motion.drop_round
        return {
            number: tuple(particle.place.tolist())
            for number, particle in enumerate(self.particles)
            if self.iteration == 0 or not (skipped or self.draw("drop", number) < self.motion.drop_one)
        }

    def idle(self, number: int) -> ScoreBand | None:
        """No worse than the worst of all and no better than the particle's best: nothing follows from such a score.

        That is so by the original's rules; MoCo's compare a particle's last scores with each other.
        """
        scores = self.particles[number].scores
        if not scores or self.motion.rule != "original":
            return None
        return ScoreBand(self.worst_score, max(scores))

    def tell(self, scores: Mapping[int, float | PartialScore]) -> None:
        """Note the scores and move, unless that was the last round. A skipped particle keeps its last score."""
        for number, particle in enumerate(self.particles):
            particle.note(scores.get(number))
        self._compare(scores)
        if self.iteration == 1 and self.motion.velocity == "best":
            for particle in self.particles:
                particle.velocity = self.best - particle.place
        motion = self.motion
        self.done = self.iteration >= motion.iterations or stops(motion.rule, self.best_scores, motion.patience)
        if not self.done:
            for number, particle in enumerate(self.particles):
                self._move(number, particle)
            self.step = max(self.step * motion.step_factor, motion.minimum_step)

    def draw(self, *purpose: str | int) -> float:
        """A uniform draw from [0, 1) for this round and purpose."""
        return derive(self.seed, self.iteration, *purpose) / 2**63

    def _compare(self, scores: Mapping[int, float | PartialScore]) -> None:
        """Keep the best and the worst place of all; the first of equals stays."""
        top = self.best_scores[-1] if self.best_scores else -np.inf
        for number, score in sorted(scores.items()):
            if isinstance(score, PartialScore):
                continue  # it is neither
            if score > top:
                top, self.best = score, self.particles[number].place.copy()
            if score < self.worst_score:
                self.worst_score, self.worst = score, self.particles[number].place.copy()
        self.best_scores.append(top)

    def _move(self, number: int, particle: Particle) -> None:
        motion = self.motion
        if strays(motion.rule, particle.scores, motion.restart_patience) and particle.cooldown == 0:
            particle.place, particle.velocity = particle.best.copy(), np.zeros_like(particle.velocity)
            particle.cooldown = COOLDOWN if motion.rule == "moco" else 0
        else:
            particle.cooldown = max(0, particle.cooldown - 1)
        shares = self._shares(number)
        particle.velocity = velocity(particle, self.best, self.worst, shares)
        particle.place = particle.place + self.step * particle.velocity
        if motion.bound is not None:
            particle.place = particle.place.clip(-motion.bound, motion.bound)

    def _shares(self, number: int) -> Array:
        motion = self.motion
        factors = np.array([motion.inertia, motion.cognitive, motion.social, motion.repel])
        if motion.random_factors:
            factors = factors * [self.draw(term, number) for term in ("inertia", "cognitive", "social", "repel")]
        return normalized(factors)


def partners(start: Array, seed: int) -> Array:
    """For each particle where another one is, drawn uniformly; a particle that is alone is its own."""
    count = len(start)
    drawn = [(i + 1 + derive(seed, "partner", i) % (count - 1)) % count for i in range(count)] if count > 1 else [0]
    chosen: Array = start[drawn]
    return chosen


def normalized(factors: Array) -> Array:
    """Factors as shares of their sum; four zeros stay zeros."""
    total: float = factors.sum()
    return factors / total if total else factors


def velocity(particle: Particle, best: Array, worst: Array, shares: Array) -> Array:
    """The particle's next velocity."""
    pulls = (particle.velocity, particle.best - particle.place, best - particle.place, particle.place - worst)
    total: Array = sum((share * pull for share, pull in zip(shares, pulls, strict=True)), np.zeros_like(worst))
    return total
