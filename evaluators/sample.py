"""What became of one question: one row of `samples.jsonl`."""

from typing import Any, Self

from pydantic import Field, model_validator

from ..agents.accounting import Usage
from ..agents.frozen import Frozen
from ..agents.message import Stop


class Sample(Frozen):
    """A question, the reply to it, and its score, or the reason why there is none.

    `parsed` is the answer as the task read it; None with a score says that the reply held no
    answer. `score` is from 0 to 1; a sample has a score or a `why`, never both and never neither:
    what failed is unscored, not wrong. `seconds` is wall time. `group` and `cluster` are the item's.
    """

    id: str
    question: str
    gold: Any = None
    output: str
    parsed: str | None = None
    score: float | None = Field(default=None, ge=0.0, le=1.0)
    why: str | None = None
    stop: Stop = "done"
    usage: Usage = Usage()
    seconds: float = Field(default=0.0, ge=0.0)
    group: str | None = None
    cluster: str | None = None

    @model_validator(mode="after")
    def _scored_or_explained(self) -> Self:
        if (self.score is None) == (self.why is None):
            raise ValueError("a sample has a score, or else a reason (why) for having none")
        return self
