"""Models that ask other models."""

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from .models.base import Writer

if TYPE_CHECKING:
    from .context import Context


@runtime_checkable
class Nested(Protocol):
    """A model that asks other models, so that it has to know the run it is in, and where in it."""

    def within(self, context: "Context", place: str) -> Writer:
        """The same model as a part of this run, its calls recorded below `place`."""
        ...
