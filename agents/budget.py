"""Limits on the cost of a question: tokens, calls, seconds. Checked before every call."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic

from pydantic import Field

from .accounting import Usage
from .errors import BudgetSpent
from .frozen import Frozen


class Budget(Frozen):
    """Limits for one question; `None` is no limit. `tokens` counts prompt and completion tokens.

    >>> Budget(calls=3).calls
    3
    """

    tokens: int | None = Field(default=None, ge=1, description="Prompt and completion tokens.")
    calls: int | None = Field(default=None, ge=1, description="Model calls.")
    seconds: float | None = Field(default=None, gt=0, description="Seconds.")


@dataclass
class Meter:
    """The usage of a question so far, and its budget.

    A call is refused once a limit is reached, so the last one may overshoot a token budget by its own length.

    >>> meter = Meter(Budget(calls=1))
    >>> meter.charge(Usage(calls=1))
    >>> meter.check("q1: amber")
    Traceback (most recent call last):
    symposia.agents.errors.BudgetSpent: q1: amber: the budget of 1 calls is spent (1). Raise budget.calls.
    """

    budget: Budget
    spent: Usage = field(default_factory=Usage)
    under_way: int = 0
    since: float = field(default_factory=monotonic)

    @contextmanager
    def call(self, where: str) -> Iterator[None]:
        """Count a call while it is under way. Raises `BudgetSpent` if it would exceed a limit."""
        self.check(where)
        self.under_way += 1
        try:
            yield
        finally:
            self.under_way -= 1

    def check(self, where: str) -> None:
        """Raise `BudgetSpent` if another call would exceed a limit."""
        spent = {
            "tokens": self.spent.prompt_tokens + self.spent.completion_tokens,
            "calls": self.spent.calls + self.under_way,
            "seconds": monotonic() - self.since,
        }
        for name, amount in spent.items():
            limit = getattr(self.budget, name)
            if limit is not None and amount >= limit:
                raise BudgetSpent(
                    f"{where}: the budget of {limit:g} {name} is spent ({amount:g}). Raise budget.{name}."
                )

    def charge(self, usage: Usage) -> None:
        """Add the usage of a call."""
        self.spent += usage
