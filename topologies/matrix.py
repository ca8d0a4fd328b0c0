"""A topology of many agents as its adjacency matrix: a dot in the row of a speaker, in the column of who hears it."""

from typing import TYPE_CHECKING, Final

from .graph import Graph

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SIZE: Final = 9.0
"""Inches of a side: 1,800 pixels."""

NAMED: Final = 100
"""Of up to so many agents each row and column has its name."""


def draw_matrix(figure: "Figure", graph: Graph) -> None:
    """Draw the adjacency matrix of a graph."""
    figure.set_size_inches(SIZE, SIZE)
    figure.set_layout_engine("constrained")
    axes = figure.add_subplot()
    place = {name: number for number, name in enumerate(graph.names)}
    count = len(place)
    cells = [[0.0] * count for _ in range(count)]
    for speaker, listener in graph.arrows:
        cells[place[speaker]][place[listener]] = 1.0
    axes.imshow(cells, cmap="Blues", vmin=0, vmax=1.3, interpolation="nearest")
    axes.set_title(f"{count} agents, {graph.edges:,} arrows", fontsize=10)
    axes.set_xlabel("hears")
    axes.set_ylabel("speaks")
    if count <= NAMED:
        size = min(8.0, 480 / count)
        axes.set_xticks(range(count), graph.names, rotation=90, fontsize=size, parse_math=False)
        axes.set_yticks(range(count), graph.names, fontsize=size, parse_math=False)
