"""Complementarity: questions that a collaboration fixes or breaks, and the probability that one of k samples is right.

Scores are binary or graded; a graded one counts as correct from `threshold` on.
"""

from collections.abc import Sequence

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


def _share(scores: Sequence[float], where: Sequence[bool], threshold: float) -> Interval:
    """The share of correct answers among the questions marked by `where`, with Wilson's interval."""
    if len(scores) != len(where):
        raise BadData(
            f"paired scores: {len(where)} alone and {len(scores)} together. Both need one score for each question."
        )
    right = [score >= threshold for score, marked in zip(scores, where, strict=True) if marked]
    return wilson(sum(right), len(right)) if right else Interval(None, None, None)
