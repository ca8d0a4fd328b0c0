"""Scores of Arena-Hard: weighted counts of five-level verdicts, and Bradley-Terry for a graph of opponents.

    score = 100 * (W + T / 2) / (W + T + L)        a clear win or loss counts STRONG times

With every model compared to one baseline alone this equals the Bradley-Terry win rate of the published code.
"""

from collections.abc import Hashable, Mapping, Sequence
from math import log
from typing import Final, NamedTuple

import numpy as np

from ...agents.errors import BadData
from .intervals import Interval
from .logistic import fitted

STRONG: Final = 3
"""How often a clear win or loss counts."""

PINNED: Final = 1000.0
"""The rating of the baseline."""

SCALE: Final = 400.0 / log(10)


class Counts(NamedTuple):
    """Verdicts by level, from the answer's side.

    >>> Counts(4, 10, 6, 12, 8).share()
    0.390625
    """

    strong_wins: int = 0
    wins: int = 0
    ties: int = 0
    losses: int = 0
    strong_losses: int = 0

    def share(self, strong: int = STRONG) -> float | None:
        """The weighted share of wins, ties half; None without verdicts."""
        won = strong * self.strong_wins + self.wins
        lost = strong * self.strong_losses + self.losses
        total = won + self.ties + lost
        return (won + self.ties / 2) / total if total else None


LEVELS: Final[Mapping[float, int]] = {1.0: 0, 0.75: 1, 0.5: 2, 0.25: 3, 0.0: 4}
"""The place in `Counts` of a game's value."""


def counts_of(values: Sequence[float]) -> Counts:
    """The verdicts of games by level, from their values: 1, 0.75, 0.5, 0.25 or 0. Raises `BadData` for another."""
    found = [0] * len(LEVELS)
    for value in values:
        if value not in LEVELS:
            raise BadData(f"Arena-Hard: a game has the value {value:g}. Its five levels are 0, 0.25, 0.5, 0.75 and 1.")
        found[LEVELS[value]] += 1
    return Counts(*found)


def weighted_share(values: Sequence[float]) -> float:
    """The weighted share of wins in these games, of which there is at least one."""
    share = counts_of(values).share()
    return 0.5 if share is None else share


def clustered_share(
    games: Sequence[Sequence[float]], clusters: Sequence[Hashable | None], draws: int = 2000, seed: int = 0
) -> Interval:
    """The weighted share of wins with its 95 % bootstrap limits over clusters of questions.

    `games` are the values of the games of each question. Both games of a question, and the copies of a clear verdict,
    are drawn together: taken as independent they give an interval that is 1.5 to 2 times too narrow.
    """
    whole = counts_of([value for values in games for value in values]).share()
    if whole is None:
        return Interval(None, None, None)
    sums: dict[Hashable, list[float]] = {}
    for position, (values, cluster) in enumerate(zip(games, clusters, strict=True)):
        counts = counts_of(values)
        total = STRONG * (counts.strong_wins + counts.strong_losses) + counts.wins + counts.ties + counts.losses
        held = sums.setdefault(("item", position) if cluster is None else ("cluster", cluster), [0.0, 0.0])
        held[0] += (counts.share() or 0.0) * total
        held[1] += total
    pairs = np.array([pair for pair in sums.values() if pair[1]])
    if len(pairs) < 2:
        return Interval(whole, None, None)
    drawn = np.random.default_rng(seed).integers(len(pairs), size=(draws, len(pairs)))
    shares = pairs[drawn, 0].sum(axis=1) / pairs[drawn, 1].sum(axis=1)
    low, high = np.quantile(shares, [0.025, 0.975])
    return Interval(whole, float(low), float(high))


class Battle(NamedTuple):
    """Verdicts between two models: the value for the first, from 0 to 1, and how often it counts.

    >>> Battle("amber", "blue", 0.5).weight
    1.0
    """

    one: str
    other: str
    value: float
    weight: float = 1.0


def bradley_terry(battles: Sequence[Battle], baseline: str) -> dict[str, float]:
    """Ratings of greatest likelihood, the baseline's at 1000; 400 points are odds of 10 to 1, ties count half.

    Raises `BadData` for a baseline that is in no battle, and for battles that leave a rating open.
    """
    models = sorted({name for battle in battles for name in (battle.one, battle.other)})
    if baseline not in models:
        raise BadData(f"Bradley-Terry: no battle has the baseline {baseline!r}. The models: {', '.join(models)}.")
    others = [name for name in models if name != baseline]
    column = {name: position for position, name in enumerate(others)}
    features = np.zeros((len(battles), len(others)))
    for row, battle in enumerate(battles):
        for name, sign in ((battle.one, 1.0), (battle.other, -1.0)):
            if name != baseline:
                features[row, column[name]] += sign
    if np.linalg.matrix_rank(features) < len(others):
        raise BadData("Bradley-Terry: some models are connected to the baseline by no battles. Leave them out.")
    found = fitted(features, np.array([b.value for b in battles]), np.array([b.weight for b in battles]))
    return {baseline: PINNED, **{name: PINNED + SCALE * float(found[column[name]]) for name in others}}


def win_rate(rating: float, baseline: float = PINNED) -> float:
    """The win rate of a rating against the baseline's, in percent.

    >>> round(win_rate(922.7502), 4)
    39.0625
    """
    return 100 / (1 + 10 ** ((baseline - rating) / 400))
