"""The interface of models that ask other models."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from .models.base import Writer

if TYPE_CHECKING:
    from .context import Context


class Nested(Protocol):
    """A model that asks other models, and so needs the run it belongs to and its place there."""

    def within(self, context: "Context", place: str) -> Writer:
        """The same model as a part of this run, its calls recorded below `place`."""
        ...


@cache
def asks_others(kind: Any) -> bool:  # noqa: ANN401 - a class
    """True if the models of a class are `Nested`; cached, as every question makes its agents anew."""
    return callable(getattr(kind, "within", None))


def nested_in(models: Mapping[str, Any]) -> frozenset[str]:
    """The names of the models that ask others."""
    kinds: Mapping[str, Any] = {name: type(model) for name, model in models.items()}
    return frozenset(name for name, kind in kinds.items() if asks_others(kind))
