"""Topologies: who may speak to whom, as values, as scenario files say it, checked and drawn."""

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from symposia.agents.agent import Agent, handles
from symposia.agents.errors import BadHandler, CannotHandle, SymposiaError
from symposia.agents.lm_agent import LMAgent
from symposia.agents.message import Answer, Choose, Message, Received, Request
from symposia.topologies import SHAPES, Graph, chain, client_server, complete, layered, named, ring, star, tree, wheel
from symposia.topologies.arrangement import arrange
from symposia.topologies.drawing import mermaid, picture, text
from symposia.topologies.layout import Box
from symposia.topologies.specification import options
from symposia.topologies.typed import check, replies

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


# The value


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


# Shapes


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


# As scenario files say it


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
            "BadTopology: topology.arrows: 'amber blue' is no arrow. Write speaker -> listener, or one <-> other.",
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


# Message types


class Draft(Message):
    """A first version."""


class LongDraft(Draft):
    """A long first version."""


class Critique(Message):
    """What is wrong with a draft."""


class Author(Agent):
    @handles
    async def write(self, request: Request) -> Draft | LongDraft:
        return Draft()

    @handles
    async def listen(self, critique: Critique) -> Received:
        return Received()


class Critic(Agent):
    @handles
    async def review(self, draft: Draft) -> Critique:
        return Critique()


class Mute(Agent):
    @handles  # type: ignore[type-var]
    async def listen(self, critique: Critique) -> None:
        return None


ROLES = {"author": Author.accepts, "critic": Critic.accepts}


def test_a_listener_that_handles_a_base_class_handles_what_is_sent() -> None:
    check(chain("author", "critic"), {"author": (Draft, LongDraft), "critic": ()}, ROLES)


def test_every_type_a_speaker_may_send_has_to_be_handled() -> None:
    sends = {"author": (Draft, Critique), "critic": (Critique,)}
    assert message(lambda: check(ring("author", "critic"), sends, ROLES)) == (
        "BadTopology: topology: author -> critic carries Critique, which critic does not handle. It handles: Draft."
    )


def test_a_listener_of_a_subclass_only_does_not_handle_the_base() -> None:
    assert message(lambda: check(chain("a", "b"), {"a": [Draft], "b": []}, {"a": [], "b": [LongDraft]})) == (
        "BadTopology: topology: a -> b carries Draft, which b does not handle. It handles: LongDraft."
    )


def test_where_nobody_speaks_nothing_has_to_be_handled() -> None:
    check(Graph("ab", []), {"a": [Draft], "b": [Draft]}, {"a": [], "b": []})


def test_every_agent_has_to_be_described() -> None:
    assert message(lambda: check(chain("author", "critic"), {"author": [Draft]}, ROLES)) == (
        "UnknownName: topology: message types: no agent named 'critic'. Known: author."
    )


def test_what_an_agent_replies_is_read_from_its_handlers() -> None:
    assert replies(Author, Request) == (Draft, LongDraft)
    assert replies(Critic, LongDraft) == (Critique,)
    assert replies(LMAgent, Request) == (Answer,)


def test_replies_that_are_not_known_are_an_error() -> None:
    assert message(lambda: replies(Author, Choose)) == (
        f"{CannotHandle.__name__}: Author: no handler for Choose. Handles: Critique, Request."
    )
    assert message(lambda: replies(Mute, Critique)) == (
        f"{BadHandler.__name__}: Mute.listen: does not say what it replies. Annotate it with message types."
    )


@pytest.mark.parametrize("shape", EVERY_SHAPE)
def test_agents_with_language_models_fit_every_shape(shape: Callable[..., Graph]) -> None:
    sends = {name: replies(LMAgent, Request) for name in TEAM}
    check(shape(*TEAM), sends, dict.fromkeys(TEAM, LMAgent.accepts))


# Drawing


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


@pytest.mark.parametrize("shape", EVERY_SHAPE)
@pytest.mark.parametrize("n", [1, 2, 3, 5, 12])
def test_in_no_picture_boxes_overlap_or_arrows_run_through_them(shape: Callable[..., Graph], n: int) -> None:
    graph, box = shape(*LETTERS[:n]), Box(width=1.1, height=0.4, gap=0.3)
    layout = arrange(graph, box)
    places = list(layout.places.values())
    assert layout.readable(graph, box)
    assert all(box.apart(one, other) >= 0.999 for i, one in enumerate(places) for other in places[:i])


def test_a_hub_stands_in_the_middle_and_layers_go_to_the_right() -> None:
    box = Box(width=1.0, height=0.5, gap=0.5)
    assert arrange(star(*"habcd"), box).places["h"] == (0.0, 0.0)
    stands = arrange(layered(["a", "b"], ["c", "d"]), box).places
    assert stands == {"a": (0.0, 0.5), "b": (0.0, -0.5), "c": (2.25, 0.5), "d": (2.25, -0.5)}


def test_a_parent_stands_above_the_middle_of_its_children() -> None:
    stands = arrange(tree(*"abcd", branching=3), Box(width=1.0, height=0.5, gap=0.5)).places
    assert stands == {"a": (1.5, 0.0), "b": (0.0, -1.5), "c": (1.5, -1.5), "d": (3.0, -1.5)}


def test_layers_give_way_to_a_circle_where_an_arrow_would_skip_through_an_agent() -> None:
    box = Box(width=1.0, height=0.5, gap=0.5)
    skipping = Graph("abc", [("a", "b"), ("b", "c"), ("a", "c")])
    assert {y for _, y in arrange(chain("a", "b", "c"), box).places.values()} == {0.0}
    assert len({round(y, 6) for _, y in arrange(skipping, box).places.values()}) == 2


def test_an_svg_is_the_same_bytes_each_time(tmp_path: Path) -> None:
    picture(wheel(*"habc"), tmp_path / "one.svg")
    picture(wheel(*"habc"), str(tmp_path / "two.svg"))
    drawn = (tmp_path / "one.svg").read_bytes()
    assert drawn == (tmp_path / "two.svg").read_bytes()
    assert ElementTree.fromstring(drawn).tag == "{http://www.w3.org/2000/svg}svg"


def test_a_png_is_the_same_bytes_each_time_whatever_the_names(tmp_path: Path) -> None:
    for name in ("one.png", "two.PNG"):
        picture(ring("$x$", "a & b", "<c>"), tmp_path / name)
    drawn = (tmp_path / "one.png").read_bytes()
    assert drawn.startswith(b"\x89PNG")
    assert drawn == (tmp_path / "two.PNG").read_bytes()


def test_another_picture_format_is_refused(tmp_path: Path) -> None:
    assert message(lambda: picture(ring("a", "b"), "ring.gif")) == (
        "UnknownName: ring.gif: no picture format named '.gif'. Did you mean '.svg'? Known: .png, .svg."
    )


def test_topologies_load_matplotlib_only_to_draw_and_symposia_loads_no_networkx() -> None:
    code = (
        "import sys, symposia; assert 'networkx' not in sys.modules;"
        "import symposia.topologies.drawing; assert 'matplotlib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
