"""Credit for members of a team: whose message made a conversation end as it did.

Group credit (AT-GRPO, https://arxiv.org/abs/2510.11062): messages are compared with others from the same state, by the
same member at the same turn,

    advantage = (r - mean of the group) / (standard deviation of the group + 1e-8)

Counterfactual credit (CCPO, https://arxiv.org/abs/2603.21563): a member who prepares another's answer is rewarded where
the team is right and the other alone mostly is not, and pays where it is the other way round,

    bonus = [team right and solo < 0] - [team wrong and solo > 0],    reward = R + 0.2 bonus,    R in {-1, 1}

with solo the mean R of the other alone on the same question. Everything here is a pure function.
"""

from collections.abc import Hashable, Sequence
from math import isfinite
from statistics import fmean, pstdev
from typing import Final, NamedTuple

from ...agents.errors import BadData

EPSILON: Final = 1e-8
BONUS: Final = 0.2


def check_rewards(rewards: Sequence[float], groups: Sequence[Hashable]) -> None:
    """Raise `BadData` unless there is one finite reward for each message."""
    if len(rewards) != len(groups):
        raise BadData(f"credit: {len(rewards)} rewards of {len(groups)} messages. Give one each.")
    for number, reward in enumerate(rewards):
        if not isfinite(reward):
            raise BadData(f"credit: the reward of message {number} is {reward}. Give a finite number.")


def group_credit(rewards: Sequence[float], groups: Sequence[Hashable]) -> list[float]:
    """The advantage of each message in its group: (question, turn, member), or whatever says what is comparable.

    Equal rewards have an advantage of exactly 0. Raises `BadData`.

    >>> [round(one, 4) for one in group_credit([1, 1, 0, 1], ["q"] * 4)]
    [0.5774, 0.5774, -1.7321, 0.5774]
    """
    check_rewards(rewards, groups)
    of: dict[Hashable, list[float]] = {}
    for reward, group in zip(rewards, groups, strict=True):
        of.setdefault(group, []).append(reward)
    return [_credit(reward, of[group]) for reward, group in zip(rewards, groups, strict=True)]


def _credit(reward: float, group: Sequence[float]) -> float:
    if len(set(group)) < 2:  # exactly 0: a mean of equal floats may be off by a bit
        return 0.0
    return (reward - fmean(group)) / (pstdev(group) + EPSILON)


def counterfactual_rewards(team: Sequence[float], solo: Sequence[float], *, bonus: float = BONUS) -> list[float]:
    """The rewards of the member who prepares: `team` are its outcomes, `solo` those of the other alone, -1 or 1 each.

    Raises `BadData` for other outcomes, or none.

    >>> counterfactual_rewards([1, 1, -1, -1], [-1, -1, -1, 1])
    [1.2, 1.2, -1.0, -1.0]
    """
    if not team or not solo or {*team, *solo} - {-1, 1}:
        raise BadData("counterfactual credit: outcomes are -1 or 1, one at least of the team and of the other alone.")
    alone = fmean(solo)
    return [one + bonus * ((one > 0 and alone < 0) - (one < 0 and alone > 0)) for one in map(float, team)]


def centred(rewards: Sequence[float]) -> list[float]:
    """Rewards minus their mean, which is how counterfactual ones become advantages: nothing divides them.

    >>> [round(one, 2) for one in centred([1.2, 1.2, -1.0, -1.0])]
    [1.1, 1.1, -1.1, -1.1]
    """
    mean = fmean(rewards)
    return [reward - mean for reward in rewards]


class Removal(NamedTuple):
    """What a member is worth by removing it: the shares of questions where it helped and where it hurt.

    >>> removal([True, True, False], [False, True, True])
    Removal(helped=0.333..., hurt=0.333...)
    """

    helped: float
    hurt: float


def removal(with_it: Sequence[bool], without: Sequence[bool]) -> Removal:
    """The shares of questions that are right with a member alone, and without it alone. Raises `BadData`."""
    if len(with_it) != len(without) or not with_it:
        raise BadData(f"removal: {len(with_it)} outcomes with the member and {len(without)} without. Give as many.")
    pairs = list(zip(with_it, without, strict=True))
    return Removal(fmean(a and not b for a, b in pairs), fmean(b and not a for a, b in pairs))
