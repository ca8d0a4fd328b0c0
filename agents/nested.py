"""The interface of models that ask other models."""

from collections.abc import Hashable
from functools import cache
from typing import TYPE_CHECKING, Protocol

from .models.base import Writer

if TYPE_CHECKING:
    from .context import Context


class Nested(Protocol):
    """A model that asks other models, and so needs the run it belongs to and its place there."""

    def within(self, context: "Context", place: str) -> Writer:
        """The same model as a part of this run, its calls recorded below `place`."""
        ...


@cache
def asks_others(kind: Hashable) -> bool:
    """True if the models of a class are `Nested`; cached, as every question makes its agents anew."""
    return callable(getattr(kind, "within", None))
