"""Model Swarms: experts move through the space of weights together, towards the best ones found so far.

    v <- a_v v + a_p (p - x) + a_g (g - x) + a_w (x - w);   x <- x + lambda v;   utility u(x) on dev

Feng et al. 2024, https://arxiv.org/abs/2410.11163; MoCo's weight_model_swarms. What differs: a particle is its
coefficients over the initial experts, so a move costs a few floats, nothing is written and nothing rounds
twice; all particles of a round are scored at once; draws are seeded; the last round is not moved in vain.
"""

from collections import defaultdict
from collections.abc import Sequence
from math import exp
from statistics import fmean, harmonic_mean
from typing import Final, Literal, TypeAlias

from ...agents import Answer, Message, Open, Prompt, Team
from ...agents.errors import BadData, BadScenario
from ...agents.message import Choice
from ...agents.objective import Graded, Objective
from ...agents.together import together
from ...trainers.mixing import Candidates, Utility, mixture
from ...trainers.search import Vector, search
from ...trainers.search.starts import experts
from ...trainers.search.swarm import Motion, Swarm

Goal: TypeAlias = Literal["task", "domains", "judge"]
MOTION: Final = Motion()
RATINGS: Final = tuple(str(rating) for rating in range(1, 11))
ZERO: Final = 0.01
"""What a domain without a right answer counts, so that a harmonic mean still tells candidates apart."""


class Rate(Prompt):
    """How good is this answer?"""

    question: str
    answer: str
    template = """\
Rate this answer from 1 (useless) to 10 (excellent).

Question:
{question}

Answer:
{answer}

Reply with a number from 1 to 10 and nothing else."""


class Scratchpad(Message):
    """The search as the original's utility_scratchpad.json has it, and its metrics.

    `coefficients` are those of the best model over the `experts`; `g` is the global best utility after each
    round, `g_worst` the worst of all, `particles` the utilities of each particle after each round.
    """

    experts: tuple[str, ...]
    coefficients: Vector
    g: tuple[float, ...]
    g_worst: float
    particles: tuple[tuple[float, ...], ...]
    starting_best_validation_utility: float
    ending_best_validation_utility: float
    g_history_improve_count: int
    g_history_last_change_index: int


async def prepare(
    team: Team[Open],
    dev: Objective,
    *,
    utility: Goal = "task",
    judge: str | None = None,
    population: int | None = None,
    motion: Motion = MOTION,
    at_once: int | None = None,
) -> Team[Open]:
    """A team of one, the best model any particle was: on the task, evenly over its domains, or to a judge.

    The members, the judge apart, are the first particles; a larger `population` is filled up with children
    of them. A judge rates from 1 to 10; a reward model is one that shows distributions.
    `at_once` limits how many particles are live models at the same time.
    """
    names = [name for name in team if name != judge]
    if not names:
        raise BadScenario("model_swarms: no experts. A judge alone is no swarm.")
    models = {name: team.models[name] for name in names}

    def make(coefficients: Vector, name: str) -> Open:
        return mixture(models, coefficients, name=name)

    score = utility_of(team, dev, utility, judge)
    candidates = Candidates(team, make, score, name="particle", at_once=at_once)
    start = experts(len(models), population or len(models), team.seed("children"))
    swarm = Swarm(start, motion, team.seed("swarm"))
    found = await search(swarm, candidates)
    best = candidates.best or make(found.best, "swarm")
    return team.with_models({"swarm": best}).having(scratchpad(tuple(names), found.best, swarm))


def scratchpad(names: tuple[str, ...], best: Vector, swarm: Swarm) -> Scratchpad:
    """What is worth keeping of a search."""
    history = swarm.best_scores
    rises = [number for number in range(1, len(history)) if history[number] > history[number - 1]]
    return Scratchpad(
        experts=names,
        coefficients=best,
        g=tuple(history),
        g_worst=float(swarm.worst_score),
        particles=tuple(tuple(particle.scores) for particle in swarm.particles),
        starting_best_validation_utility=history[0],
        ending_best_validation_utility=history[-1],
        g_history_improve_count=len(rises),
        g_history_last_change_index=rises[-1] if rises else 0,
    )


def utility_of(team: Team[Open], dev: Objective, goal: Goal, judge: str | None) -> Utility:
    """The utility that a goal names. Raises `BadScenario`."""
    if goal == "task":
        return dev
    if goal == "judge":
        if judge is None:
            raise BadScenario("model_swarms: utility: judge needs one. Name a member: judge: NAME.")
        name = team.named(judge)

        async def rated(candidate: Team[Open]) -> float:
            return await rating(team, name, candidate.names[0], await dev.graded(candidate))

        return rated

    async def even(candidate: Team[Open]) -> float:
        return evenly(await dev.graded(candidate))

    return even


def evenly(graded: Sequence[Graded]) -> float:
    """The harmonic mean of the mean scores of the domains, so that none is given up for another."""
    domains: defaultdict[str | None, list[float]] = defaultdict(list)
    for one in graded:
        if one.score is not None:
            domains[one.group].append(one.score)
    if not domains:
        raise BadData(f"dev: none of {len(graded)} answers could be scored. The harmonic mean needs one a domain.")
    return harmonic_mean([max(fmean(scores), ZERO) for scores in domains.values()])


async def rating(team: Team[Open], judge: str, candidate: str, graded: Sequence[Graded]) -> float:
    """The judge's mean rating of a candidate's dev answers. What failed or was not rated is left out."""
    place = f"{team.question}/rate/{candidate}"
    asked = {
        number: rate(team.at(f"{place}/{number}"), judge, one.question, one.answer)
        for number, one in enumerate(graded)
        if one.answer is not None
    }
    ratings = [value for value in map(expected, (await together(asked)).values()) if value is not None]
    if not ratings:
        raise BadData(f"dev: {judge} rated none of {candidate}'s {len(graded)} answers. It has to reply with 1 to 10.")
    return fmean(ratings)


async def rate(team: Team[Open], judge: str, question: str, answer: Answer) -> Choice:
    """The judge's rating of one answer."""
    try:
        return await team.choose(judge, Rate(question=question, answer=answer.text), RATINGS)
    finally:
        await team.close()


def expected(choice: Choice) -> float | None:
    """The expected rating where the judge shows distributions, else the one it names first, if any."""
    if choice.logprobs:
        powers = [exp(value - max(choice.logprobs)) for value in choice.logprobs]
        return sum(rating * power for rating, power in enumerate(powers, 1)) / sum(powers)
    return float(RATINGS[choice.named[0]]) if choice.named else None
