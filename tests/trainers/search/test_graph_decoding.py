"""Matrices decoded to acyclic graphs."""

from random import Random

import networkx as nx
import numpy as np
import pytest
from symposia.trainers.search.graph_decoding import Decoding, inverse, matrix_of, sink

KNOWN = np.array([[0, 0.5, 0.2], [0.1, 0, 0.9], [0.3, 0.4, 0]])


def random_matrix(count: int, seed: int) -> np.ndarray:  # type: ignore[type-arg]
    drawn = Random(seed)
    return matrix_of([drawn.uniform(-1, 1) for _ in range(count * (count - 1))], count)


@pytest.mark.parametrize("rule", ["softmax", "moco"])
def test_a_known_matrix_is_decoded_as_by_hand(rule: str) -> None:
    graph = Decoding(top_p=0, rule=rule).graph("012", KNOWN, seed=1)  # type: ignore[arg-type]
    assert (graph.arrows, sink(graph.names, graph)) == ((("0", "1"), ("1", "2")), "2")


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize(("count", "fan_out", "arrows"), [(1, 1, 0), (4, 1, 3), (5, 2, 7), (4, 3, 6)])
def test_a_graph_has_no_cycle_and_all_words_reach_its_sink(count: int, fan_out: int, arrows: int, seed: int) -> None:
    matrix = random_matrix(count, seed)
    before = matrix.copy()
    graph = Decoding(fan_out=fan_out).graph([f"m{n}" for n in range(count)], matrix, seed)
    assert graph.edges == arrows
    assert nx.is_directed_acyclic_graph(graph.digraph)
    last = sink(graph.names, graph)
    assert nx.ancestors(graph.digraph, last) == set(graph.names) - {last}
    assert (matrix == before).all()


def test_the_same_seed_draws_the_same_graph_and_others_draw_others() -> None:
    matrix = random_matrix(4, 0)
    drawn = {Decoding().graph("abcd", matrix, seed) for seed in range(40)}
    assert Decoding().graph("abcd", matrix, 3) == Decoding().graph("abcd", matrix, 3)
    assert 4 < len(drawn) <= 40


def test_the_member_that_speaks_least_answers_last_also_for_negative_sums() -> None:
    matrix = np.array([[0, -2.0], [1.0, 0]])
    assert sink("ab", Decoding(top_p=0).graph("ab", matrix, 0)) == "a"
    assert sink("ab", Decoding(top_p=0, rule="moco").graph("ab", matrix, 0)) == "b"


def test_zeros_divide_nothing() -> None:
    matrix = matrix_of([0.0] * 6, 3)
    assert Decoding(rule="moco").graph("abc", matrix, 0).edges == 2
    assert inverse(np.array([0.0, -2.0])).tolist() == [float("inf"), -0.5]


def test_by_mocos_rule_a_zero_has_no_chance_and_infinities_share_all() -> None:
    moco = Decoding(rule="moco")
    assert moco.softmax(np.array([0.0, 1.0, 1.0])).tolist() == [0.0, 0.5, 0.5]
    assert moco.softmax(np.array([np.inf, 1.0, np.inf])).tolist() == [0.5, 0.0, 0.5]
    assert moco.softmax(np.array([0.0, 0.0])).tolist() == [0.5, 0.5]


@pytest.mark.parametrize(("top_p", "picked"), [(0.0, {2}), (0.5, {2}), (0.6, {1, 2}), (0.7, {1, 2}), (1.0, {0, 1, 2})])
def test_the_nucleus_is_the_fewest_likeliest_that_add_up_to_more(top_p: float, picked: set[int]) -> None:
    values = np.log([0.1, 0.3, 0.6])
    assert {Decoding(top_p=top_p).pick([0, 1, 2], values, Random(seed)) for seed in range(99)} == picked
