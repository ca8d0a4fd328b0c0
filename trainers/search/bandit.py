"""A bandit that draws arms more often the more reward they gave (EXP3).

    p = (1 - mix) w / sum w + mix / K;   log w_x += sum of r / p_x / K over the rewards r of arm x, p before the update

Auer et al. 2002, https://doi.org/10.1137/S0097539701398375. Weights are kept as logarithms, the largest zero.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, fsum


@dataclass(frozen=True)
class Bandit:
    """Weights of arms, as logarithms, and the share `mix` of draws that is uniform.

    >>> bandit = even(4, mix=0.2)
    >>> bandit.probabilities
    (0.25, 0.25, 0.25, 0.25)
    >>> [round(exp(weight), 6) for weight in bandit.after([(0, 0.5), (1, 1.0)]).weights]
    [0.606531, 1.0, 0.367879, 0.367879]
    """

    weights: tuple[float, ...]
    mix: float

    @property
    def probabilities(self) -> tuple[float, ...]:
        """The probability of each arm."""
        powers = [exp(weight - max(self.weights)) for weight in self.weights]
        whole = fsum(powers)
        return tuple((1 - self.mix) * power / whole + self.mix / len(powers) for power in powers)

    def after(self, rewards: Iterable[tuple[int, float]]) -> "Bandit":
        """The bandit after these rewards, each of an arm that was drawn by the present probabilities."""
        weights, chances = list(self.weights), self.probabilities
        for arm, reward in rewards:
            weights[arm] += reward / chances[arm] / len(weights)
        return Bandit(tuple(weight - max(weights) for weight in weights), self.mix)


def even(arms: int, mix: float) -> Bandit:
    """A bandit that prefers none of its arms yet."""
    return Bandit((0.0,) * arms, mix)
