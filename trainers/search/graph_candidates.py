"""Candidate graphs of a search: what its vectors decode to, their scores on a part of dev, and the best of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...agents import Message
from ...agents.seeds import derive
from ...topologies import Graph, drawing
from ...topologies.graph import Arrow
from .found import Vector
from .graph_decoding import Decoding, matrix_of, sink
from .graph_utility import GraphUtility


class FoundGraph(Message):
    """The best graph of a search: its arrows, its dev score and that of the next best, how many were compared.

    `history` has the best score after each round. After a step over weights, `coefficients` are those of the model at
    each node over the team's members, and `moved` is the score with them.

    >>> found = FoundGraph(arrows=(("amber", "blue"),), score=0.7, runner_up=0.6, graphs=8, history=(0.6, 0.7))
    >>> found.report(("amber", "blue"))["drawing"]
    ['amber  -> blue', 'blue   speaks to no one']
    """

    arrows: tuple[Arrow, ...]
    score: float | None = None
    runner_up: float | None = None
    graphs: int = 1
    history: tuple[float, ...] = ()
    coefficients: dict[str, Vector] | None = None
    moved: float | None = None

    def on(self, names: Sequence[str]) -> Graph:
        """The graph over a team's members."""
        return Graph(names, self.arrows)

    def report(self, names: Sequence[str]) -> dict[str, Any]:
        """The search and its graph as JSON-able data, the graph drawn as lines of text and as Mermaid."""
        graph = self.on(names)
        drawn = {
            "drawing": drawing.text(graph).splitlines(),
            "mermaid": drawing.mermaid(graph),
            "sink": sink(names, graph),
        }
        return self.model_dump(mode="json") | drawn


@dataclass
class GraphCandidates:
    """Scores the graphs of vectors, the entries of matrices, on the first `ratio` of dev.

    >>> from symposia.agents import Team
    >>> from symposia.agents.models.scripted import Scripted
    >>> team = Team({"amber": Scripted(), "blue": Scripted()})
    >>> utility = GraphUtility(team, None, None)
    >>> GraphCandidates(utility, Decoding(top_p=0)).graph((1.0, 0.0)).arrows
    (('amber', 'blue'),)
    """

    utility: GraphUtility
    decoding: Decoding
    ratio: float = 1.0
    scores: dict[Graph, float] = field(default_factory=dict)

    async def __call__(self, vectors: Mapping[Vector, object]) -> list[float]:
        """The scores of the graphs of these vectors, in their order."""
        graphs = [self.graph(vector) for vector in vectors]
        scores = await self.utility(graphs, max(1, int(len(self.utility.dev.groups) * self.ratio)))
        self.scores.update(zip(graphs, scores, strict=True))
        return scores

    def graph(self, vector: Vector) -> Graph:
        """The graph of a vector, drawn by a seed of its own: the same vector is the same graph."""
        names = self.utility.team.names
        seed = derive(self.utility.team.seed("graph"), *map(repr, vector))
        return self.decoding.graph(names, matrix_of(vector, len(names)), seed)

    async def found(self, finalists: int, history: Sequence[float]) -> FoundGraph:
        """The best graph: the `finalists` best so far are compared once more on all of dev; of equals, the first."""
        best = sorted(self.scores, key=lambda graph: -self.scores[graph])[:finalists]
        scores = await self.utility(best)
        score, *others = sorted(scores, reverse=True)
        return FoundGraph(
            arrows=best[scores.index(score)].arrows,
            score=score,
            runner_up=others[0] if others else None,
            graphs=len(self.scores),
            history=tuple(history),
        )
