"""Topologies as scenario files say them."""

from typing import Any

import pytest
from symposia.tests.support.graphs import TEAM, message
from symposia.topologies import SHAPES, Graph, chain, client_server, named, ring
from symposia.topologies.specification import options


@pytest.mark.parametrize(
    ("specification", "graph"),
    [
        ("ring", ring(*TEAM)),
        ("client_server", client_server(*TEAM)),
        ({"shape": "chain", "both_ways": True}, chain(*TEAM, both_ways=True)),
        ({"shape": "tree", "branching": 1}, chain(*TEAM)),
        (
            {"shape": "layered", "layers": [["coral"], ["amber"], ["blue"]]},
            Graph(TEAM, [("coral", "amber"), ("amber", "blue")]),
        ),
        ({"matrix": [[0, 1, 0], [1, 0, 0], [0, 0, 0]]}, Graph(TEAM, [("amber", "blue"), ("blue", "amber")])),
        (
            {"arrows": ["amber->coral", " blue <-> amber"]},
            Graph(TEAM, [("amber", "coral"), ("amber", "blue"), ("blue", "amber")]),
        ),
        ({"arrows": []}, Graph(TEAM, [])),
    ],
)
def test_a_specification_means_a_graph_over_the_team(specification: Any, graph: Graph) -> None:
    assert named(specification, TEAM) == graph


@pytest.mark.parametrize("shape", sorted(SHAPES.keys() - {"layered"}))
def test_every_shape_has_its_own_name_in_scenario_files(shape: str) -> None:
    assert named(shape, TEAM) == SHAPES[shape](*TEAM)


def test_the_options_of_a_shape_are_known() -> None:
    assert {name: list(options(shape)) for name, shape in SHAPES.items()} == {
        "complete": [],
        "chain": ["both_ways"],
        "ring": ["both_ways"],
        "star": [],
        "wheel": ["both_ways"],
        "tree": ["branching", "both_ways"],
        "layered": ["layers"],
        "client_server": [],
    }


@pytest.mark.parametrize(
    ("specification", "complaint"),
    [
        (
            "rign",
            "UnknownName: topology: no topology named 'rign'. "
            "Did you mean 'ring'? Known: chain, client_server, complete, layered, ring, star, tree, wheel.",
        ),
        (
            {"shap": "ring"},
            "UnknownName: topology: no option named 'shap'. Did you mean 'shape'? Known: arrows, matrix, shape.",
        ),
        (
            {"shape": "tree", "branch": 2},
            "UnknownName: topology: no option named 'branch'. Did you mean 'branching'? Known: both_ways, branching.",
        ),
        ({"shape": "star", "both_ways": True}, "UnknownName: topology: no option named 'both_ways'. Known: none."),
        ({"matrix": [], "size": 3}, "UnknownName: topology: no option named 'size'. Known: matrix."),
        ({"shape": "ring", "arrows": []}, "BadTopology: topology: says shape and arrows. Write one of them."),
        (
            {"shape": "tree", "branching": 0},
            "BadTopology: topology.branching: got 0. Input should be greater than or equal to 1.",
        ),
        (
            {"shape": "ring", "both_ways": "yes"},
            "BadTopology: topology.both_ways: got 'yes'. Input should be a valid boolean.",
        ),
        ("layered", "BadTopology: topology: layered without layers. Write layers: [[first, ...], [second, ...]]."),
        (
            {"shape": "layered", "layers": [["amber", "bleu"]]},
            "UnknownName: topology.layers: no agent named 'bleu'. Did you mean 'blue'? Known: amber, blue, coral.",
        ),
        (
            {"shape": "layered", "layers": [["amber"], ["blue"]]},
            "BadTopology: topology.layers: without coral. Put every agent of the team in a layer.",
        ),
        (
            {"shape": "layered", "layers": [["amber", "blue"], ["blue", "coral"]]},
            "Twice: topology.layers: agent named twice: blue. Names are how agents are told apart.",
        ),
        (
            {"shape": "layered", "layers": [["amber", "blue"], [], ["coral"]]},
            "BadTopology: topology.layers: layer 2 is empty. Put an agent in it or leave it out.",
        ),
        ({"matrix": [[0, "1"]]}, "BadTopology: topology.matrix.0.1: got '1'. Input should be a valid integer."),
        ({"matrix": [[0, 1], [1, 0]]}, "BadTopology: topology.matrix: 2 rows for 3 agents. Give one row per agent."),
        (
            {"arrows": ["amber blue"]},
            "BadTopology: topology.arrows: 'amber blue' is not an arrow. Write speaker -> listener, or one <-> other.",
        ),
        (
            {"arrows": ["amber -> bleu"]},
            "UnknownName: topology.arrows: no agent named 'bleu'. Did you mean 'blue'? Known: amber, blue, coral.",
        ),
        (
            {"arrows": ["amber -> blue", "blue <-> amber"]},
            "Twice: topology.arrows: arrow named twice: amber -> blue. Names are how arrows are told apart.",
        ),
        (
            {"arrows": "amber -> blue"},
            "BadTopology: topology.arrows: got 'amber -> blue'. Input should be a valid list.",
        ),
        (
            {},
            "BadTopology: topology: {} says no topology. "
            "Write a shape, as ring, or one of shape:, matrix: and arrows:.",
        ),
        (
            ["ring"],
            "BadTopology: topology: ['ring'] says no topology. "
            "Write a shape, as ring, or one of shape:, matrix: and arrows:.",
        ),
        (
            {"shape": ["ring"]},
            "UnknownName: topology: no topology named \"['ring']\". "
            "Did you mean 'ring'? Known: chain, client_server, complete, layered, ring, star, tree, wheel.",
        ),
    ],
)
def test_a_wrong_specification_is_refused_word_for_word(specification: Any, complaint: str) -> None:
    assert message(lambda: named(specification, TEAM)) == complaint


def test_a_wrong_specification_is_found_in_its_file() -> None:
    assert message(lambda: named({"shape": "tree", "branching": "2"}, TEAM, where="debate.yaml: topology")) == (
        "BadTopology: debate.yaml: topology.branching: got '2'. Input should be a valid integer."
    )
