"""Accuracy: the mean score. A sample without a score is counted as unscored, never as wrong."""

from collections.abc import Sequence

from ..metric import Estimate, estimate
from ..sample import Sample


def measure(samples: Sequence[Sample], *, graded: bool = False) -> Estimate:
    """The mean score, from 0 to 1; where scores are `graded`, in their own range."""
    return estimate(samples, [sample.score for sample in samples], graded=graded)
