"""Advantages: by how much each answer of a group is better than the others, as pure functions.

Groups are answers to one prompt. An answer without a reward (None) has no advantage and is not in its group's mean.
"""

import math
from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

from ...agents.errors import BadData

Scale: TypeAlias = Literal["none", "group", "batch"]
Baseline: TypeAlias = Literal["group", "leave_one_out"]

EPSILON: Final = 1e-4
"""Added to a standard deviation before dividing by it, as TRL does."""


def check_rewards(rewards: Sequence[float | None], asked: int, *, where: str = "grpo") -> None:
    """Raise `BadData` unless there is a finite reward, or None, for each of the answers that were asked about."""
    if len(rewards) != asked:
        raise BadData(
            f"{where}: {len(rewards)} rewards for {asked} answers. Return one each, None for an unscored one."
        )
    for place, reward in enumerate(rewards):
        if reward is not None and not math.isfinite(reward):
            raise BadData(
                f"{where}: the reward of answer {place} is {reward}. Return a finite number, or None for an answer "
                "that could not be scored."
            )


def advantages(
    rewards: Sequence[float | None], group: int, *, scale: Scale = "none", baseline: Baseline = "group"
) -> list[float | None]:
    """The advantage of each answer: its reward minus its baseline, over the scale; None where the reward is None.

    Each `group` neighbours answer one prompt. The baseline is the mean of the group (GRPO), or of the others in it
    (RLOO). The scale is 1, the standard deviation of the group, or that of all (both with n - 1). Equal rewards, and
    an answer that is the only scored one, have an advantage of exactly 0.

    >>> rewards = [-0.04, -0.04, *[-0.08] * 6]
    >>> [round(one, 2) for one in advantages(rewards, 8, scale="group")[1:3]]
    [1.61, -0.54]
    >>> [round(one, 2) for one in advantages(rewards, 8)[1:3]]
    [0.03, -0.01]
    """
    found: list[float | None] = []
    for start in range(0, len(rewards), group):
        found += _centred(rewards[start : start + group], baseline)
    if scale == "none":
        return found
    whole = _deviation(rewards)
    return [
        None
        if one is None
        else one / ((whole if scale == "batch" else _deviation(_group_at(rewards, place, group))) + EPSILON)
        for place, one in enumerate(found)
    ]


def equal_groups(rewards: Sequence[float | None], group: int) -> int:
    """The number of groups whose scored answers all have the same reward, which teach nothing."""
    groups = [_scored(rewards[start : start + group]) for start in range(0, len(rewards), group)]
    return sum(len(set(scored)) < 2 for scored in groups)


def _centred(rewards: Sequence[float | None], baseline: Baseline) -> list[float | None]:
    scored = _scored(rewards)
    if len(set(scored)) < 2:  # exactly 0: a mean of equal floats may be off by a bit
        return [None if reward is None else 0.0 for reward in rewards]
    mean, others = math.fsum(scored) / len(scored), len(scored) / (len(scored) - 1)
    factor = others if baseline == "leave_one_out" else 1.0
    return [None if reward is None else (reward - mean) * factor for reward in rewards]


def _scored(rewards: Sequence[float | None]) -> list[float]:
    return [reward for reward in rewards if reward is not None]


def _group_at(rewards: Sequence[float | None], place: int, group: int) -> Sequence[float | None]:
    start = place - place % group
    return rewards[start : start + group]


def _deviation(rewards: Sequence[float | None]) -> float:
    """The standard deviation of the scored rewards, with n - 1; 0 for fewer than two."""
    scored = _scored(rewards)
    if len(scored) < 2:
        return 0.0
    mean = math.fsum(scored) / len(scored)
    return math.sqrt(math.fsum((reward - mean) ** 2 for reward in scored) / (len(scored) - 1))
