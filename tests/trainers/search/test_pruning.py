"""Arrows of a topology, removed by what they are worth on dev."""

from collections.abc import Sequence

import pytest
from symposia.agents import Answer, Ask, Team
from symposia.agents.errors import BadScenario
from symposia.tests.support.doubles import ByText, Gathering
from symposia.topologies import Graph, complete
from symposia.trainers.search.pruning import Pruned, at_random, edges_left, greedily, pruned, without

NAMES = ("a", "b", "c", "d")


@pytest.mark.parametrize(
    ("edges", "once", "twice"), [(20, 15, 11), (25, 19, 14), (12, 9, 7), (16, 12, 9), (3, 2, 1), (1, 0, -1)]
)
def test_a_quarter_of_the_arrows_goes_and_one_at_least(edges: int, once: int, twice: int) -> None:
    assert edges_left(edges, 0.25) == once
    assert edges_left(once, 0.25) == twice


async def test_the_arrow_that_costs_least_goes_first_and_all_that_are_left_are_tried_each_time() -> None:
    asked: list[int] = []

    async def score(graphs: Sequence[Graph]) -> list[float]:
        asked.append(len(graphs))
        return [sum({"ab": 5, "ba": 1, "ac": 2}.get("".join(arrow), 3) for arrow in one.arrows) for one in graphs]

    found = await greedily(complete(*NAMES), 0.25, score)
    assert found.removed == (("b", "a"), ("a", "c"), ("a", "d"))
    assert asked == [12, 11, 10]
    assert (found.scores, found.runners_up) == ((34.0, 32.0, 29.0), (33.0, 31.0, 29.0))


@pytest.mark.parametrize("rate", [0.1, 0.25, 0.5, 0.8])
async def test_pruning_never_adds_an_arrow_and_chance_removes_as_many(rate: float) -> None:
    async def score(graphs: Sequence[Graph]) -> list[float]:
        return [0.5] * len(graphs)

    graph = complete(*NAMES)
    for found in (await greedily(graph, rate, score), at_random(graph, rate, seed=3)):
        assert len(found.arrows) == edges_left(12, rate)
        assert set(found.arrows) | set(found.removed) == set(graph.arrows)
        assert not set(found.arrows) & set(found.removed)


def test_chance_depends_on_the_seed_alone() -> None:
    graph = complete(*NAMES)
    assert at_random(graph, 0.5, 1) == at_random(graph, 0.5, 1)
    assert len({at_random(graph, 0.5, seed).arrows for seed in range(9)}) > 1


async def first_hears(team: Team[Gathering], question: Ask) -> Answer:
    """The names that the first member hears."""
    return await team.ask("a", Ask(text="".join(f"<{one}>" for one in team.topology.speakers("a"))))


async def test_the_team_stands_on_what_is_left() -> None:
    team = Team({name: Gathering(name) for name in "abc"}, complete)
    dev = ByText(["one?"], lambda text: float("<c>" in text) - 0.1 * ("<b>" in text))
    found = await pruned(team, dev, first_hears, 0.1, by="greedy", where="text/debate.prune")
    assert found.topology == without(complete(*"abc"), ("b", "a"))
    learned = found.learned_as(Pruned)
    assert learned is not None
    assert learned.scores == (1.0,)


@pytest.mark.parametrize(
    ("topology", "message"),
    [
        (complete, "text/debate.prune: arrows are removed on dev, and the task has no dev split. Use by: random."),
        (None, "text/debate.prune: nobody hears anybody, so there is no arrow to remove. Add topology: complete."),
    ],
)
async def test_what_cannot_be_pruned_is_refused(topology: object, message: str) -> None:
    team = Team({name: Gathering(name) for name in "ab"}, topology)  # type: ignore[arg-type]
    with pytest.raises(BadScenario) as raised:
        await pruned(team, None, first_hears, 0.25, by="greedy", where="text/debate.prune")
    assert str(raised.value) == message
