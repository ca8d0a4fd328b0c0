"""The multiturn-aware reward of a response: the mean over sampled futures of what the conversation is worth in the end.

    R_k = sum over metrics of weight * score of conversation k,     MR = mean over k = 1 .. K of R_k

Wu et al. 2025 (CollabLLM), https://arxiv.org/abs/2502.00640. The two code bases aggregate differently, and either is
one setting: `original` as above, without a bound; `verl`, the recipe of verl, bounds each metric by itself,

    MR = sum over metrics of clip(weight * mean over k of score, -1, 1)

which at -1 is the paper's min(lambda * tokens, 1). A score that could not be taken is no zero: its future is left out,
and counted.
"""

from collections.abc import Mapping, Sequence
from math import isfinite, sqrt
from statistics import fmean, stdev
from typing import Final, Literal, TypeAlias

from ...agents.errors import BadData
from ...agents.message import Message

Setting: TypeAlias = Literal["original", "verl"]

BOUND: Final = 1.0
"""The most that one metric adds or takes, as verl has it."""


class MultiturnReward(Message, tag="reward.multiturn_reward/1"):
    """A response's reward: its `value`, with the standard error over futures, and what each metric adds to it.

    `futures` are the rewards of single futures, None for one that was left out since a score was missing; `error` is
    None for fewer than two of them, and under `verl`, which has no reward of a single future.

    >>> multiturn_reward([{"accuracy": 1.0, "tokens": 0.5}], {"accuracy": 1.0, "tokens": -0.1}).value
    0.95
    """

    value: float
    error: float | None
    parts: dict[str, float]
    futures: tuple[float | None, ...]


def multiturn_reward(
    scores: Sequence[Mapping[str, float | None]], weights: Mapping[str, float], setting: Setting = "original"
) -> MultiturnReward:
    """The reward of a response from the scores of its futures, by metric.

    Raises `BadData` for futures of other metrics than have weights, for a score that is no number, and where no future
    was scored in full.
    """
    for number, one in enumerate(scores):
        if set(one) != set(weights):
            raise BadData(
                f"multiturn reward: future {number} has scores of {', '.join(sorted(one)) or 'nothing'}, and there are "
                f"weights of {', '.join(sorted(weights))}. Give a weight for each metric."
            )
        for name, score in one.items():
            if score is not None and not isfinite(score):
                raise BadData(f"multiturn reward: {name} of future {number} is {score}. Return a number, or None.")
    whole = [{name: score for name, score in one.items() if score is not None} for one in scores]
    kept = [one for one in whole if len(one) == len(weights)]
    if not kept:
        raise BadData(f"multiturn reward: none of {len(scores)} futures was scored in full. Score one at least.")
    means = {name: weight * fmean(one[name] for one in kept) for name, weight in weights.items()}
    if setting == "verl":
        parts = {name: max(-BOUND, min(BOUND, mean)) for name, mean in means.items()}
        return MultiturnReward(value=sum(parts.values()), error=None, parts=parts, futures=())
    futures = tuple(
        sum(weight * one[name] for name, weight in weights.items()) if len(one) == len(weights) else None
        for one in whole
    )
    known = [one for one in futures if one is not None]
    error = stdev(known) / sqrt(len(known)) if len(known) > 1 else None
    return MultiturnReward(value=fmean(known), error=error, parts=means, futures=futures)
