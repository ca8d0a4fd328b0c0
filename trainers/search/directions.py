"""Directions in the space of weights: the models to go from and those to go towards, chosen on dev."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias

from ...agents import Open, Team
from ...agents.concurrency import gather
from ...agents.objective import Objective

Mode: TypeAlias = Literal["worst_to_best", "topk_bottomk", "pairs"]
Select: TypeAlias = Literal["target", "gain", "source"]


class Direction(NamedTuple):
    """The rule for a direction: from the worst to the best, from the `k` worst to the `k` best, or along a pair.

    Of `pairs`, by source and target, `select` is the dev score that chooses one.

    >>> Direction("pairs", pairs={"sft": "dpo"}).select
    'target'
    """

    mode: Mode = "worst_to_best"
    k: int = 1
    pairs: Mapping[str, str] = MappingProxyType({})
    select: Select = "target"

    async def ends(self, team: Team[Open], dev: Objective) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The models to go from, and those to go towards."""
        if self.mode == "pairs":
            source, target = await best_pair(team, dev, self.pairs, self.select)
            return (source,), (target,)
        ranked = await dev.rank(team)
        count = self.k if self.mode == "topk_bottomk" else 1
        return tuple(ranked[-count:]), tuple(ranked[:count])


async def best_pair(team: Team[Open], dev: Objective, pairs: Mapping[str, str], select: Select) -> tuple[str, str]:
    """The pair with the best dev score of its target, of its source, or the largest gain; the first of equals."""
    wanted = list(pairs.items())
    if len(wanted) == 1:
        return wanted[0]
    members = dict.fromkeys(name for pair in wanted for name in pair)
    scores = await gather({name: score(team, dev, name) for name in members})
    values = {
        "target": lambda pair: scores[pair[1]],
        "source": lambda pair: scores[pair[0]],
        "gain": lambda pair: scores[pair[1]] - scores[pair[0]],
    }
    return max(wanted, key=values[select])


async def score(team: Team[Open], dev: Objective, name: str) -> float:
    """The dev score of a member."""
    return await dev(team.only([name]))
