"""Samples, the rows of `samples.jsonl`: one question with its reply and its score."""

from collections.abc import Mapping
from typing import Any, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from ..agents.accounting import Usage
from ..agents.frozen import Frozen, is_empty
from ..agents.message import Stop

Reason: TypeAlias = Literal[
    "invalid_verdict", "judge_failed", "missing_gold", "missing_library", "sandbox_error", "scorer_failed"
]
"""The reasons that grading, not the answer, leaves an answer unscored."""


class Sample(Frozen):
    """A question, the reply to it, and its score, or the reason why there is none.

    `parsed` is the answer that the task parsed from the reply, None if it holds none. `score` is in the range that the
    task declares; a sample has either a score or a `why`: a failed one is unscored, not wrong; `reason` is a word for
    it where grading failed. `seconds` is wall time. `group` and `cluster` are the item's. `parts` and `verdict` are
    those of the grade, `judging` is the usage of its judges, which `usage` does not include. `earlier` are the replies
    to the turns before the last one, `output`, where a question has several.

    >>> Sample(id="1", question="2 + 2?", output="4", parsed="4", score=1.0).score
    1.0
    """

    id: str
    question: str
    gold: Any = None
    output: str
    parsed: str | None = None
    score: float | None = Field(default=None, allow_inf_nan=False)
    why: str | None = None
    reason: Reason | None = Field(default=None, exclude_if=is_empty)
    stop: Stop = "done"
    usage: Usage = Usage()
    seconds: float = Field(default=0.0, ge=0.0)
    group: str | None = None
    cluster: str | None = None
    parts: Mapping[str, float] = Field(default_factory=dict, exclude_if=is_empty)
    verdict: str | None = Field(default=None, exclude_if=is_empty)
    judging: Usage | None = Field(default=None, exclude_if=is_empty)
    earlier: tuple[str, ...] = Field(default=(), exclude_if=is_empty)

    @model_validator(mode="after")
    def _scored_or_explained(self) -> Self:
        if (self.score is None) == (self.why is None):
            raise ValueError("a sample has a score, or else a reason (why) for having none")
        return self
