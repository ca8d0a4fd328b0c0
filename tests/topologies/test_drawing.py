"""Graphs in words and in mermaid."""

import pytest
from hypothesis import given
from symposia.tests.support.graphs import TEAM, graphs
from symposia.topologies import Graph, star
from symposia.topologies.drawing import mermaid, text


def test_a_graph_in_words_has_one_line_per_agent() -> None:
    graph = Graph(TEAM, [("amber", "blue"), ("blue", "amber"), ("amber", "coral")])
    assert text(graph) == "amber  <-> blue  -> coral\nblue   <-> amber\ncoral  speaks to no one"


def test_a_star_in_words() -> None:
    assert text(star("hub", "amber", "blue")) == "hub    <-> amber, blue\namber  <-> hub\nblue   <-> hub"


def test_a_graph_in_mermaid_draws_pairs_once() -> None:
    assert mermaid(Graph("abc", [("b", "a"), ("a", "b"), ("c", "a")])) == (
        'flowchart LR\n    agent1["a"]\n    agent2["b"]\n    agent3["c"]\n    agent1 <--> agent2\n    agent3 --> agent1'
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("gpt-4.1 mini", "gpt-4.1 mini"),
        ('say "hi"', "say #34;hi#34;"),
        ("a]#b;", "a#93;#35;b#59;"),
        ("<b>", "#60;b#62;"),
        ("1. first", "1#46; first"),
        ("- item", "#45; item"),
        ("end", "end"),
        ("größe", "größe"),
    ],
)
def test_names_cannot_break_out_of_mermaid(name: str, shown: str) -> None:
    assert mermaid(Graph([name], [])) == f'flowchart LR\n    agent1["{shown}"]'


@given(graphs())
def test_words_and_mermaid_show_every_arrow(graph: Graph) -> None:
    drawn = mermaid(graph)
    assert drawn.count("<-->") * 2 + drawn.count(" --> ") == graph.edges
    lines = [line.replace("<->", ",").replace("->", ",") for line in text(graph).splitlines()]
    assert sum(line.count(",") for line in lines) == graph.edges
