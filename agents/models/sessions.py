"""A text being written with a model, token by token, and how exact the model's distributions were."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, Self, TypeAlias, runtime_checkable

from ..frozen import Frozen

if TYPE_CHECKING:
    from torch import Tensor

    Parameters: TypeAlias = Mapping[str, Tensor]


class Approximation(Frozen):
    """How far distributions that were rebuilt from their `top` likeliest tokens were from the model's own.

    `mean` and `worst` are total variation distances over `count` distributions, measured by whoever had both.
    """

    top: int
    count: int
    mean: float
    worst: float

    @classmethod
    def of(cls, top: int, errors: Sequence[float]) -> Self:
        """From the distance of each distribution."""
        return cls(top=top, count=len(errors), mean=sum(errors) / len(errors), worst=max(errors))

    def __add__(self, other: "Approximation") -> "Approximation":
        """Both together; `top` is the smaller one."""
        count = self.count + other.count
        mean = (self.mean * self.count + other.mean * other.count) / count
        return Approximation(top=min(self.top, other.top), count=count, mean=mean, worst=max(self.worst, other.worst))


class Session(Protocol):
    """One text being written, with its key-value cache.

    `append` only notes what follows; the next call of `next` reads all of it in one forward pass
    (catch-up prefill). `fork` shares nothing with its origin afterwards. A closed session frees its slot.
    """

    @property
    def ids(self) -> tuple[int, ...]:
        """Every token so far, prompt included."""
        ...

    def append(self, ids: Sequence[int]) -> None:
        """Add tokens to the text."""
        ...

    async def next(self) -> "Tensor":
        """The next-token logits: float32, shape (vocabulary.size,)."""
        ...

    def rollback(self, length: int) -> None:
        """Cut the text back to its first `length` tokens."""
        ...

    def fork(self) -> "Session":
        """A copy that goes its own way."""
        ...

    def close(self) -> None:
        """Free the cache."""
        ...


@runtime_checkable
class Approximate(Protocol):
    """A session whose logits may be rebuilt from a part of the model's own."""

    @property
    def approximation(self) -> Approximation | None:
        """How far they were from the model's own so far; None if they are its own."""
        ...
