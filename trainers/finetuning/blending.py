"""What a ranker and a fuser are trained on and measured by: candidates of all members at dev questions."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from random import Random
from typing import Any, NamedTuple, Protocol

from ...agents import Answer, Ask, Team
from ...agents.blending import LETTERS, Blender, comparison, fusion
from ...agents.concurrency import gather
from ...agents.objective import Objective
from ...agents.seeds import derive
from .distillation import Lesson, team_answers
from .lessons import score_of


class Candidates(NamedTuple):
    """The answers of members to the dev question of this number, with their scores, and the score of their vote.

    >>> Candidates(0, Ask(text="2 + 2?"), {"a": Answer(text="4"), "b": Answer(text="5")}, {"a": 1.0, "b": 0.0}).best
    ['a', 'b']
    """

    place: int
    question: Ask
    said: Mapping[str, Answer]
    scores: Mapping[str, float | None]
    vote: float | None = None

    @property
    def best(self) -> list[str]:
        """The members by the scores of their answers, ties in the team's order; unscored ones are left out."""
        known = {name: score for name, score in self.scores.items() if score is not None}
        return sorted(known, key=lambda name: -known[name])

    def comparisons(self, chance: int | None = None) -> list[Lesson]:
        """What a ranker is taught: every pair with different scores in both orders, and the letter of the better one.

        With `chance`, a seed, which one is better is drawn.
        """
        found = []
        for better, worse in combinations(self.best, 2):
            if self.scores[better] == self.scores[worse] or self.said[better].text == self.said[worse].text:
                continue
            pair = [self.said[better].text, self.said[worse].text]
            if chance is not None:
                Random(derive(chance, self.place, better, worse)).shuffle(pair)
            for texts, letter in zip((pair, pair[::-1]), LETTERS, strict=True):
                found.append(Lesson(comparison(self.question, *texts), letter, None))
        return found

    def fusions(self, top_k: int, gold: str | None = None, chance: int | None = None) -> list[Lesson]:
        """What a fuser is taught: from the best candidates to the gold answer, or to the best one if its score is > 0.

        With `chance`, a seed, candidates come in a drawn order, and any of them is the one to write.
        """
        best = self.best
        if chance is not None:
            Random(derive(chance, self.place)).shuffle(best)
            gold = None
        texts = [self.said[name].text for name in best[:top_k]]
        right = chance is not None or (self.scores[best[0]] if best else None) or 0.0
        if not texts or (gold is None and not right > 0):
            return []
        return [Lesson(fusion(self.question, texts), texts[0] if gold is None else gold, None)]


async def candidates(team: Team[Any], dev: Objective, names: Sequence[str]) -> list[Candidates]:
    """The candidates at each dev question. Those where a call failed are left out."""
    questions = dev.questions
    graded = await gather({name: dev.graded(team.only([name])) for name in names})
    votes = team_answers(graded, questions)
    found = []
    for place, question in enumerate(questions):
        said = {name: one[place].answer for name, one in graded.items()}
        known = {name: answer for name, answer in said.items() if answer is not None}
        vote = votes[place]
        if len(known) == len(said) and vote is not None:
            scores = {name: one[place].score for name, one in graded.items()}
            found.append(Candidates(place, question, known, scores, vote.score))
    return found


class Blend(Protocol):
    """What lessons depend on: which roles are trained, and for the fuser what it reads and writes."""

    @property
    def trained(self) -> Sequence[str]: ...

    @property
    def top_k(self) -> int: ...

    @property
    def gold(self) -> bool: ...


async def lessons_of(
    sets: Sequence[Candidates], dev: Objective, options: Blend, chance: int | None = None
) -> dict[str, list[Lesson]]:
    """What the ranker and the fuser are taught, by role; nothing for one that is not trained."""
    fusions: list[Lesson] = []
    for one in sets if "fuser" in options.trained else ():
        gold = await dev.gold(one.place) if options.gold and chance is None else None
        fusions += one.fusions(options.top_k, gold, chance)
    compared = sets if "ranker" in options.trained else ()
    return {"ranker": [lesson for one in compared for lesson in one.comparisons(chance)], "fuser": fusions}


async def measured(team: Team[Any], dev: Objective, sets: Sequence[Candidates], blender: Blender) -> float:
    """The mean score of what a blender makes of these candidates."""

    async def one(given: Candidates) -> float | None:
        there = team.at(f"{team.question}/{given.place}")
        try:
            said = await blender.answer(there, given.question, given.said)
        finally:
            await there.close()
        return await dev.grade(given.place, said.text)

    return score_of(list((await gather({given.place: one(given) for given in sets})).values()))
