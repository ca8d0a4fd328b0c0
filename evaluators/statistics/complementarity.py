"""Complementarity of models: questions that a collaboration fixes or breaks, and the oracle bound.

Scores are binary or graded; a graded one counts as correct from `threshold` on.
"""

from collections.abc import Mapping, Sequence
from math import comb

from ...agents.errors import BadData
from .intervals import Interval, wilson


def fix_rate(best: Sequence[float], together: Sequence[float], threshold: float = 1.0) -> Interval:
    """P(the collaboration is correct | the best single model is wrong)."""
    return _share(together, [score < threshold for score in best], threshold)


def break_rate(best: Sequence[float], together: Sequence[float], threshold: float = 1.0) -> Interval:
    """P(the collaboration is wrong | the best single model is correct)."""
    kept = _share(together, [score >= threshold for score in best], threshold)
    if kept.value is None or kept.low is None or kept.high is None:
        return kept
    return Interval(1 - kept.value, 1 - kept.high, 1 - kept.low)


def emergence(singles: Mapping[str, Sequence[float]], together: Sequence[float], threshold: float = 1.0) -> Interval:
    """P(the collaboration is correct | every single model is wrong).

    It is not evidence by itself: with sampling, another answer of a single model also solves some of the questions that
    all had failed. Compare it with the same number of calls to single models.
    """
    return fix_rate(_best_scores(singles), together, threshold)


def pass_at_k(samples: int, correct: int, k: int) -> float:
    """pass@k: the probability that one of k samples is correct, estimated from `correct` of `samples`.

    1 - C(n - c, k) / C(n, k), Chen et al. 2021, https://arxiv.org/abs/2107.03374, unbiased: 3 of 10 give 0.3 for
    k = 1 and 0.9167 for k = 5.
    """
    if not (0 <= correct <= samples and 1 <= k <= samples):
        raise BadData(
            f"pass@{k}: {correct} right of {samples} samples. It needs 0 <= right <= samples and 1 <= k <= samples."
        )
    return 1.0 - comb(samples - correct, k) / comb(samples, k)


def _share(scores: Sequence[float], where: Sequence[bool], threshold: float) -> Interval:
    """The share of correct answers among the questions marked by `where`, with Wilson's interval."""
    if len(scores) != len(where):
        raise BadData(
            f"paired scores: {len(where)} alone and {len(scores)} together. Both need one score for each question."
        )
    right = [score >= threshold for score, marked in zip(scores, where, strict=True) if marked]
    return wilson(sum(right), len(right)) if right else Interval(None, None, None)


def _best_scores(singles: Mapping[str, Sequence[float]]) -> list[float]:
    """The best score of any model for each question. Raises `BadData` for scores of different questions."""
    _same_length(singles)
    return [max(scores) for scores in zip(*singles.values(), strict=True)]


def _same_length(scores: Mapping[str, Sequence[float]]) -> None:
    lengths = {name: len(values) for name, values in scores.items()}
    if len(set(lengths.values())) != 1:
        listed = ", ".join(f"{name} has {length}" for name, length in lengths.items()) or "no model"
        raise BadData(f"scores of single models: {listed}. All need one score for each question.")
