"""The dev score of graphs of members, where the sink's answer counts.

All questions of all graphs are under way together. A member that is asked the same at the same question is asked once,
whatever graph it is in: equal parts of graphs cost nothing twice, and luck in sampling favours no graph over another.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any, TypeAlias

from ...agents import Answer, Ask, Prompt, Team
from ...agents.concurrency import gather
from ...agents.dataflow import dataflow
from ...agents.errors import BadData
from ...agents.objective import Objective
from ...agents.seeds import derive
from ...evaluators.evaluator import QUESTION_FAILS
from ...topologies import Graph
from .graph_decoding import sink

NodePrompt: TypeAlias = Callable[[Ask, Mapping[str, str], bool], Prompt]
"""The prompt of a node: the question, what it hears by speaker, and whether it answers last."""

Call: TypeAlias = tuple[int, str, str]
"""A call: the number of the dev question, the member, and the text of the prompt."""


@dataclass
class GraphUtility:
    """Scores graphs over a team's members on dev questions, and keeps what was said.

    `place` is the place of its calls in the run, by default that of the team at the first call.

    >>> import asyncio
    >>> from symposia.agents.models.scripted import Scripted
    >>> from symposia.evaluators.dev import Dev
    >>> from symposia.evaluators.evaluator import Evaluator
    >>> from symposia.evaluators.tasks import pocket
    >>> items = pocket.load(split="dev", limit=1)
    >>> dev, team = Dev(Evaluator(pocket), items), Team({"amber": Scripted(items[0].gold)})
    >>> utility = GraphUtility(team, dev, lambda question, heard, last: question)
    >>> asyncio.run(utility([Graph(["amber"], [])] * 2, range(1)))
    [1.0, 1.0]
    """

    team: Team[Any]
    dev: Objective
    prompt: NodePrompt
    said: dict[Call, Answer | None] = field(default_factory=dict)
    scores: dict[tuple[int, str], float | None] = field(default_factory=dict)
    place: str = ""
    _asking: defaultdict[Call, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def __call__(self, graphs: Sequence[Graph], positions: Sequence[int]) -> list[float]:
        """The mean scores of graphs on the dev questions at these positions; questions that failed are left out.

        Raises `BadData` for a graph of which no answer could be scored.
        """
        self.place = self.place or f"{self.team.question}/graphs"
        runs = [(graph, position) for graph in dict.fromkeys(graphs) for position in positions]
        answered = await gather({run: self.answered(*run) for run in runs})
        texts = {(position, said.text) for (_, position), said in answered.items() if said is not None}
        due = {place: self.dev.grade(*place) for place in sorted(texts - self.scores.keys())}
        self.scores |= await gather(due)
        return [self._mean([answered[graph, position] for position in positions], positions) for graph in graphs]

    async def answered(self, graph: Graph, position: int) -> Answer | None:
        """The sink's answer to a dev question; None where a call failed."""
        question, last = self.dev.questions[position], sink(graph)

        async def run(name: str, heard: Mapping[str, Answer | None]) -> Answer | None:
            texts = {speaker: said.text for speaker, said in heard.items() if said is not None}
            if len(texts) < len(heard):
                return None
            return await self._asked(position, name, self.prompt(question, texts, name == last))

        return (await dataflow(graph, graph.names, run))[last]

    async def _asked(self, position: int, name: str, prompt: Prompt) -> Answer | None:
        call = (position, name, prompt.render())
        async with self._asking[call]:
            if call not in self.said:
                there = self.team.at(f"{self.place}/{position}.{derive(*call):x}")
                try:
                    self.said[call] = await there.ask(name, prompt)
                except QUESTION_FAILS:
                    self.said[call] = None
                finally:
                    await there.close()
        return self.said[call]

    def _mean(self, answered: Sequence[Answer | None], positions: Sequence[int]) -> float:
        scores = [self.scores[at, said.text] for at, said in zip(positions, answered, strict=True) if said is not None]
        known = [score for score in scores if score is not None]
        if not known:
            raise BadData(f"dev: none of a graph's {len(answered)} answers could be scored. Look at the first failure.")
        return fmean(known)
