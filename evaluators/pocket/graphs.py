"""Walks in a directed graph of six nodes, each with one edge to another node."""

from random import Random

from .problem import Problem

NODES = "abcdef"
Graph = dict[str, str]


def graph(rng: Random) -> Graph:
    """A random edge from every node."""
    return {node: rng.choice([other for other in NODES if other != node]) for node in NODES}


def draw(rng: Random) -> Problem:
    """A random problem such as `graph a > c b > a c > d d > b e > a f > b : 2 steps from a`, with the answer `d`."""
    return walk(graph(rng), rng.choice(NODES), rng.randint(1, 2))


def walk(of: Graph, start: str, steps: int) -> Problem:
    """The problem of the node where a walk from `start` ends."""
    arrows = " ".join(f"{node} > {other}" for node, other in of.items())
    node = start
    for _ in range(steps):
        node = of[node]
    return Problem("graphs", f"{steps} steps", f"graph {arrows} : {steps} steps from {start}", node)
