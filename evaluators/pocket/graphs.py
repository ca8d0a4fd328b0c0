"""Shortest paths in a directed graph of four to six nodes with as many edges.

Three kinds of question: is there a path (half the answers are yes), how many steps is the shortest
one (one to three, in equal parts), which node comes next on it (where only one does).
"""

from collections import deque
from random import Random
from string import ascii_lowercase

from .problem import Problem

Edges = tuple[tuple[str, str], ...]
KINDS = ("path", "steps", "next")


def draw(rng: Random, kinds: tuple[str, ...] = KINDS) -> Problem:
    """For example `graph b > c a > b : steps a to c`, answered by `2`."""
    kind = rng.choice(kinds)
    answer = rng.choice(("yes", "no") if kind == "path" else "123")
    while True:
        nodes = rng.sample(ascii_lowercase, rng.randint(4, 6))
        pairs = [(a, b) for a in nodes for b in nodes if a != b]
        edges = tuple(rng.sample(pairs, len(nodes)))
        source, target = rng.sample(nodes, 2)
        length = distance(edges, source, target)
        if kind == "next" and length in (2, 3) and len(hops := first_hops(edges, source, target)) == 1:
            return Problem("graphs", kind, words(edges, kind, source, target), hops[0])
        if answer == {"path": "yes" if length else "no", "steps": str(length)}.get(kind):
            return Problem("graphs", kind, words(edges, kind, source, target), answer)


def words(edges: Edges, kind: str, source: str, target: str) -> str:
    """The question as text."""
    return f"graph {' '.join(f'{a} > {b}' for a, b in edges)} : {kind} {source} to {target}"


def distance(edges: Edges, source: str, target: str) -> int | None:
    """How many edges the shortest path has, None where there is no path."""
    seen, queue = {source: 0}, deque([source])
    while queue:
        node = queue.popleft()
        for start, end in edges:
            if start == node and end not in seen:
                seen[end] = seen[node] + 1
                queue.append(end)
    return seen.get(target)


def first_hops(edges: Edges, source: str, target: str) -> list[str]:
    """The nodes that come second on some shortest path of two edges or more, in the order of the edges."""
    ends = [(end, distance(edges, end, target)) for start, end in edges if start == source]
    lengths = [length for _, length in ends if length is not None]
    return [end for end, length in ends if length == min(lengths)]
