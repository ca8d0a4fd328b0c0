"""What a router is trained on and measured by: the scores of all members on dev, and whom a router would have asked."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ...agents import Ask, Team
from ...agents.concurrency import gather
from ...agents.objective import Objective
from ...agents.routing import labels, picked, route
from ..heads.router_rows import best_labels, in_turn, shuffled
from .distillation import Lesson
from .lessons import score_of


class Routing(NamedTuple):
    """How a router is asked: what is said of the members, and the share of the likeliest one's probability.

    >>> Routing({"amber": "sums"}).threshold
    1.0
    """

    descriptions: Mapping[str, str] | None = None
    threshold: float = 1.0

    async def choice(self, team: Team[Any], router: str, names: Sequence[str], question: Ask, default: str) -> str:
        """The member that the router sends a question to; the default where it names none."""
        choice = await team.choose(router, route(names, question, self.descriptions), labels(names))
        place = picked(choice, self.threshold)
        return default if place is None else names[place]


class DevScores(NamedTuple):
    """The scores of members on the dev questions, None for a failed call.

    >>> known = DevScores([Ask(text="2 + 2?"), Ask(text="3 + 3?")], {"amber": [0.0, 1.0], "blue": [1.0, 1.0]})
    >>> known.best([0, 1]), known.oracle([0, 1]), known.of({0: "amber", 1: "amber"})
    ('blue', 1.0, 0.5)
    """

    questions: Sequence[Ask]
    scores: Mapping[str, Sequence[float | None]]

    @classmethod
    async def measured(cls, team: Team[Any], dev: Objective, names: Sequence[str]) -> "DevScores":
        """The scores of these members."""
        graded = await gather({name: dev.graded(team.only([name])) for name in names})
        return cls(dev.questions, {name: [one.score for one in some] for name, some in graded.items()})

    def best(self, places: Sequence[int]) -> str:
        """The member that is best on these questions, ties to the first."""
        return max(self.scores, key=lambda name: self.of({place: name for place in places}))

    def of(self, picks: Mapping[int, str]) -> float:
        """The mean score where each question is answered by the member picked for it."""
        return score_of([self.scores[name][place] for place, name in picks.items()])

    def oracle(self, places: Sequence[int]) -> float:
        """The mean of the best scores on these questions."""
        rows = [[row[place] for row in self.scores.values()] for place in places]
        return score_of([max((one for one in row if one is not None), default=None) for row in rows])

    def right(self, places: Sequence[int], targets: str, chance: int | None) -> list[Sequence[str]]:
        """The labels that each of these questions teaches: all best ones, or the `first`; with `chance` dealt anew."""
        found = best_labels({name: [row[place] for place in places] for name, row in self.scores.items()})
        some = [one[:1] if targets == "first" else one for one in found]
        return list(some) if chance is None else shuffled(some, chance)

    def lessons(self, places: Sequence[int], right: Sequence[Sequence[str]], passes: int, how: Routing) -> list[Lesson]:
        """What a router is taught in so many passes over these questions."""
        prompts = [route(tuple(self.scores), self.questions[place], how.descriptions) for place in places]
        return [Lesson(prompt, label, None) for prompt, label in in_turn(prompts, right, passes)]

    async def picks(
        self, team: Team[Any], router: str, places: Sequence[int], how: Routing, default: str
    ) -> dict[int, str]:
        """The member that a router sends each of these questions to."""

        async def one(place: int) -> str:
            there = team.at(f"{team.question}/{place}")
            try:
                return await how.choice(there, router, tuple(self.scores), self.questions[place], default)
            finally:
                await there.close()

        return await gather({place: one(place) for place in places})
