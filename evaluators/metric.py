"""The interface of metrics: each is a module of `evaluators/metrics/` with `measure(samples) -> Estimate`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, cast

from ..agents.errors import BadData
from ..agents.frozen import Frozen
from ..agents.registry import METRICS
from ..agents.registry import find as find_module
from .sample import Sample
from .statistics.intervals import mean_interval


class Estimate(Frozen):
    """A mean over the scored samples, with its 95 % interval.

    `value` is None when nothing was scored; the limits `low` and `high` are None for too few samples. `scored` and
    `unscored` count samples; `no_answer` counts the scored ones whose reply held no answer.

    >>> sample = Sample(id="1", question="2 + 2?", output="4", parsed="4", score=1.0)
    >>> found = estimate([sample, sample, sample], [1.0, 0.0, None])
    >>> found.value, found.unscored
    (0.5, 1)
    """

    value: float | None
    low: float | None
    high: float | None
    scored: int
    unscored: int
    no_answer: int = 0


class Metric(Protocol):
    """The interface of a module in `evaluators/metrics/`."""

    def measure(self, samples: Sequence[Sample]) -> Estimate: ...


def find(name: str, *, where: str | None = None, folder: Path | None = None) -> Metric:
    """The metric with that name. Raises `UnknownName`, `BadPlugin`; `BadData` if the module is not a metric."""
    module = find_module(METRICS, name, where=where, folder=folder)
    if not hasattr(module, "measure"):
        raise BadData(f"{module.__file__}: no measure. A metric has measure(samples) -> Estimate.")
    return cast(Metric, module)


def estimate(samples: Sequence[Sample], scores: Sequence[float | None]) -> Estimate:
    """The mean of the samples' scores; those of None are left out."""
    kept = [
        (score, sample.cluster, sample.parsed is None)
        for score, sample in zip(scores, samples, strict=True)
        if score is not None
    ]
    interval = mean_interval([score for score, _, _ in kept], clusters=[cluster for _, cluster, _ in kept])
    return Estimate(
        value=interval.value,
        low=interval.low,
        high=interval.high,
        scored=len(kept),
        unscored=len(samples) - len(kept),
        no_answer=sum(silent for _, _, silent in kept),
    )
