"""What model calls cost: tokens, calls, money."""

from .frozen import Frozen


class Usage(Frozen, tag="usage/1"):
    """What an answer cost: tokens in and out, model calls, and money in US dollars where it is known."""

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
