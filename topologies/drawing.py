"""Drawings of topologies: as text, as Mermaid, and as a picture."""

import re

from .graph import Graph
from .picture import picture

__all__ = ["mermaid", "picture", "text"]


def text(graph: Graph) -> str:
    """One line per agent: the agents it speaks with (`<->`) and those it only speaks to (`->`).

    amber <-> blue  -> coral
    """
    width = max(map(len, graph.names))
    return "\n".join(f"{name:<{width}}  {_heard_by(graph, name)}" for name in graph.names)


def _heard_by(graph: Graph, name: str) -> str:
    listeners, speakers = graph.listeners(name), graph.speakers(name)
    both = ", ".join(other for other in listeners if other in speakers)
    only = ", ".join(other for other in listeners if other not in speakers)
    groups = [f"{arrow} {names}" for arrow, names in (("<->", both), ("->", only)) if names]
    return "  ".join(groups) or "speaks to no one"


def mermaid(graph: Graph) -> str:
    """A Mermaid flowchart for Markdown pages; a pair that speaks both ways is one line with two heads."""
    ids = {name: f"agent{number}" for number, name in enumerate(graph.names, 1)}
    nodes = [f'    {ids[name]}["{_escaped(name)}"]' for name in graph.names]
    arrows = set(graph.arrows)
    edges = [
        f"    {ids[a]} {'<-->' if (b, a) in arrows else '-->'} {ids[b]}"
        for a, b in graph.arrows
        if (b, a) not in arrows or graph.names.index(a) < graph.names.index(b)
    ]
    return "\n".join(["flowchart LR", *nodes, *edges])


def _escaped(name: str) -> str:
    """The name in Mermaid's character codes, except for characters that are safe in labels and Markdown."""
    return re.sub(r"[^\w .-]|(?<!\w)[.-]|[.-](?!\w)", lambda found: f"#{ord(found[0])};", name)
