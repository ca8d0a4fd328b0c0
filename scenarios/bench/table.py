"""The table of a bench: a row for each protocol of a team on a task, its seeds together, and tests over the grid."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from ...agents.frozen import Frozen
from ...evaluators.sample import Sample
from ...evaluators.statistics.intervals import score_interval
from ...evaluators.statistics.paired import paired_test
from ...evaluators.statistics.significance import benjamini_hochberg, difference, holm
from .results import Result


class BenchRow(Frozen):
    """One protocol of one team on one task, over all seeds.

    `value` is the mean score with its 95 % interval; `gain` is the paired difference to the single model that was best
    on dev of each seed, with its interval and its two-sided p-value, adjusted by Holm among the rows of the task and by
    Benjamini and Hochberg among all rows. Questions that were asked with several seeds are clusters. `tokens` and
    `calls` are per question; `cost` is in US dollars for all, None where it is unknown.

    >>> names = {"task": "sums", "team": "pair", "protocol": "vote", "seeds": (0,)}
    >>> scores = {"value": 0.5, "low": 0.2, "high": 0.8, "scored": 8, "unscored": 0, "no_answer": 0}
    >>> others = {"best_single": 0.4, "equal_tokens": 0.4, "oracle": 0.6}
    >>> BenchRow(**names, **scores, **others, calls=2, tokens=40, judge_tokens=0, cost=None).gain is None
    True
    """

    task: str
    team: str
    protocol: str
    seeds: tuple[int, ...]
    value: float | None
    low: float | None
    high: float | None
    scored: int
    unscored: int
    no_answer: int
    best_single: float | None
    equal_tokens: float | None
    oracle: float | None
    gain: float | None = None
    gain_low: float | None = None
    gain_high: float | None = None
    p: float | None = None
    holm: float | None = None
    grid: float | None = None
    calls: float
    tokens: float
    judge_tokens: float
    cost: float | None


def rows(results: Sequence[Result]) -> list[BenchRow]:
    """The rows of finished cells, with adjusted p-values."""
    cells = sorted(results, key=lambda one: names(one)[:3])
    found = [row(list(group)) for _, group in groupby(cells, key=lambda one: names(one)[:3])]
    return adjusted(found)


def names(result: Result) -> tuple[str, str, str, int]:
    """The names of a result, as rows are ordered: task, team, protocol, seed."""
    cell = result.cell
    return cell.task, cell.team, cell.protocol, cell.seed


def row(seeds: Sequence[Result]) -> BenchRow:
    """The row of the results of one protocol of one team on one task."""
    cell = seeds[0].cell
    samples = [sample for one in seeds for sample in one.samples]
    kept = [sample for sample in samples if sample.score is not None]
    several = len(seeds) > 1
    clusters = [cluster(one, several) for one in kept]
    interval = score_interval([one.score or 0.0 for one in kept], clusters, graded=cell.graded)
    costs = [sample.usage.cost for sample in samples if sample.usage.cost is not None]
    return BenchRow(
        task=cell.task,
        team=cell.team,
        protocol=cell.protocol,
        seeds=tuple(one.cell.seed for one in seeds),
        value=interval.value,
        low=interval.low,
        high=interval.high,
        scored=len(kept),
        unscored=len(samples) - len(kept),
        no_answer=sum(one.parsed is None for one in kept),
        **{name: mean([one.value(kind) for one in seeds]) for name, kind in KINDS.items()},
        **gain(seeds),
        calls=sum(one.usage.calls for one in samples) / len(samples),
        tokens=sum(one.usage.prompt_tokens + one.usage.completion_tokens for one in samples) / len(samples),
        judge_tokens=sum(judged(one) for one in samples) / len(samples),
        cost=sum(costs) if costs else None,
    )


KINDS: Mapping[str, str] = {"best_single": "best_single", "equal_tokens": "equal_budget", "oracle": "oracle"}


def gain(seeds: Sequence[Result]) -> dict[str, float | None]:
    """The paired difference to the best single model, over all seeds; empty where there is none."""
    several = len(seeds) > 1
    pairs = [
        (other.score, ours.score, cluster(ours, several))
        for one in seeds
        if one.best is not None and one.best in one.singles
        for other, ours in zip(one.singles[one.best], one.samples, strict=True)
        if other.score is not None and ours.score is not None
    ]
    if not pairs:
        return {}
    before, after, clusters = ([pair[at] for pair in pairs] for at in range(3))
    gap = difference(before, after, clusters)  # type: ignore[arg-type]
    tested = paired_test(before, after, clusters)  # type: ignore[arg-type]
    return {"gain": gap.value, "gain_low": gap.low, "gain_high": gap.high, "p": tested.p}


def adjusted(found: Sequence[BenchRow]) -> list[BenchRow]:
    """The rows with p-values adjusted within each task, and over the grid."""
    tested = {str(place): one for place, one in enumerate(found) if one.p is not None}
    grid = benjamini_hochberg({place: one.p or 0.0 for place, one in tested.items()})
    within: dict[str, float] = {}
    for task in {one.task for one in tested.values()}:
        within |= holm({place: one.p or 0.0 for place, one in tested.items() if one.task == task})
    return [
        one.model_copy(update={"holm": within.get(str(place)), "grid": grid.get(str(place))})
        for place, one in enumerate(found)
    ]


def cluster(sample: Sample, several: bool) -> str | None:
    """The cluster of a sample; the question itself where it was asked with several seeds."""
    return sample.cluster or (sample.id if several else None)


def judged(sample: Sample) -> int:
    """The tokens that judging a sample took."""
    return 0 if sample.judging is None else sample.judging.prompt_tokens + sample.judging.completion_tokens


def mean(values: Sequence[float | None]) -> float | None:
    """The mean of the values that are known; None without one."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
