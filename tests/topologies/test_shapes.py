"""The shapes."""

from collections.abc import Callable
from functools import partial
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from symposia.tests.support.graphs import EVERY_SHAPE, LETTERS, arrows, message, team_names
from symposia.topologies import Graph, chain, client_server, complete, layered, ring, star, tree, wheel


def test_complete_is_everyone_to_everyone_else() -> None:
    assert arrows(complete("a", "b", "c")) == ["ab", "ac", "ba", "bc", "ca", "cb"]


def test_a_chain_goes_one_way_unless_told_otherwise() -> None:
    assert arrows(chain("a", "b", "c")) == ["ab", "bc"]
    assert arrows(chain("a", "b", "c", both_ways=True)) == ["ab", "ba", "bc", "cb"]


def test_a_ring_is_a_chain_that_is_closed() -> None:
    assert arrows(ring("a", "b", "c")) == ["ab", "bc", "ca"]
    assert ring("a", "b", "c").speakers("a") == ("c",)
    assert ring("a", "b", "c", both_ways=True) == complete("a", "b", "c")


def test_a_star_has_a_hub_and_no_rim() -> None:
    assert arrows(star("h", "a", "b")) == ["ha", "hb", "ah", "bh"]


def test_a_star_of_four_is_not_complete_but_a_wheel_of_four_is() -> None:
    assert star(*"habc") != complete(*"habc")
    assert wheel(*"habc", both_ways=True) == complete(*"habc")


def test_a_wheel_is_a_star_with_a_ring_for_a_rim() -> None:
    assert arrows(wheel(*"habc")) == ["ha", "hb", "hc", "ah", "ab", "bh", "bc", "ch", "ca"]


def test_a_tree_is_filled_like_a_heap() -> None:
    assert arrows(tree(*"abcdef")) == ["ab", "ac", "bd", "be", "cf"]
    assert arrows(tree(*"abcdef", branching=3)) == ["ab", "ac", "ad", "be", "bf"]
    assert arrows(tree(*"abc", both_ways=True)) == ["ab", "ac", "ba", "ca"]


def test_each_layer_hears_the_one_before() -> None:
    assert arrows(layered(("a", "b"), ("c",), ("d", "e"))) == ["ac", "bc", "cd", "ce"]


def test_the_client_and_each_server_hear_each_other() -> None:
    assert arrows(client_server("c", "s", "t")) == ["cs", "ct", "sc", "tc"]


@given(team_names)
def test_shapes_meet_where_they_should(names: list[str]) -> None:
    assert tree(*names, branching=1) == layered(*names) == chain(*names)
    assert tree(*names, branching=len(names), both_ways=True) == star(*names) == client_server(*names)
    assert layered(names[:1], names[1:] or ["z"]).edges == max(1, len(names) - 1)


@pytest.mark.parametrize(
    ("shape", "edges"),
    [
        (complete, [0, 2, 6, 12, 20]),
        (chain, [0, 1, 2, 3, 4]),
        (ring, [0, 2, 3, 4, 5]),
        (star, [0, 2, 4, 6, 8]),
        (wheel, [0, 2, 6, 9, 12]),
        (tree, [0, 1, 2, 3, 4]),
        (layered, [0, 1, 2, 3, 4]),
        (client_server, [0, 2, 4, 6, 8]),
        (partial(ring, both_ways=True), [0, 2, 6, 8, 10]),
        (partial(wheel, both_ways=True), [0, 2, 6, 12, 16]),
    ],
)
def test_shapes_of_one_to_five_agents_have_so_many_arrows(shape: Callable[..., Graph], edges: list[int]) -> None:
    assert [shape(*LETTERS[:n]).edges for n in range(1, 6)] == edges


@given(team_names, st.sampled_from(EVERY_SHAPE))
def test_every_shape_keeps_the_names_in_order_and_leaves_nobody_out(names: list[str], shape: Any) -> None:
    graph = shape(*names)
    assert graph.names == tuple(names)
    assert nx.is_weakly_connected(graph.digraph)


@pytest.mark.parametrize("shape", EVERY_SHAPE)
def test_no_shape_is_made_of_nobody(shape: Callable[..., Graph]) -> None:
    assert message(shape) == "BadTopology: topology: no agents. Name at least one."


def test_shapes_refuse_what_cannot_be_built() -> None:
    assert message(lambda: tree("a", "b", branching=0)) == (
        "BadTopology: tree: branching is 0. It has to be 1 or more."
    )
    assert message(lambda: layered(["a"], [], ["b"])) == (
        "BadTopology: layered: layer 2 is empty. Put an agent in it or leave it out."
    )
    assert message(lambda: layered(["a"], ["a"])) == (
        "Twice: topology: agent named twice: a. Names are how agents are told apart."
    )


@given(st.integers(1, 12))
def test_along_a_chain_news_needs_one_round_per_step(n: int) -> None:
    graph = chain(*LETTERS[:n])
    assert nx.shortest_path_length(graph.digraph, "a", LETTERS[n - 1]) == n - 1
