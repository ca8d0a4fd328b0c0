"""The usage of models: tokens, calls and cost, and the meter that compares it with a budget before every call."""

from dataclasses import dataclass, field
from functools import cache
from time import monotonic

from pydantic import Field

from .budget import Budget
from .errors import BudgetSpent
from .frozen import Frozen, is_empty


class Usage(Frozen, tag="usage/1"):
    """Prompt and completion tokens, model calls, and cost in US dollars; None where the cost is unknown.

    `uncounted` is the number of calls whose tokens are unknown, since a server did not say them.

    >>> (Usage(prompt_tokens=5, calls=1) + Usage(prompt_tokens=7, calls=1, cost=0.5)).prompt_tokens
    12
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    calls: int = 0
    cost: float | None = None
    uncounted: int | None = Field(default=None, exclude_if=is_empty)

    def __add__(self, other: "Usage") -> "Usage":
        """The sum; an unknown cost stays unknown only where both are unknown."""
        costs = [cost for cost in (self.cost, other.cost) if cost is not None]
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            calls=self.calls + other.calls,
            cost=sum(costs) if costs else None,
            uncounted=(self.uncounted or 0) + (other.uncounted or 0) or None,
        )


def usage_of(reply: Frozen) -> Usage | None:
    """The usage that a message holds, as a field or a property of this name; None without one."""
    usage = getattr(reply, "usage", None) if has_usage(type(reply)) else None
    return usage if isinstance(usage, Usage) else None


@cache
def has_usage(kind: type[Frozen]) -> bool:
    """True if messages of a type have a usage. (pydantic looks up an absent attribute slowly.)"""
    return "usage" in kind.model_fields or hasattr(kind, "usage")


@dataclass
class Meter:
    """The usage of a question so far, and its budget.

    A call is refused once a limit is reached, so the last one may overshoot a token budget by its own length. The
    clock runs from the first call, `since`.

    >>> meter = Meter(Budget(calls=1))
    >>> meter.charge(Usage(calls=1))
    >>> meter.check("q1: amber")
    Traceback (most recent call last):
    symposia.agents.errors.BudgetSpent: q1: amber: the budget of 1 calls is spent (1). Raise budget.calls.
    """

    budget: Budget
    spent: Usage = field(default_factory=Usage)
    under_way: int = 0
    since: float | None = None

    def __post_init__(self) -> None:
        self._limits = {name: limit for name, limit in self.budget if limit is not None}

    def begin(self, where: str) -> None:
        """Count a call from its beginning to its `end`. Raises `BudgetSpent` if it would exceed a limit."""
        if self.since is None:
            self.since = monotonic()
        self.check(where)
        self.under_way += 1

    def end(self) -> None:
        """A call that began has ended."""
        self.under_way -= 1

    def check(self, where: str) -> None:
        """Raise `BudgetSpent` if another call would exceed a limit."""
        if not self._limits:
            return
        spent = {
            "tokens": self.spent.prompt_tokens + self.spent.completion_tokens,
            "calls": self.spent.calls + self.under_way,
            "seconds": 0.0 if self.since is None else monotonic() - self.since,
        }
        for name, limit in self._limits.items():
            amount = spent[name]
            if amount >= limit:
                raise BudgetSpent(
                    f"{where}: the budget of {limit:g} {name} is spent ({amount:g}). Raise budget.{name}."
                )

    def charge(self, usage: Usage) -> None:
        """Add the usage of a call."""
        self.spent += usage
