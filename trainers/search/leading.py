"""Rewards of a leader that draws questions for duels: for those that are hard, and that tell the fighters apart."""

from math import exp

from pydantic import Field

from ...agents.frozen import Frozen


class Leading(Frozen):
    """What a leader is rewarded for; the defaults are those of MoCo's text_sparta_stackelberg.

    >>> leading = Leading()
    >>> round(leading.reward((8.0, 5.0), 0.0), 6)
    0.294147
    """

    mix: float = Field(default=0.2, gt=0, le=1, description="The share of draws that is even.")
    difficulty: float = Field(
        default=0.3, ge=0, le=1, description="The weight of difficulty; the rest is that of the gap."
    )
    threshold: float = Field(default=3.0, ge=1, lt=10, description="The score below which a question is too hard.")
    gap_first: float = Field(
        default=0.6, ge=0, le=1, description="The wanted gap of the scores, of all there could be."
    )
    gap_last: float = Field(default=0.15, ge=0, le=1, description="The wanted gap in the last round.")
    gap_sigma: float = Field(default=0.15, gt=0, description="How near the wanted gap a gap has to be.")

    def reward(self, scores: tuple[float, float], elapsed: float) -> float:
        """The reward for a duel with these scores, 1 to 10, at this share of the run: the mean of both fighters'."""
        return (self.of(scores[0], scores[1], elapsed) + self.of(scores[1], scores[0], elapsed)) / 2

    def of(self, score: float, other: float, elapsed: float) -> float:
        """The reward for a fighter's score against the other's."""
        wanted = self.gap_last + (self.gap_first - self.gap_last) * (1 - elapsed)
        decidable = exp(-((abs(score - other) / 9 - wanted) ** 2) / (2 * self.gap_sigma**2))
        hard = 0.0 if score < self.threshold else (10 - score) / (10 - self.threshold)
        return self.difficulty * hard + (1 - self.difficulty) * decidable
