"""Shapes of topologies. Each is called with names, as `ring("amber", "blue", "coral")`.

Arrows follow the order of the names, from each to those after it; `both_ways=True` adds the reverse arrows. A hub and a
client always speak both ways. A single name is a graph without arrows.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise, product
from typing import Annotated, Protocol

from pydantic import Field

from ..agents.errors import BadTopology
from .graph import Arrow, Graph


class Shape(Protocol):
    """A function from names to a graph."""

    __name__: str

    def __call__(self, *names: str) -> Graph:
        """The graph over these agents."""


def _graph(names: Sequence[str], arrows: Sequence[Arrow], both_ways: bool) -> Graph:
    back = [(listener, speaker) for speaker, listener in arrows] if both_ways else []
    return Graph(names, [*arrows, *back])


def _closed(names: Sequence[str]) -> list[Arrow]:
    return [*pairwise(names), (names[-1], names[0])] if len(names) > 1 else []


def complete(*names: str) -> Graph:
    """A complete graph: every agent hears every other."""
    return Graph(names, [(a, b) for a, b in product(names, names) if a != b])


def chain(*names: str, both_ways: bool = False) -> Graph:
    """A chain: each agent hears the one before."""
    return _graph(names, list(pairwise(names)), both_ways)


def ring(*names: str, both_ways: bool = False) -> Graph:
    """A ring: each agent hears the one before, and the first hears the last."""
    return _graph(names, _closed(names), both_ways)


def star(*names: str) -> Graph:
    """A star: the first agent, the hub, hears all others, and they hear it alone."""
    return _graph(names, [(names[0], name) for name in names[1:]], both_ways=True)


def wheel(*names: str, both_ways: bool = False) -> Graph:
    """A wheel: a star whose rim, all but the first agent, is a ring."""
    return Graph(names, [*star(*names).arrows, *_graph(names, _closed(names[1:]), both_ways).arrows])


def tree(*names: str, branching: Annotated[int, Field(ge=1)] = 2, both_ways: bool = False) -> Graph:
    """A tree in heap order: each agent but the first hears its parent, which has `branching` children.

    Raises `BadTopology` for a branching below 1.
    """
    if branching < 1:
        raise BadTopology(f"tree: branching is {branching}. It has to be 1 or more.")
    return _graph(names, [(names[(i - 1) // branching], names[i]) for i in range(1, len(names))], both_ways)


def layered(*layers: str | Sequence[str]) -> Graph:
    """Layers: each agent hears all agents of the layer before; a single name is a layer of one.

    Raises `BadTopology` for an empty layer.
    """
    groups = [(layer,) if isinstance(layer, str) else tuple(layer) for layer in layers]
    if () in groups:
        raise BadTopology(f"layered: layer {groups.index(()) + 1} is empty. Put an agent in it or leave it out.")
    arrows = [arrow for before, after in pairwise(groups) for arrow in product(before, after)]
    return Graph([name for group in groups for name in group], arrows)


def client_server(*names: str) -> Graph:
    """A star whose hub, the first agent, is the client; it and each of the servers hear each other."""
    return star(*names)


SHAPES: Mapping[str, Shape] = {
    shape.__name__: shape for shape in (complete, chain, ring, star, wheel, tree, layered, client_server)
}
