"""A row of a report: one metric of one team."""

from pydantic import Field

from ...agents.frozen import Frozen
from ...evaluators.comparison import Kind


def not_any(count: int) -> bool:
    """Whether nothing was counted: a report without judges says nothing of them."""
    return count == 0


class ReportRow(Frozen):
    """One number of a report: a row's metric, with its 95 % interval and what it cost in all."""

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
    judge_calls: int = Field(default=0, exclude_if=not_any)
    judge_tokens: int = Field(default=0, exclude_if=not_any)
