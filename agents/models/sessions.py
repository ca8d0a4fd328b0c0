"""Sessions: texts written token by token with a model, and the error of approximate distributions."""

from collections.abc import Sequence
from operator import not_
from typing import TYPE_CHECKING, Protocol, Self, runtime_checkable

from pydantic import Field

from ..frozen import Frozen

if TYPE_CHECKING:
    from torch import Tensor


class Approximation(Frozen):
    """The error of distributions that were rebuilt from their `top` likeliest tokens.

    `mean` and `worst` are total variation distances from the model's own over `count` distributions, measured where
    both are known; with `bound` they are bounds on it, from the mass of what was not listed.

    >>> (Approximation.of(10, [0.1, 0.3]) + Approximation.of(5, [0.0, 0.0])).worst
    0.3
    """

    top: int
    count: int
    mean: float
    worst: float
    bound: bool = Field(default=False, exclude_if=not_)

    @classmethod
    def of(cls, top: int, errors: Sequence[float], *, bound: bool = False) -> Self:
        """The error of distributions with these distances, or with these bounds on them."""
        return cls(top=top, count=len(errors), mean=sum(errors) / len(errors), worst=max(errors), bound=bound)

    def __add__(self, other: "Approximation") -> "Approximation":
        """The error of both sets of distributions together; `top` is the smaller one."""
        count = self.count + other.count
        mean = (self.mean * self.count + other.mean * other.count) / count
        worst, bound = max(self.worst, other.worst), self.bound or other.bound
        return Approximation(top=min(self.top, other.top), count=count, mean=mean, worst=worst, bound=bound)


class Session(Protocol):
    """A text being written, with its key-value cache.

    `append` only notes tokens; the next call of `next` reads all of them in one forward pass (catch-up prefill).
    A fork shares no state with its origin. A closed session frees its slot.
    """

    @property
    def ids(self) -> tuple[int, ...]:
        """The ids of all tokens so far, prompt included."""
        ...

    def append(self, ids: Sequence[int]) -> None:
        """Add tokens to the text."""
        ...

    async def next(self) -> "Tensor":
        """The next-token logits: float32, shape (vocabulary.size,)."""
        ...

    def rollback(self, length: int) -> None:
        """Truncate the text to its first `length` tokens."""
        ...

    def fork(self) -> "Session":
        """An independent copy."""
        ...

    def close(self) -> None:
        """Free the cache."""
        ...


@runtime_checkable
class Approximate(Protocol):
    """A session whose logits may be rebuilt from the model's likeliest tokens."""

    @property
    def approximation(self) -> Approximation | None:
        """The error of its logits so far; None if they are the model's own."""
        ...
