"""Teams and graphs for the tests of topologies."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import strategies as st
from symposia.agents.errors import SymposiaError
from symposia.topologies import SHAPES, Graph, chain, ring, tree, wheel

TEAM = ("amber", "blue", "coral")
LETTERS = tuple("abcdefghijkl")
BOTH_WAYS = [partial(shape, both_ways=True) for shape in (chain, ring, wheel, tree)]
EVERY_SHAPE: list[Callable[..., Graph]] = [*SHAPES.values(), *BOTH_WAYS]
team_names = st.lists(st.sampled_from(LETTERS), min_size=1, unique=True)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    names = draw(team_names)
    pairs = [(a, b) for a in names for b in names if a != b]
    return Graph(names, draw(st.lists(st.sampled_from(pairs))) if pairs else [])


def arrows(graph: Graph) -> list[str]:
    return [f"{speaker}{listener}" for speaker, listener in graph.arrows]


def message(attempt: Callable[[], Any]) -> str:
    with pytest.raises(SymposiaError) as caught:
        attempt()
    return f"{type(caught.value).__name__}: {caught.value}"
