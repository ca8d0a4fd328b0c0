"""Rows of reports."""

from pydantic import Field

from ...agents.frozen import Frozen, is_empty
from ...evaluators.comparison import Kind


def not_any(count: int) -> bool:
    """True if a count is 0; a report without judges leaves their fields out."""
    return count == 0


class ReportRow(Frozen):
    """A metric of one system, with its 95 % interval, and the system's total usage.

    Where some samples are unscored, `floor` is the metric with the least score for each of them, and `floor_low` and
    `floor_high` are its interval: `value` is of those that were scored, whose failing may be no chance.

    >>> from pathlib import Path
    >>> from symposia.evaluators.comparison import ComparisonRow
    >>> from symposia.evaluators.sample import Sample
    >>> from symposia.scenarios.reporting.report import report_row
    >>> samples = [Sample(id=str(score), question="2 + 2?", output="4", score=score) for score in (1.0, 0.0)]
    >>> report_row(ComparisonRow("amber", "single", samples), "accuracy", Path()).value
    0.5
    """

    name: str
    kind: Kind
    metric: str
    value: float | None
    low: float | None
    high: float | None
    scored: int
    unscored: int
    no_answer: int
    calls: int
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    cost: float | None
    floor: float | None = Field(default=None, exclude_if=is_empty)
    floor_low: float | None = Field(default=None, exclude_if=is_empty)
    floor_high: float | None = Field(default=None, exclude_if=is_empty)
    judge_calls: int = Field(default=0, exclude_if=not_any)
    judge_tokens: int = Field(default=0, exclude_if=not_any)
