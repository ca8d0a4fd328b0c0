"""The dev score of a protocol on graphs of a team's members; all questions of all graphs are under way together."""

from collections.abc import Sequence
from functools import partial
from statistics import fmean
from typing import Any, TypeAlias

from ...agents import Answer, Ask, Team
from ...agents.collective import Collective, Protocol
from ...agents.concurrency import gather
from ...agents.errors import BadData
from ...agents.objective import Graded, Objective
from ...topologies import Graph
from .rehearsal import AskedOnce, Rehearsal

Staged: TypeAlias = tuple[Graph, tuple[str, ...] | None]
"""A graph, and the members at its nodes where these are not the nodes' own."""


class GraphUtility:
    """Scores graphs over a team's members, on which a protocol answers; what was said is kept: see `AskedOnce`.

    >>> import asyncio
    >>> from symposia.agents.models.scripted import Scripted
    >>> from symposia.evaluators.dev import Dev
    >>> from symposia.evaluators.evaluator import Evaluator
    >>> from symposia.evaluators.tasks import pocket
    >>> items = pocket.load(split="dev", limit=1)
    >>> async def first(team, question):
    ...     return await team.ask("amber", question)
    >>> async def scored(team):
    ...     return await GraphUtility(team, Dev(Evaluator(pocket), items), first)([Graph(["amber"], [])] * 2)
    >>> asyncio.run(scored(Team({"amber": Scripted(items[0].gold)})))
    [1.0, 1.0]
    """

    def __init__(self, team: Team[Any], dev: Objective, answer: Protocol) -> None:
        self.team, self.dev, self.answer = team, dev, answer
        self.asked = AskedOnce(team)
        self._teams: dict[Staged, Team[Any]] = {}

    async def __call__(self, graphs: Sequence[Graph], count: int | None = None) -> list[float]:
        """The mean scores of graphs on the first `count` dev questions, or all; those that failed are left out.

        Raises `BadData` for a graph of which no answer could be scored.
        """
        return await self._scored([(graph, None) for graph in graphs], count)

    async def assigned(self, graph: Graph, roles: Sequence[Sequence[str]]) -> list[float]:
        """The mean scores of a graph with these members at its nodes, on all of dev. Raises `BadData`."""
        return await self._scored([(graph, tuple(one)) for one in roles], None)

    async def _scored(self, staged: Sequence[Staged], count: int | None) -> list[float]:
        try:
            found = await gather({one: self.dev.graded(self._as_one(one), count) for one in dict.fromkeys(staged)})
        except BaseException:
            self.asked.cancel()
            raise
        finally:
            await self.asked.settled()
        return [mean_of(found[one]) for one in staged]

    def _as_one(self, staged: Staged) -> Team[Any]:
        """The team on a graph as a team of one."""
        if staged not in self._teams:
            collective = Collective(self.team, partial(self._answered, staged))
            self._teams[staged] = self.team.with_models({"graph": collective})
        return self._teams[staged]

    async def _answered(self, staged: Staged, here: Team[Any], question: Ask) -> Answer:
        graph, roles = staged
        by_node = dict(zip(graph.names, roles, strict=True)) if roles else None
        return await self.answer(Rehearsal(here, graph, self.asked, question, by_node), question)


def mean_of(graded: Sequence[Graded]) -> float:
    """The mean of the scores there are. Raises `BadData` where there is none."""
    known = [one.score for one in graded if one.score is not None]
    if not known:
        raise BadData(f"dev: none of a graph's {len(graded)} answers could be scored. {graded[0].why or ''}".rstrip())
    return fmean(known)
