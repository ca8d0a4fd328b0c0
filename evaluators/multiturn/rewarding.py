"""The multiturn-aware reward of responses: futures of all of them, scored as they come, as one batch."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ...agents.accounting import Usage
from ..evaluator import first_cause
from ..task import Item
from .futures import Candidate, Future, Futures
from .metrics import Score, Scores
from .reward import MultiturnReward, Setting, multiturn_reward


class Rewarded(NamedTuple):
    """A response with its futures, their scores by metric, and its reward; None where no future was scored in full.

    >>> Rewarded((), (), None).usage.calls
    0
    """

    futures: Sequence[Future]
    scores: Sequence[Scores]
    reward: MultiturnReward | None

    @property
    def usage(self) -> Usage:
        """The usage of sampling its futures, without the judges'."""
        return sum((future.usage for future in self.futures), Usage())


@dataclass(frozen=True)
class Rewarding:
    """Rewards responses: `score` scores a future by metric, and `weights` and `setting` make one number of it.

    Equal responses to one prompt draw the same random numbers: with `once` they share the futures of the first of them.

    >>> import asyncio
    >>> from symposia.agents import Team, Turn
    >>> from symposia.agents.models.scripted import Scripted
    >>> from symposia.evaluators.task import Item
    >>> team = Team({"user": Scripted("[[done]]"), "assistant": Scripted("four")})
    >>> async def right(item, future, place):
    ...     return {"right": float(future.turns[-1].text == item.gold)}
    >>> answered = Candidate(Item("2 + 2?", "", "4"), (Turn("user", "2 + 2?"), Turn("assistant", "4")), "q0")
    >>> asyncio.run(Rewarding(Futures(team, count=1), right, {"right": 1.0})([answered]))[0].reward.value
    1.0
    """

    futures: Futures
    score: Score
    weights: Mapping[str, float]
    setting: Setting = "original"
    once: bool = False

    async def __call__(self, candidates: Sequence[Candidate]) -> list[Rewarded]:
        """The reward of each candidate, in order."""
        if not self.once:
            return await self.each(candidates)
        said = [(candidate.prompt or candidate.place, candidate.turns) for candidate in candidates]
        first = dict(zip(reversed(said), reversed(candidates), strict=True))
        found = dict(zip(first, await self.each(list(first.values())), strict=True))
        return [found[one] for one in said]

    async def each(self, candidates: Sequence[Candidate]) -> list[Rewarded]:
        """The reward of each candidate by futures of its own."""
        sampled = await self.futures(candidates)
        places = [f"{each.place}/future-{k}" for each in candidates for k in range(self.futures.count)]
        pairs = [(each.item, one) for each, row in zip(candidates, sampled, strict=True) for one in row]
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(self.scored(*pair, place)) for pair, place in zip(pairs, places, strict=True)
                ]
        except BaseExceptionGroup as failed:
            raise first_cause(failed) from None
        scores = iter([task.result() for task in tasks])
        return [self.rewarded(row, [next(scores) for _ in row]) for row in sampled]

    async def scored(self, item: Item, future: Future, place: str) -> Scores:
        """The scores of a future by metric; all None for a failed one."""
        if future.stop == "failed":
            return dict.fromkeys(self.weights)
        return await self.score(item, future, place)

    def rewarded(self, futures: Sequence[Future], scores: Sequence[Scores]) -> Rewarded:
        """The reward of a response with these futures."""
        known = any(None not in one.values() for one in scores)
        return Rewarded(futures, scores, multiturn_reward(scores, self.weights, self.setting) if known else None)
