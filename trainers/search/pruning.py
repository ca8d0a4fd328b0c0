"""Pruning of a topology: arrows are removed one by one, each the one without which a protocol does best on dev.

Greedy removal in place of the gradients of AgentPrune (https://arxiv.org/abs/2410.02506) and AgentDropout
(https://arxiv.org/abs/2503.18891): few scores of dev tell a whole graph's worth, not that of twenty logits. Removal at
random of as many arrows is the control.
"""

from collections.abc import Awaitable, Callable, Sequence
from random import Random
from typing import Literal, TypeAlias, TypeVar

from ...agents import Message, Team
from ...agents.collective import Protocol
from ...agents.errors import BadScenario
from ...agents.objective import Objective, required
from ...topologies import Graph
from ...topologies.graph import Arrow
from .graph_utility import GraphUtility

M = TypeVar("M")

By: TypeAlias = Literal["greedy", "random"]


class Pruned(Message):
    """The arrows that are left, those removed in order, and the dev scores of the graph without each in turn.

    `runners_up` are the scores without the next best arrow, where there was a choice.

    >>> left = (("amber", "blue"),)
    >>> Pruned(arrows=left, removed=(("blue", "amber"),), scores=(0.7,), runners_up=(0.6,)).arrows
    (('amber', 'blue'),)
    """

    arrows: tuple[Arrow, ...]
    removed: tuple[Arrow, ...]
    scores: tuple[float, ...] = ()
    runners_up: tuple[float, ...] = ()


def edges_left(edges: int, rate: float) -> int:
    """The number of arrows after a share of them is removed, one at least.

    >>> edges_left(20, 0.25), edges_left(2, 0.1)
    (15, 1)
    """
    return edges - max(1, round(rate * edges))


async def pruned(  # noqa: PLR0913 - all that pruning is of
    team: Team[M], dev: Objective | None, answer: Protocol, rate: float, *, by: By, where: str
) -> Team[M]:
    """The team on its topology without a share of the arrows; of those that cost equally little, the first goes.

    Raises `BadScenario` for a topology without arrows, and for greedy removal without dev.
    """
    graph = heard(team, where)
    if by == "random":
        found = at_random(graph, rate, team.seed("pruning"))
    else:
        dev = required(dev, f"{where}: arrows are removed on dev, and the task has no dev split. Use by: random.")
        found = await greedily(graph, rate, GraphUtility(team, dev, answer))
    return on_what_is_left(team, found)


async def masked(team: Team[M], dev: Objective | None, *, where: str) -> Team[M]:
    """The team on its topology without the arrows from its worst member on dev, ties to the last: nobody hears it.

    Raises `BadScenario` for a topology without arrows, and without dev.
    """
    graph = heard(team, where)
    dev = required(dev, f"{where}: the member that is worst on dev is masked, and the task has no dev split.")
    worst = (await dev.rank(team))[-1]
    left = tuple(arrow for arrow in graph.arrows if arrow[0] != worst)
    gone = tuple(arrow for arrow in graph.arrows if arrow[0] == worst)
    return on_what_is_left(team, Pruned(arrows=left, removed=gone))


def heard(team: Team[M], where: str) -> Graph:
    """The team's topology as a graph. Raises `BadScenario` for one without arrows."""
    graph = Graph(team.names, [(speaker, name) for name in team for speaker in team.topology.speakers(name)])
    if not graph.edges:
        raise BadScenario(f"{where}: nobody hears anybody, so there is no arrow to remove. Add topology: complete.")
    return graph


def on_what_is_left(team: Team[M], found: Pruned) -> Team[M]:
    """The team on the arrows that are left."""
    left = Graph(team.names, found.arrows)
    return Team(team.models, left, team.context, question=team.question, learned=found)


async def greedily(graph: Graph, rate: float, score: Callable[[Sequence[Graph]], Awaitable[Sequence[float]]]) -> Pruned:
    """The topology that greedy removal leaves; `score` scores graphs."""
    left, removed, scores, runners_up = graph, list[Arrow](), list[float](), list[float]()
    while left.edges > edges_left(graph.edges, rate):
        found = await score([without(left, arrow) for arrow in left.arrows])
        best, *others = sorted(found, reverse=True)
        removed.append(left.arrows[list(found).index(best)])
        left = without(left, removed[-1])
        scores.append(best)
        runners_up += others[:1]
    return Pruned(arrows=left.arrows, removed=tuple(removed), scores=tuple(scores), runners_up=tuple(runners_up))


def at_random(graph: Graph, rate: float, seed: int) -> Pruned:
    """The topology that the removal of as many arrows at random leaves."""
    removed = Random(seed).sample(graph.arrows, graph.edges - edges_left(graph.edges, rate))
    return Pruned(arrows=tuple(one for one in graph.arrows if one not in removed), removed=tuple(removed))


def without(graph: Graph, arrow: Arrow) -> Graph:
    """The graph without an arrow."""
    return Graph(graph.names, [one for one in graph.arrows if one != arrow])
