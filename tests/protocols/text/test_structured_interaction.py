"""text/structured_interaction."""

import pytest
from symposia.agents import Ask, Team
from symposia.agents.aggregation import Aggregator
from symposia.protocols.text import structured_interaction as structure
from symposia.tests.support.doubles import Gathering
from symposia.topologies import Graph, complete

NAMES = ("a", "b", "c", "d", "e")


def graph(edges: str) -> Graph:
    """A directed graph from edges such as `ab`."""
    return Graph(NAMES, [(edge[0], edge[1]) for edge in edges.split()])


CHAIN = "ab ba bc cb cd dc de ed"


async def seen(edges: str, last: str, rounds: int, **options: object) -> tuple[str, list[int]]:
    members = {name: Gathering(name) for name in NAMES}
    team = Team(members, graph(edges)).with_learned(Aggregator(name=last))
    said = await structure.answer(team, Ask(text="?"), rounds=rounds, **options)
    return said.text.replace("<", "").replace(">", ""), [one.calls for one in members.values()]


@pytest.mark.parametrize(("rounds", "names"), [(1, "a"), (2, "ab"), (3, "abc"), (4, "abcd"), (5, "abcde")])
async def test_a_node_knows_as_far_as_words_have_come(rounds: int, names: str) -> None:
    assert (await seen(CHAIN, "a", rounds))[0] == names


@pytest.mark.parametrize("rounds", [1, 2, 3, 4])
@pytest.mark.parametrize("edges", [CHAIN, "ab bc cd de ea", "ab cb db eb"])
async def test_leaving_out_who_cannot_be_heard_changes_no_answer(edges: str, rounds: int) -> None:
    pruned, whole = await seen(edges, "b", rounds), await seen(edges, "b", rounds, prune=False)
    assert pruned[0] == whole[0]
    assert sum(pruned[1]) <= sum(whole[1])


async def test_one_round_asks_the_answering_node_alone() -> None:
    assert await seen(CHAIN, "c", 1) == ("c", [0, 0, 1, 0, 0])


async def test_a_node_that_hears_nobody_keeps_its_answer() -> None:
    assert await seen("ab", "b", 3, prune=False) == ("ab", [1, 3, 1, 1, 1])


async def test_a_complete_graph_knows_all_after_one_update() -> None:
    members = {name: Gathering(name) for name in NAMES}
    said = await structure.answer(Team(members, complete), Ask(text="?"), rounds=2)
    assert said.text == "<a><b><c><d><e>"
