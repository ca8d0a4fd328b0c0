"""Positions of agents in a picture, computed deterministically from the graph."""

from collections.abc import Sequence
from itertools import combinations
from math import ceil, cos, inf, pi, sin, sqrt

import networkx as nx

from .graph import Graph
from .layout import Box, Layout, Point, Positions

LONGEST_ROW = 6  # a longer chain is folded
GROWTH, STEPS = 1.1, 12  # a circle grows by this factor, so often, for its arrows to pass between agents


def arrange(graph: Graph, box: Box) -> Layout:
    """The layout of a graph: a hub within its rim, a folded chain, a tree, or layers from left to right.

    If none of these fits, or an arrow would run through a third agent, the agents are on a circle.
    """
    if (centre := hub(graph)) is not None:
        rim = [name for name in graph.names if name != centre]
        return _grown(graph, {centre: (0.0, 0.0)} | _circle(rim), box)
    for found in (_rows(graph, box), _tree(graph, box), _layers(graph, box)):
        if found is not None and found.readable(graph, box):
            return found
    return _grown(graph, _circle(graph.names), box)


def hub(graph: Graph) -> str | None:
    """The one agent that speaks with all others both ways, if it is the only such one among three or more."""
    others = len(graph.names) - 1
    hubs = [n for n in graph.names if len(graph.speakers(n)) == len(graph.listeners(n)) == others]
    return hubs[0] if len(hubs) == 1 and others > 1 else None


def _circle(names: Sequence[str]) -> dict[str, Point]:
    """Positions on the unit circle, clockwise from the top; two agents are side by side."""
    if len(names) == 1:
        return {names[0]: (0.0, 0.0)}
    start = pi if len(names) == 2 else pi / 2
    angles = [start - 2 * pi * i / len(names) for i in range(len(names))]
    return {name: (cos(angle), sin(angle)) for name, angle in zip(names, angles, strict=True)}


def _grown(graph: Graph, unit: Positions, box: Box) -> Layout:
    """The smallest enlargement in which no boxes touch and, within `STEPS` of growth, no arrow hits one."""
    nearest = min((box.relative_distance(a, b) for a, b in combinations(unit.values(), 2)), default=inf)
    for step in range(STEPS):
        size = GROWTH**step / nearest
        layout = Layout({name: (size * x, size * y) for name, (x, y) in unit.items()})
        if layout.readable(graph, box):
            break
    return layout


def _rows(graph: Graph, box: Box) -> Layout | None:
    """A chain in one row, or, if it is long, in several rows of equal length in alternating directions."""
    lines = graph.digraph.to_undirected()
    if len(graph.names) == 1 or not nx.is_tree(lines) or max(degree for _, degree in lines.degree()) > 2:
        return None
    ends = [name for name in graph.names if lines.degree(name) == 1]
    orders = [list(nx.dfs_preorder_nodes(graph.digraph, end)) for end in ends]
    order = next((order for order in orders if len(order) == len(graph.names)), None)
    if order is None:
        return None
    width = len(order) if len(order) <= LONGEST_ROW else ceil(sqrt(len(order)))
    cells = [divmod(i, width) for i in range(len(order))]
    columns = [width - 1 - column if row % 2 else column for row, column in cells]
    x, y = box.width + 1.5 * box.gap, box.height + 1.5 * box.gap
    rows = [row for row, _ in cells]
    return Layout({name: (x * c, -y * r) for name, c, r in zip(order, columns, rows, strict=True)})


def _tree(graph: Graph, box: Box) -> Layout | None:
    """A tree from the root downwards, every parent above the middle of its children."""
    root, digraph = graph.names[0], graph.digraph
    tree = nx.bfs_tree(digraph, root)
    if len(tree) < len(graph.names) or not nx.is_tree(digraph.to_undirected()):
        return None
    depth = nx.shortest_path_length(tree, root)
    column: dict[str, float] = {}
    leaves = 0
    for name in nx.dfs_postorder_nodes(tree, root):
        children = [column[child] for child in tree.successors(name)]
        column[name] = (children[0] + children[-1]) / 2 if children else float(leaves)
        leaves += not children
    x, y = box.width + box.gap, box.height + 2 * box.gap
    return Layout({name: (x * column[name], -y * depth[name]) for name in graph.names})


def _layers(graph: Graph, box: Box) -> Layout | None:
    """Layers from left to right, every agent to the right of all that it hears."""
    if not graph.arrows or not nx.is_directed_acyclic_graph(graph.digraph):
        return None
    layers = [sorted(layer, key=graph.names.index) for layer in nx.topological_generations(graph.digraph)]
    y = box.height + box.gap
    x = box.width + max(2.5 * box.gap, 0.4 * y * max(map(len, layers)))
    found = {
        name: (x * column, y * ((len(layer) - 1) / 2 - row))
        for column, layer in enumerate(layers)
        for row, name in enumerate(layer)
    }
    return Layout(found, reach=box.width / 2)
