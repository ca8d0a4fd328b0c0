"""Model Swarms: experts move through the space of weights together, towards the best ones found so far.

    v <- a_v v + a_p (p - x) + a_g (g - x) + a_w (x - w);   x <- x + lambda v;   utility u(x) on dev

Feng et al. 2024, https://arxiv.org/abs/2410.11163, whose repository's values are `motion: {like: original}`;
MoCo's weight_model_swarms, whose values are the defaults. What differs: a particle is its coefficients over the
initial experts, so a move costs a few floats, nothing is written and nothing rounds twice; all particles of a
round are scored at once, each only until its score cannot change a decision; draws are seeded; the last round
is not moved in vain; of equals in a vote those of the better particles win.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Final, Literal, TypeAlias

from ...agents import Message, Open, Team, Writer
from ...agents.errors import BadScenario
from ...agents.models.base import Scorer
from ...agents.objective import Objective
from ...trainers.merging.checks import check_mergeable
from ...trainers.merging.mixture import mixture
from ...trainers.search import Vector, search
from ...trainers.search.candidates import Candidates
from ...trainers.search.motion import Motion
from ...trainers.search.raters import Judge, Rewarded, Scale
from ...trainers.search.scoring import Goal, evenly, mean
from ...trainers.search.starts import experts
from ...trainers.search.swarm import Swarm
from ...trainers.search.swarm_report import Stage, compared

Utility: TypeAlias = Literal["task", "domains", "reward", "judge"]
MOTION: Final = Motion()
SCALE: Final = Scale()
PARTICLES: Final = 20
"""How many particles the original has."""


class Scratchpad(Message):
    """The search, and what it found.

    `coefficients` are those of the best model over the `experts`; `g` is the global best utility after each
    round, `g_worst` the worst of all, `particles` the utilities of each particle after each round. Those that
    `stopped` numbers are only the most that the utility can have been: it was known by then to change nothing.
    `starts` and `bests` are where each particle began, and where it was best.
    """

    experts: tuple[str, ...]
    coefficients: Vector
    g: tuple[float, ...]
    g_worst: float
    particles: tuple[tuple[float, ...], ...]
    stopped: tuple[tuple[int, ...], ...]
    starts: tuple[Vector, ...]
    bests: tuple[Vector, ...]


async def prepare(
    team: Team[Open],
    dev: Objective,
    *,
    utility: Utility = "task",
    judge: Annotated[str, Writer] | None = None,
    reward: Annotated[str, Scorer] | None = None,
    scale: Scale = SCALE,
    population: int | None = None,
    motion: Motion = MOTION,
    early_exit: bool = True,
    at_once: int | None = None,
) -> Team[Open]:
    """A team of one, the best model any particle was: on the task, evenly over its domains, or to a rater.

    The raters are a reward model, whose raw score a `scale` brings between 0 and 1, or an LM that judges from
    1 to 10. All other members are the first particles; a larger `population` is filled up with children of
    them. `at_once` limits how many particles are live models at the same time.
    """
    names = [name for name in team if name not in (judge, reward)]
    if not names:
        raise BadScenario("model_swarms: no experts. A judge alone is no swarm.")
    models = {name: team.models[name] for name in names}
    check_mergeable(models)

    def make(coefficients: Vector, name: str) -> Open:
        return mixture(models, coefficients, name=name)

    goal = goal_of(team, dev, utility, {"judge": judge, "reward": reward}, scale)
    candidates = Candidates(team, make, goal if early_exit else replace(goal, bounds=None), "particle", at_once=at_once)
    particles = population or (PARTICLES if motion.like == "original" else len(models))
    start = experts(len(models), particles, team.seed("children"))
    swarm = Swarm(start, motion, team.seed("swarm"))
    found = await search(swarm, candidates)
    best = candidates.best or make(found.best, "swarm")
    learned = Scratchpad(
        experts=tuple(names),
        coefficients=found.best,
        g=tuple(swarm.best_scores),
        g_worst=swarm.worst_score,
        particles=tuple(tuple(particle.scores) for particle in swarm.particles),
        stopped=tuple(tuple(particle.stopped) for particle in swarm.particles),
        starts=tuple(tuple(row) for row in start.tolist()),
        bests=tuple(tuple(particle.best.tolist()) for particle in swarm.particles),
    )
    return team.with_models({"swarm": best}).with_learned(learned)


def goal_of(team: Team[Any], dev: Objective, utility: Utility, raters: Mapping[str, str | None], scale: Scale) -> Goal:
    """The goal that a utility names. Raises `BadScenario` where its rater is not named."""
    if utility not in raters:
        return Goal(dev, dev.bounds, total=evenly if utility == "domains" else mean)
    if raters[utility] is None:
        raise BadScenario(f"model_swarms: utility: {utility} needs one. Name a member: {utility}: NAME.")
    name = team.named(raters[utility])
    if utility == "judge":
        return Goal(dev, (1.0, 10.0), Judge(team, name))
    return Goal(dev, (0.0, 1.0), Rewarded(team, name, scale))


async def review(
    team: Team[Open],
    dev: Objective,
    test: Objective,
    *,
    overall: bool = False,
    utility: Utility = "task",
    judge: Annotated[str, Writer] | None = None,
    reward: Annotated[str, Scorer] | None = None,
    scale: Scale = SCALE,
) -> dict[str, Any]:
    """The original's files: `utility_scratchpad.json` and `overall_metrics.json`.

    With `overall` the latter says how the particles, as they started and at their best, do on the test
    questions, alone and as an ensemble; they are asked for that, and all dev questions besides. Where a rater
    says what is good, its utility stands for the accuracy, and there is no ensemble.
    """
    learned = team.learned_as(Scratchpad)
    if learned is None:
        raise BadScenario("model_swarms: nothing to review. Prepare the team first.")
    metrics = of_the_search(learned)
    if overall:
        models = team.only(learned.experts)
        first, last = (
            Stage("starting", learned.starts, starting(learned)),
            Stage("ending", learned.bests, ending(learned)),
        )
        goals = [goal_of(team, one, utility, {"judge": judge, "reward": reward}, scale) for one in (dev, test)]
        metrics |= await compared(models, (first, last), (goals[0], goals[1]))
    return {"utility_scratchpad.json": as_the_original(learned), "overall_metrics.json": metrics}


def starting(learned: Scratchpad) -> list[float]:
    """The utility with which each particle started."""
    return [scores[0] for scores in learned.particles]


def ending(learned: Scratchpad) -> list[float]:
    """The best utility of each particle."""
    return [max(scores) for scores in learned.particles]


def of_the_search(learned: Scratchpad) -> dict[str, Any]:
    """What the search alone says."""
    rises = [number for number in range(1, len(learned.g)) if learned.g[number] > learned.g[number - 1]]
    before, after = starting(learned), ending(learned)
    return {
        "starting_best_validation_utility": max(before),
        "starting_best_particle_on_validation": before.index(max(before)),
        "ending_best_validation_utility": max(after),
        "ending_best_particle_on_validation": after.index(max(after)),
        "g_history_improve_count": len(rises),
        "g_history_last_change_index": rises[-1] if rises else 0,
    }


def as_the_original(learned: Scratchpad) -> dict[str, Any]:
    """The scratchpad as the original writes it; `stopped` are the rounds of a history that are upper bounds."""
    pad: dict[str, Any] = {"g": learned.g[-1], "g_worst": learned.g_worst, "g_history": learned.g}
    for number, (scores, stopped) in enumerate(zip(learned.particles, learned.stopped, strict=True)):
        pad[f"particle_{number}_now"] = scores[-1]
        pad[f"particle_{number}_best"] = max(scores)
        pad[f"particle_{number}_history"] = scores
        if stopped:
            pad[f"particle_{number}_stopped"] = stopped
    return pad
