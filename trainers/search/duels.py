"""Duels between the members of a team on dev questions, judged by all others: draws, and scores."""

from collections.abc import Mapping
from random import Random
from typing import NamedTuple

from ...agents import Answer, Ask, Team, Writer
from ...agents.about import about
from ...agents.concurrency import gather
from .raters import RATINGS, Rate, expected
from .ratings import Ratings


class Duel(NamedTuple):
    """A question, by its number on dev, and the members that answer it.

    >>> Duel(0, "amber", "blue").second
    'blue'
    """

    question: int
    first: str
    second: str


class Draw(NamedTuple):
    """The rule by which duels are drawn: their number, and the opponents of closest rating, or with a chance anybody.

    >>> Draw(size=20, opponents=3, chance=0.2).size
    20
    """

    size: int
    opponents: int
    chance: float

    def duels(self, ratings: Ratings, chances: tuple[float, ...], seed: int) -> list[Duel]:
        """The duels of a round; first fighters are all in turn, in a drawn order; `chances` are those of questions."""
        drawn, names = Random(seed), list(ratings.of)
        first = drawn.sample(names, len(names))
        found = []
        for place in range(self.size):
            fighter = first[place % len(first)]
            anyone = drawn.random() < self.chance
            opponents = ratings.closest(fighter, len(names) if anyone else self.opponents)
            (question,) = drawn.choices(range(len(chances)), chances)
            found.append(Duel(question, fighter, drawn.choice(opponents)))
        return found


class Fight(NamedTuple):
    """A duel that was fought: what both fighters said, and the rating that each judge gave each, None if unreadable.

    >>> from symposia.trainers.search.ratings import RatingRule, rated
    >>> duel, said = Duel(0, "a", "b"), {"a": Answer(text="4"), "b": Answer(text="5")}
    >>> Fight(duel, said, {("j", "a"): 8.0, ("j", "b"): 2.0}).scores(rated(["a", "b", "j"], RatingRule()))
    (8.0, 2.0)
    """

    duel: Duel
    said: Mapping[str, Answer]
    given: Mapping[tuple[str, str], float | None]

    def scores(self, ratings: Ratings) -> tuple[float, float] | None:
        """The scores of both, weighted by the ratings of those who could judge both; None if nobody could."""
        judges = dict.fromkeys(judge for judge, _ in self.given)
        return weighed(self.given, self.duel, {name: ratings.of[name] for name in judges})


async def fought(team: Team[Writer], question: Ask, duel: Duel, place: str) -> Fight:
    """Both fighters' answers to a question, and what all other members make of each of them."""
    there = team.at(f"{team.question}/duel/{place}")
    try:
        said = await there.ask_each(dict.fromkeys((duel.first, duel.second), question))
        prompts = {name: about(question, Rate, answer=one.text) for name, one in said.items()}
        judges = [name for name in team if name not in said]
        calls = {(j, name): there.choose(j, prompt, RATINGS) for j in judges for name, prompt in prompts.items()}
        return Fight(duel, said, {pair: expected(choice) for pair, choice in (await gather(calls)).items()})
    finally:
        await there.close()


def weighed(
    given: Mapping[tuple[str, str], float | None], duel: Duel, weights: Mapping[str, float]
) -> tuple[float, float] | None:
    """The weighted means of what judges gave both fighters; a judge who gave one of them nothing abstains.

    >>> given = {("j", "a"): 8.0, ("j", "b"): 2.0, ("k", "a"): 4.0, ("k", "b"): None}
    >>> weighed(given, Duel(0, "a", "b"), {"j": 1.0, "k": 1.0})
    (8.0, 2.0)
    """
    rows = [(weight, given[judge, duel.first], given[judge, duel.second]) for judge, weight in weights.items()]
    valid = [(weight, one, other) for weight, one, other in rows if one is not None and other is not None]
    whole = sum(weight for weight, _, _ in valid)
    if not whole:
        return None
    return sum(w * one for w, one, _ in valid) / whole, sum(w * other for w, _, other in valid) / whole
