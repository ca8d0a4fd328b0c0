"""Which system beats which, in how many settings: a setting is a team on a data set.

A method without any effect beats another in about half of noisy settings, so a share of wins goes with an interval and
with the sign test.
"""

from collections.abc import Mapping
from typing import NamedTuple

from .intervals import Interval, wilson
from .significance import mcnemar


class WinCounts(NamedTuple):
    """The settings in which one system scores higher than another, as high, and lower.

    >>> counts = WinCounts("debate", "best single", wins=6, ties=0, losses=2)
    >>> counts.share, round(counts.p, 4)
    (Interval(value=0.75, low=0.409..., high=0.928...), 0.2891)
    """

    one: str
    other: str
    wins: int
    ties: int
    losses: int

    @property
    def settings(self) -> int:
        """The number of settings that have both."""
        return self.wins + self.ties + self.losses

    @property
    def share(self) -> Interval:
        """The share of settings that are won, with Wilson's interval; ties are no wins."""
        return wilson(self.wins, self.settings) if self.settings else Interval(None, None, None)

    @property
    def p(self) -> float:
        """The two-sided p-value of the exact sign test; ties are left out."""
        return mcnemar(self.wins, self.losses)


def win_matrix(scores: Mapping[str, Mapping[str, float]], tolerance: float = 1e-9) -> list[WinCounts]:
    """The counts of every ordered pair of systems, from scores by system, by setting.

    >>> [counts[:5] for counts in win_matrix({"vote": {"a": 0.6, "b": 0.5}, "single": {"a": 0.5, "b": 0.5}})]
    [('vote', 'single', 1, 1, 0), ('single', 'vote', 0, 1, 1)]
    """
    return [
        _counts(one, other, [found[key] - scores[other][key] for key in found if key in scores[other]], tolerance)
        for one, found in scores.items()
        for other in scores
        if one != other
    ]


def _counts(one: str, other: str, gaps: list[float], tolerance: float) -> WinCounts:
    wins, losses = sum(gap > tolerance for gap in gaps), sum(gap < -tolerance for gap in gaps)
    return WinCounts(one, other, wins, len(gaps) - wins - losses, losses)
