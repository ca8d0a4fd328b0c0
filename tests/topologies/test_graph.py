"""Graphs: names and arrows, to and from networkx and matrices."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from symposia.tests.support.graphs import TEAM, arrows, graphs, message
from symposia.topologies import Graph, chain, ring


def test_neighbours_come_in_the_order_of_names_however_arrows_are_given() -> None:
    graph = Graph(("c", "a", "b"), [("b", "a"), ("c", "a"), ("a", "b"), ("a", "c")])
    assert graph.speakers("a") == ("c", "b")
    assert graph.listeners("a") == ("c", "b")
    assert arrows(graph) == ["ca", "ac", "ab", "ba"]
    assert graph.edges == 4


def test_an_arrow_given_twice_is_one_arrow() -> None:
    assert Graph("ab", [("a", "b"), ("a", "b")]).edges == 1


def test_graphs_are_equal_by_names_in_order_and_arrows() -> None:
    one, same = Graph("abc", [("a", "b"), ("b", "c")]), Graph("abc", [("b", "c"), ("a", "b")])
    assert one == same
    assert hash(one) == hash(same)
    assert one != Graph("acb", [("a", "b"), ("b", "c")])
    assert one != Graph("abc", [("a", "b")])


def test_a_graph_cannot_be_changed() -> None:
    graph = chain("a", "b")
    graph.digraph.add_edge("b", "a")
    assert arrows(graph) == ["ab"]
    with pytest.raises(AttributeError):
        graph.names = ("a",)  # type: ignore[misc]


def test_what_is_no_graph_is_refused_word_for_word() -> None:
    assert message(lambda: Graph([], [])) == "BadTopology: topology: no agents. Name at least one."
    assert message(lambda: ring("amber", "coral", "amber")) == (
        "Twice: topology: agent named twice: amber. Names are how agents are told apart."
    )
    assert message(lambda: Graph(TEAM, [("amber", "bleu")])) == (
        "UnknownName: topology: no agent named 'bleu'. Did you mean 'blue'? Known: amber, blue, coral."
    )
    assert message(lambda: Graph(TEAM, [("blue", "blue")])) == (
        "BadTopology: topology: blue speaks to itself. Leave that out: an agent knows what it said."
    )
    assert message(lambda: ring(*TEAM).speakers("corral")) == (
        "UnknownName: topology: no agent named 'corral'. Did you mean 'coral'? Known: amber, blue, coral."
    )
    assert message(lambda: ring(*TEAM).listeners("x")) == (
        "UnknownName: topology: no agent named 'x'. Known: amber, blue, coral."
    )


# From networkx and from a matrix


@given(graphs())
def test_a_graph_survives_networkx(graph: Graph) -> None:
    assert Graph.of(graph.digraph) == graph


@given(graphs())
def test_a_graph_survives_its_adjacency_matrix(graph: Graph) -> None:
    rows = nx.to_numpy_array(graph.digraph, nodelist=graph.names)
    assert Graph.from_matrix(graph.names, rows) == graph


@given(graphs())
def test_speakers_and_listeners_are_two_views_of_the_same_arrows(graph: Graph) -> None:
    heard = {(speaker, name) for name in graph.names for speaker in graph.speakers(name)}
    told = {(name, listener) for name in graph.names for listener in graph.listeners(name)}
    assert heard == told == set(graph.arrows)


def test_a_digraph_keeps_the_order_of_its_nodes() -> None:
    digraph = nx.DiGraph([("c", "a"), ("b", "a")])
    assert Graph.of(digraph).names == ("c", "a", "b")


def test_a_row_speaks_and_a_column_hears() -> None:
    assert arrows(Graph.from_matrix("abc", [[0, 1, 1], [0, 0, 0], [0, 1, 0]])) == ["ab", "ac", "cb"]


def test_a_matrix_is_not_written_to() -> None:
    rows = np.array([[0, 1], [1, 0]])
    rows.setflags(write=False)
    assert Graph.from_matrix("ab", rows) == ring("a", "b")


def test_other_networks_and_matrices_are_refused_word_for_word() -> None:
    assert message(lambda: Graph.of(nx.Graph([("a", "b")]))) == (  # type: ignore[arg-type]
        "BadTopology: topology: edges without direction. Give graph.to_directed() if all go both ways."
    )
    assert message(lambda: Graph.of(nx.MultiDiGraph([("a", "b"), ("a", "b")]))) == (
        "BadTopology: topology: edges may be parallel. Give networkx.DiGraph(graph), where they are one."
    )
    assert message(lambda: Graph.of(nx.DiGraph([(1, 2)]))) == (  # type: ignore[list-item]
        "BadTopology: topology: node 1 is not a string. Nodes are the names of agents."
    )
    assert message(lambda: Graph.from_matrix("abc", [[0, 1, 0], [0, 0, 1]])) == (
        "BadTopology: topology: 2 rows for 3 agents. Give one row per agent."
    )
    assert message(lambda: Graph.from_matrix("ab", [[0, 1], [0]])) == (
        "BadTopology: topology: row b has 1 values. Give 2, one per agent."
    )
    assert message(lambda: Graph.from_matrix("ab", [[0, 2], [0, 0]])) == (
        "BadTopology: topology: row a, column b is 2. It has to be 0 or 1."
    )
    assert message(lambda: Graph.from_matrix("ab", [[1, 0], [0, 0]])) == (
        "BadTopology: topology: a speaks to itself. Leave that out: an agent knows what it said."
    )


def test_what_is_no_name_no_arrow_and_no_graph_is_refused() -> None:
    assert message(lambda: Graph(["a", "b"], ["ab"])) == (  # type: ignore[list-item]
        "BadTopology: topology: arrow 'ab' is not a pair of names. Write (speaker, listener)."
    )
    assert message(lambda: ring(1, 2)) == (  # type: ignore[arg-type]
        "BadTopology: topology: node 1 is not a string. Nodes are the names of agents."
    )
    assert message(lambda: Graph.of(None)) == (  # type: ignore[arg-type]
        "BadTopology: topology: NoneType is no graph of networkx. Give a networkx.DiGraph."
    )
