"""Ratings of players by duels, after Jiang et al. 2025 (SPARTA), https://arxiv.org/abs/2506.04721.

    K = max(k_least, k_first * decay^(n / decay_every)) in the n-th duel
    delta = K d tanh(sigma) max(|Phi(z) - Phi(-z)|, least) / scale,   z = (R_a - R_b) / sqrt(sigma_a^2 + sigma_b^2)

`d` is the difference of the scores. `zero_sum` moves both by the same delta, of the mean of both sigma, computed from
the ratings before the duel. `original` moves the first player, then the second from the first one's new rating, each
by its own sigma, so that ratings are not conserved.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import erf, hypot, sqrt, tanh
from statistics import pstdev
from typing import Literal

from pydantic import Field

from ...agents.frozen import Frozen


class RatingRule(Frozen):
    """The numbers of the rule; the defaults are SPARTA's.

    >>> round(RatingRule().factor(1), 4)
    9.8952
    """

    like: Literal["zero_sum", "original"] = "zero_sum"
    start: float = Field(default=100.0, gt=0, description="The first rating of each.")
    floor: float = Field(default=10.0, ge=0, description="The lowest rating.")
    k_first: float = Field(default=10.0, gt=0, description="The factor at first.")
    k_least: float = Field(default=5.0, ge=0, description="The factor at least.")
    decay: float = Field(default=0.9, gt=0, le=1, description="What the factor falls by each `decay_every` duels.")
    decay_every: float = Field(default=10.0, gt=0, description="The duels between two such falls.")
    window: int = Field(default=10, ge=2, description="The last moves of which sigma is the deviation.")
    sigma: float = Field(default=0.5, gt=0, description="Sigma before two moves are known.")
    sigma_least: float = Field(default=0.1, gt=0, description="Sigma at least.")
    least: float = Field(default=0.01, ge=0, le=1, description="The factor of the gap at least.")
    scale: float = Field(default=20.0, gt=0, description="What all moves are divided by.")

    def factor(self, duel: int) -> float:
        """The factor K in the duel of this number, from 1."""
        return max(self.k_least, self.k_first * float(self.decay ** (duel / self.decay_every)))


@dataclass(frozen=True)
class Ratings:
    """The ratings of players after some duels. `moves` are the last changes of each.

    >>> after = rated(["amber", "blue"], RatingRule()).after("amber", "blue", 3.0)
    >>> round(after.of["amber"], 7), round(after.of["blue"], 7)
    (100.0068591, 99.9931409)
    """

    rule: RatingRule
    of: Mapping[str, float]
    moves: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    duels: int = 0

    def after(self, first: str, second: str, difference: float) -> "Ratings":
        """The ratings after a duel, of which the first player scored this much more than the second."""
        played = replace(self, duels=self.duels + 1)
        if self.rule.like == "original":
            played = played._moved({first: played._step(first, second, self.sigma(first)) * difference})
            return played._moved({second: -played._step(second, first, self.sigma(second)) * difference})
        step = played._step(first, second, (self.sigma(first) + self.sigma(second)) / 2) * difference
        loser = second if step > 0 else first
        step = min(max(step, self.rule.floor - self.of[loser]), self.of[loser] - self.rule.floor)
        return played._moved({first: step, second: -step})

    def sigma(self, name: str) -> float:
        """The deviation of a player's last moves."""
        moves = self.moves.get(name, ())
        return self.rule.sigma if len(moves) < 2 else max(pstdev(moves), self.rule.sigma_least)

    def closest(self, name: str, count: int) -> list[str]:
        """The other players whose ratings are nearest, at most `count`; ties keep the order of the players."""
        others = [other for other in self.of if other != name]
        return sorted(others, key=lambda other: abs(self.of[other] - self.of[name]))[:count]

    def _step(self, player: str, other: str, sigma: float) -> float:
        """The size of a player's move for each point of difference."""
        z = (self.of[player] - self.of[other]) / hypot(self.sigma(player), self.sigma(other))
        gap = max(abs(erf(z / sqrt(2))), self.rule.least)
        return self.rule.factor(self.duels) * tanh(sigma) * gap / self.rule.scale

    def _moved(self, steps: Mapping[str, float]) -> "Ratings":
        of = dict(self.of) | {name: max(self.of[name] + step, self.rule.floor) for name, step in steps.items()}
        last = {name: (*self.moves.get(name, ()), of[name] - self.of[name])[-self.rule.window :] for name in steps}
        return replace(self, of=of, moves=dict(self.moves) | last)


def rated(names: Iterable[str], rule: RatingRule) -> Ratings:
    """The ratings of these players before any duel."""
    return Ratings(rule, dict.fromkeys(names, rule.start))
