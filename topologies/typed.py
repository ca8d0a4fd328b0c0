"""Type checks of topologies: every message sent along an arrow must have a handler."""

from collections.abc import Iterable, Mapping
from types import NoneType, UnionType
from typing import Union, get_args, get_origin, get_type_hints

from ..agents.agent import Agent
from ..agents.errors import BadHandler, BadTopology, CannotHandle, UnknownName
from ..agents.message import Message
from .graph import Graph

Kinds = Iterable[type[Message]]


def check(graph: Graph, sends: Mapping[str, Kinds], accepts: Mapping[str, Kinds], *, where: str = "topology") -> None:
    """Check that every message type that a speaker may send is handled by all of its listeners.

    `sends` and `accepts` have an entry for each agent of the graph; an agent class's `accepts` is one.
    A type is handled if it or one of its base classes is accepted, as in `Agent.receive`.
    Raises `BadTopology` for the first arrow that does not fit, `UnknownName` for an agent without an entry.
    """
    for name in graph.names:
        for described in (sends, accepts):
            if name not in described:
                raise UnknownName("agent", name, described, where=f"{where}: message types")
    for speaker, listener in graph.arrows:
        handled = tuple(accepts[listener])
        for kind in sends[speaker]:
            if _handled_as(kind, handled) is None:
                raise BadTopology(
                    f"{where}: {speaker} -> {listener} carries {kind.__name__}, which {listener} does not handle. "
                    f"It handles: {_listed(handled)}."
                )


def replies(agent: type[Agent], to: type[Message]) -> tuple[type[Message], ...]:
    """The message types that an agent may reply with, by its handler's return annotation; of a union, all.

    It gives `sends`, as `{name: replies(type(agent), Request) for ...}`, where agents pass on their answers. Raises
    `CannotHandle` without a handler for that message, `BadHandler` without an annotation.
    """
    handled = _handled_as(to, tuple(agent.accepts))
    if handled is None:
        raise CannotHandle(f"{agent.__name__}: no handler for {to.__name__}. Handles: {_listed(agent.accepts)}.")
    name = agent.accepts[handled]
    said = get_type_hints(getattr(agent, name)).get("return", NoneType)
    kinds = get_args(said) if get_origin(said) in (Union, UnionType) else (said,)
    if not all(isinstance(kind, type) and issubclass(kind, Message) for kind in kinds):
        raise BadHandler(f"{agent.__name__}.{name}: does not say what it replies. Annotate it with message types.")
    return kinds


def _handled_as(kind: type[Message], accepted: tuple[type[Message], ...]) -> type[Message] | None:
    return next((base for base in kind.__mro__ if base in accepted), None)


def _listed(kinds: Kinds) -> str:
    return ", ".join(sorted(kind.__name__ for kind in kinds)) or "nothing"
