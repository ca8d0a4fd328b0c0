"""The interface of models that ask other models."""

from collections.abc import Hashable
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, TypeGuard

from .models.base import Writer

if TYPE_CHECKING:
    from .context import Context


class Nested(Protocol):
    """A model that asks other models, and so needs the run it belongs to and its place there."""

    def within(self, context: "Context", place: str) -> Writer:
        """The same model as a part of this run, its calls recorded below `place`."""
        ...


def is_nested(model: object) -> TypeGuard[Nested]:
    """Whether a model asks other models."""
    kind: Any = type(model)
    return has_within(kind)


@cache
def has_within(kind: Hashable) -> bool:
    """Whether the models of a class ask others; cached, as every question calls this."""
    return callable(getattr(kind, "within", None))
