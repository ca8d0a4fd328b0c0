"""Communication topologies: directed graphs of who may speak to whom."""

from .graph import PAINTERS, Graph
from .picture import svg
from .shapes import SHAPES, Shape, chain, client_server, complete, layered, ring, star, tree, wheel
from .specification import Specification, named

PAINTERS[:] = [svg]

__all__ = [
    "SHAPES",
    "Graph",
    "Shape",
    "Specification",
    "chain",
    "client_server",
    "complete",
    "layered",
    "named",
    "ring",
    "star",
    "tree",
    "wheel",
]
