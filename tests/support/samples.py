"""Samples and intervals in short."""

from collections.abc import Sequence

from symposia.agents.accounting import Usage
from symposia.evaluators.metric import Estimate
from symposia.evaluators.sample import Sample
from symposia.evaluators.statistics.intervals import Interval


def sample(score: float | None, *, parsed: str | None = "x", cluster: str | None = None, tokens: int = 0) -> Sample:
    why = "a: the model is gone." if score is None else None
    usage = Usage(prompt_tokens=tokens, completion_tokens=tokens)
    return Sample(id="i", question="?", output="x", parsed=parsed, score=score, why=why, usage=usage, cluster=cluster)


def rounded(interval: Interval | Estimate) -> Sequence[float | None]:
    return [None if x is None else round(x, 4) for x in (interval.value, interval.low, interval.high)]
