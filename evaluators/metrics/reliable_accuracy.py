"""Reliable accuracy: the share of right answers among those that were not left out, of the task `abstention`.

Samples that were left out are counted as unscored, and so are those of tasks that know no abstaining.
"""

from collections.abc import Sequence

from ..metric import Estimate, estimate
from ..sample import Sample


def measure(samples: Sequence[Sample]) -> Estimate:
    """The mean over answered samples of whether they are right, from 0 to 1."""
    return estimate(samples, [_right(sample) for sample in samples])


def _right(sample: Sample) -> float | None:
    return None if sample.parts.get("abstained") != 0.0 else sample.parts.get("right")
