"""The interface of metrics: each is a module of `evaluators/metrics/` with `measure(samples) -> Estimate`.

One whose `measure(samples, graded=False)` takes `graded` is told if the task's scores have another range than 0 to 1:
on a scale from 1 to 10 a 1 is no success, and Wilson's interval is not the one.
"""

from collections.abc import Sequence
from inspect import signature
from pathlib import Path
from typing import Protocol, cast

from ..agents.errors import BadData
from ..agents.frozen import Frozen
from ..agents.registry import METRICS
from ..agents.registry import find as find_module
from .sample import Sample
from .statistics.intervals import score_interval


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


def measured(by: Metric, samples: Sequence[Sample], *, graded: bool) -> Estimate:
    """The estimate by a metric; one that wants to know is told if scores have another range than 0 to 1."""
    told = {"graded": graded} if "graded" in signature(by.measure).parameters else {}
    return by.measure(samples, **told)


def estimate(samples: Sequence[Sample], scores: Sequence[float | None], *, graded: bool = False) -> Estimate:
    """The mean of the samples' scores; those of None are left out. `graded` scores have Student's interval."""
    kept = [
        (score, sample.cluster, sample.parsed is None)
        for score, sample in zip(scores, samples, strict=True)
        if score is not None
    ]
    interval = score_interval([score for score, _, _ in kept], [cluster for _, cluster, _ in kept], graded=graded)
    return Estimate(
        value=interval.value,
        low=interval.low,
        high=interval.high,
        scored=len(kept),
        unscored=len(samples) - len(kept),
        no_answer=sum(silent for _, _, silent in kept),
    )
