"""Models that ask other models."""

from functools import cache
from typing import TYPE_CHECKING, Protocol

from .models.base import Writer

if TYPE_CHECKING:
    from .context import Context


class Nested(Protocol):
    """A model that asks other models, so that it has to know the run it is in, and where in it."""

    def within(self, context: "Context", place: str) -> Writer:
        """The same model as a part of this run, its calls recorded below `place`."""
        ...


@cache
def asks_others(kind: type) -> bool:
    """Whether models of a class are `Nested`; looked up once a class, since every question makes its agents anew."""
    return callable(getattr(kind, "within", None))
