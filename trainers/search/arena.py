"""Rounds of duels between a team's members: questions are drawn, ratings move after each duel, and are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...agents import Ask, Team
from ...agents.concurrency import gather
from .bandit import Bandit
from .duels import Draw, Fight, fought
from .leading import Leading
from .ratings import Ratings


@dataclass
class Arena:
    """What duels are drawn by, and what is left of them: the ratings, the leader, and the ratings after each round.

    `learns` says whether the leader draws those questions more often for which it was rewarded. `rounds` is the number
    of all rounds.

    >>> from symposia.trainers.search.bandit import even
    >>> from symposia.trainers.search.ratings import RatingRule, rated
    >>> Arena(rated(["amber", "blue"], RatingRule()), even(3, 0.2), Draw(2, 1, 0.2), Leading()).best
    'amber'
    """

    ratings: Ratings
    leader: Bandit
    draw: Draw
    leading: Leading
    rounds: int = 1
    learns: bool = False
    history: list[Mapping[str, float]] = field(default_factory=list)

    @property
    def best(self) -> str:
        """The player with the highest rating, ties to the first."""
        return max(self.ratings.of, key=lambda name: self.ratings.of[name])

    async def round(self, team: Team[Any], questions: Sequence[Ask], number: int) -> list[Fight]:
        """All duels of a round at once, judged by the ratings before it; afterwards ratings move duel by duel."""
        fixed, chances = self.ratings, self.leader.probabilities
        duels = self.draw.duels(fixed, chances, team.seed(f"duels of round {number}"))
        fights = await gather(
            {at: fought(team, questions[duel.question], duel, f"{number}.{at}") for at, duel in enumerate(duels)}
        )
        rewards = []
        for at, duel in enumerate(duels):
            if (scores := fights[at].scores(fixed)) is not None:
                self.ratings = self.ratings.after(duel.first, duel.second, scores[0] - scores[1])
                rewards.append((duel.question, self.leading.reward(scores, number / max(self.rounds - 1, 1))))
        self.leader = self.leader.after(rewards) if self.learns else self.leader
        self.history.append(dict(self.ratings.of))
        return list(fights.values())
