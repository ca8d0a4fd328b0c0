"""Abstain accuracy: how often answering, or leaving out, was the right choice, of the task `abstention`.

Answering is right where the answer is right, leaving out where it would have been wrong. Samples of tasks that know no
abstaining are counted as unscored.
"""

from collections.abc import Sequence

from ..metric import Estimate, estimate
from ..sample import Sample


def measure(samples: Sequence[Sample]) -> Estimate:
    """The mean over samples of whether the choice to answer was right, from 0 to 1."""
    return estimate(samples, [_chosen_well(sample) for sample in samples])


def _chosen_well(sample: Sample) -> float | None:
    if sample.score is None or not {"right", "abstained"} <= set(sample.parts):
        return None
    return float(sample.parts["right"] != sample.parts["abstained"])
