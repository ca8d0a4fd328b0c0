"""Models that tell what they write while they write it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, Self, TypeAlias, TypeVar, runtime_checkable

Listener: TypeAlias = Callable[[str], None]
"""Called in the event loop with each new piece of a text; together they are the text of the answer."""

M = TypeVar("M")


@runtime_checkable
class Telling(Protocol):
    """A model that can be listened to."""

    def told_to(self, listen: Listener) -> Self:
        """The same model; `listen` is called with each piece of its answers as it is written."""
        ...


def told_to(model: M, listen: Listener) -> M:
    """The model, listened to if it can be; else the model itself, whose answers come whole."""
    return model.told_to(listen) if isinstance(model, Telling) else model


@dataclass
class Listening:
    """A listener to the last call of the team at one question; `place` is that call's, as soon as it is known.

    >>> heard = []
    >>> Listening("served", heard.append).at("served/amber.0") is None
    True
    """

    question: str
    tell: Listener
    place: str | None = None

    def at(self, place: str) -> Listener | None:
        """The listener to the call at a place, if it is the last one."""
        return self.tell if place == self.place else None
