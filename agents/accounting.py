"""The usage of models: tokens, calls and cost."""

from .frozen import Frozen


class Usage(Frozen, tag="usage/1"):
    """Prompt and completion tokens, model calls, and cost in US dollars; None where the cost is unknown.

    >>> (Usage(prompt_tokens=5, calls=1) + Usage(prompt_tokens=7, calls=1, cost=0.5)).prompt_tokens
    12
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    calls: int = 0
    cost: float | None = None

    def __add__(self, other: "Usage") -> "Usage":
        """The sum; an unknown cost stays unknown only where both are unknown."""
        costs = [cost for cost in (self.cost, other.cost) if cost is not None]
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            calls=self.calls + other.calls,
            cost=sum(costs) if costs else None,
        )
