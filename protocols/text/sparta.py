"""SPARTA without training: members duel on dev questions, the others judge, and the best by rating answers.

    each round: draw duels (question x by the leader; fighters a, b, of close ratings), all of them at once
        S_i = sum_j R_j s_j(LM_i(x)) / sum_j R_j over the judges j, all others;   R_a, R_b <- rated(S_a - S_b)
    return   LM_best(question)

Jiang et al. 2025, https://arxiv.org/abs/2506.04721, and MoCo's text_sparta; its Stackelberg variant is `leader:
bandit`, which draws questions that are hard and decidable. What differs: nothing is trained; no gold answer is used,
unless `best: dev`; ratings are zero-sum (`rating: {like: original}` is MoCo's rule); a judge whose rating of either
answer cannot be read abstains, and a duel that nobody judged moves nothing and rewards nothing.
"""

from collections.abc import Mapping
from random import Random
from typing import Final, Literal, NamedTuple

from pydantic import Field

from ...agents import Answer, Ask, Message, Team, Writer
from ...agents.concurrency import gather
from ...agents.errors import BadScenario
from ...agents.objective import Objective, required
from ...agents.options import ProtocolOptions, takes
from ...trainers.search.bandit import even
from ...trainers.search.leading import Leading
from ...trainers.search.raters import RATINGS, Rate, expected
from ...trainers.search.ratings import RatingRule, Ratings, rated

RULE: Final = RatingRule()
LEADING: Final = Leading()


class Rated(Message):
    """The result of `prepare`: the member that answers, all ratings, and those after each round; duels that counted.

    >>> Rated(best="amber", ratings={"amber": 100.0}, rounds=(), duels=0).best
    'amber'
    """

    best: str
    ratings: dict[str, float]
    rounds: tuple[dict[str, float], ...]
    duels: int


class Duel(NamedTuple):
    """A question, by its number on dev, and the members that answer it.

    >>> Duel(0, "amber", "blue").second
    'blue'
    """

    question: int
    first: str
    second: str


class Options(ProtocolOptions):
    """The duels, their opponents, the leader that draws their questions, and the rule of the ratings.

    >>> Options().check(("amber", "blue"))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/sparta: 2 members have nobody to judge their duels. Name three at least.
    """

    rounds: int = Field(3, ge=1, le=1000, description="Rounds; ratings and the leader move after each.")
    duels: int = Field(20, ge=1, description="Duels of a round.")
    opponents: int = Field(3, ge=1, description="The opponent is one of this many of closest rating.")
    chance: float = Field(0.2, ge=0, le=1, description="The probability that it is any of the others.")
    rating: RatingRule = Field(RULE, description="The rule of the ratings.")
    leader: Literal["uniform", "bandit"] = Field("uniform", description="Who draws the questions.")
    leading: Leading = Field(LEADING, description="What rewards a bandit.")
    best: Literal["rating", "dev"] = Field("rating", description="The best by rating answers, or the best on dev.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `BadScenario` for a team without judges, and for a bandit that learns nothing before it ends."""
        if len(members) < 3:
            raise BadScenario(
                f"text/sparta: {len(members)} members have nobody to judge their duels. Name three at least."
            )
        self.check_most("opponents", len(members) - 1, "others", where="text/sparta")
        if self.leader == "bandit" and self.rounds < 2:
            raise BadScenario(
                "text/sparta: a bandit draws evenly in its only round. Use two rounds, or leader: uniform."
            )


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective | None, options: Options) -> Team[Writer]:
    """The team with its ratings."""
    dev = required(dev, "text/sparta: the duels are on dev questions, and the task has no dev split.")
    ratings, leader, history = rated(team, options.rating), even(len(dev.questions), options.leading.mix), []
    for number in range(options.rounds):
        fixed = ratings
        duels = _matched(team, ratings, leader.probabilities, options, number)
        scored = await gather(
            {
                place: _judged(team, dev.questions[duel.question], duel, fixed, f"{number}.{place}")
                for place, duel in duels
            }
        )
        rewards = []
        for place, duel in duels:
            if (scores := scored[place]) is not None:
                ratings = ratings.after(duel.first, duel.second, scores[0] - scores[1])
                rewards.append((duel.question, options.leading.reward(scores, number / max(options.rounds - 1, 1))))
        leader = leader.after(rewards) if options.leader == "bandit" else leader
        history.append(dict(ratings.of))
    best = max(team, key=lambda name: ratings.of[name]) if options.best == "rating" else (await dev.rank(team))[0]
    found = Rated(best=best, ratings=dict(ratings.of), rounds=tuple(history), duels=ratings.duels)
    return team.with_learned(found)


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The answer of the best member; of the first where none was chosen."""
    learned = team.learned_as(Rated)
    return await team.ask(learned.best if learned else team.names[0], question)


def _matched(
    team: Team[Writer], ratings: Ratings, chances: tuple[float, ...], options: Options, number: int
) -> list[tuple[int, Duel]]:
    """The duels of a round; the first fighters are all members in turn, in an order that is drawn."""
    drawn = Random(team.seed(f"duels of round {number}"))
    first = drawn.sample(team.names, len(team))
    duels = []
    for place in range(options.duels):
        fighter = first[place % len(first)]
        anyone = drawn.random() < options.chance
        opponents = ratings.closest(fighter, len(team) if anyone else options.opponents)
        (question,) = drawn.choices(range(len(chances)), chances)
        duels.append((place, Duel(question, fighter, drawn.choice(opponents))))
    return duels


async def _judged(
    team: Team[Writer], question: Ask, duel: Duel, ratings: Ratings, place: str
) -> tuple[float, float] | None:
    """The scores of both fighters, weighted by the ratings of those who could judge both; None if nobody could."""
    there = team.at(f"{team.question}/duel/{place}")
    try:
        said = await there.ask_each(dict.fromkeys((duel.first, duel.second), question))
        prompts = {
            name: Rate(question=question.text, answer=one.text, images=question.images) for name, one in said.items()
        }
        judges = [name for name in team if name not in said]
        calls = {(j, name): there.choose(j, prompt, RATINGS) for j in judges for name, prompt in prompts.items()}
        given = {pair: expected(choice) for pair, choice in (await gather(calls)).items()}
    finally:
        await there.close()
    return _weighed(given, duel, judges, ratings.of)


def _weighed(
    given: Mapping[tuple[str, str], float | None], duel: Duel, judges: list[str], weights: Mapping[str, float]
) -> tuple[float, float] | None:
    rows = [(weights[j], given[j, duel.first], given[j, duel.second]) for j in judges]
    valid = [(weight, one, other) for weight, one, other in rows if one is not None and other is not None]
    whole = sum(weight for weight, _, _ in valid)
    if not whole:
        return None
    return sum(w * one for w, one, _ in valid) / whole, sum(w * other for w, _, other in valid) / whole
