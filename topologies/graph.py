"""The graph of a topology: an immutable value over a `networkx.DiGraph`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias

import networkx as nx

from ..agents.errors import BadTopology, Twice, UnknownName

Arrow: TypeAlias = tuple[str, str]


@dataclass(frozen=True, init=False)
class Graph:
    """A directed graph of agents, with arrows from a speaker to a listener.

    All listings follow the order of `names`, whatever the order of the arrows. Graphs with the same names in the same
    order and the same arrows are equal. Error messages begin with `where`. Raises `BadTopology` for no agents or an
    agent that speaks to itself, `Twice`, and `UnknownName`.

    >>> graph = Graph(["amber", "blue", "coral"], [("amber", "blue"), ("coral", "blue")])
    >>> graph.speakers("blue")
    ('amber', 'coral')
    """

    names: tuple[str, ...]
    arrows: tuple[Arrow, ...]

    def __init__(self, names: Iterable[str], arrows: Iterable[Arrow], *, where: str = "topology") -> None:
        names, given = checked_names(names, where), frozenset(checked_arrow(arrow, where) for arrow in arrows)
        if not names:
            raise BadTopology(f"{where}: no agents. Name at least one.")
        if len(set(names)) < len(names):
            raise Twice("agent", names, where=where)
        for name in sorted({end for arrow in given for end in arrow}.difference(names)):
            raise UnknownName("agent", name, names, where=where)
        for name in names:
            if (name, name) in given:
                raise BadTopology(f"{where}: {name} speaks to itself. Leave that out: an agent knows what it said.")
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "arrows", tuple((a, b) for a in names for b in names if (a, b) in given))

    @classmethod
    def of(cls, digraph: "nx.DiGraph[str]", *, where: str = "topology") -> "Graph":
        """The graph with the nodes of a networkx graph, in their order, and its edges u -> v: u speaks to v.

        Attributes of nodes and edges are dropped. Raises `BadTopology` for an undirected graph, a multigraph, or a node
        that is not a string.
        """
        if not isinstance(digraph, nx.Graph):
            raise BadTopology(f"{where}: {type(digraph).__name__} is no graph of networkx. Give a networkx.DiGraph.")
        if not digraph.is_directed():
            raise BadTopology(f"{where}: edges without direction. Give graph.to_directed() if all go both ways.")
        if digraph.is_multigraph():
            raise BadTopology(f"{where}: edges may be parallel. Give networkx.DiGraph(graph), where they are one.")
        return cls(digraph.nodes, digraph.edges, where=where)

    @classmethod
    def from_matrix(cls, names: Iterable[str], rows: Iterable[Iterable[float]], *, where: str = "topology") -> "Graph":
        """The graph of an adjacency matrix E, (n, n): E[i][j] = 1 if agent j hears agent i, else 0.

        Raises `BadTopology` for another shape or another value.
        """
        names, matrix = tuple(names), tuple(tuple(row) for row in rows)
        if len(matrix) != len(names):
            raise BadTopology(f"{where}: {len(matrix)} rows for {len(names)} agents. Give one row per agent.")
        for name, row in zip(names, matrix, strict=True):
            if len(row) != len(names):
                raise BadTopology(f"{where}: row {name} has {len(row)} values. Give {len(names)}, one per agent.")
            for column, value in zip(names, row, strict=True):
                if value not in (0, 1):
                    raise BadTopology(f"{where}: row {name}, column {column} is {value!r}. It has to be 0 or 1.")
        arrows = [
            (a, b) for a, row in zip(names, matrix, strict=True) for b, one in zip(names, row, strict=True) if one
        ]
        return cls(names, arrows, where=where)

    @cached_property
    def _digraph(self) -> "nx.DiGraph[str]":
        digraph: nx.DiGraph[str] = nx.DiGraph()
        digraph.add_nodes_from(self.names)
        digraph.add_edges_from(self.arrows)  # in the order of names, so neighbours come in it too
        return digraph

    @property
    def digraph(self) -> "nx.DiGraph[str]":
        """A copy as a networkx graph."""
        return self._digraph.copy()

    @property
    def edges(self) -> int:
        """The number of arrows; a pair that speaks both ways has two."""
        return len(self.arrows)

    def speakers(self, listener: str) -> tuple[str, ...]:
        """The agents that an agent hears. Raises `UnknownName`."""
        return tuple(self._digraph.predecessors(self._known(listener)))

    def listeners(self, speaker: str) -> tuple[str, ...]:
        """The agents that hear an agent. Raises `UnknownName`."""
        return tuple(self._digraph.successors(self._known(speaker)))

    def _repr_svg_(self) -> str:
        """The graph as a notebook shows it: a picture in SVG."""
        return "".join(draw(self) for draw in PAINTERS)

    def _known(self, name: str) -> str:
        if name not in self._digraph:
            raise UnknownName("agent", name, self.names, where="topology")
        return name


def checked_names(names: Iterable[str], where: str) -> tuple[str, ...]:
    """The names. Raises `BadTopology` unless they are strings."""
    names = tuple(names)
    for name in names:
        if not isinstance(name, str):
            raise BadTopology(f"{where}: node {name!r} is not a string. Nodes are the names of agents.")
    return names


def checked_arrow(arrow: object, where: str) -> Arrow:
    """An arrow as a pair. Raises `BadTopology` for anything but two names."""
    if not isinstance(arrow, tuple | list) or len(arrow) != 2 or not all(isinstance(end, str) for end in arrow):
        raise BadTopology(f"{where}: arrow {arrow!r} is not a pair of names. Write (speaker, listener).")
    return arrow[0], arrow[1]


PAINTERS: Final[list[Callable[[Graph], str]]] = []
"""Functions that draw a graph as SVG, registered by `symposia.topologies`: this module does not import drawing."""
