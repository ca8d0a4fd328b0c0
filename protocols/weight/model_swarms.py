"""Model Swarms: experts move through the space of weights together, towards the best ones found so far.

    v <- a_v v + a_p (p - x) + a_g (g - x) + a_w (x - w);   x <- x + lambda v;   utility u(x) on dev

Feng et al. 2024, https://arxiv.org/abs/2410.11163, whose repository's values are `motion: {like: original}`;
MoCo's weight_model_swarms, whose values are the defaults. What differs: a particle is its coefficients over the
initial experts, so a move costs a few floats, nothing is written and nothing rounds twice; all particles of a
round are scored at once, each only until its score cannot change a decision; draws are seeded; the last round
is not moved in vain; of equals in a vote those of the better particles win.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import Field

from ...agents import Message, Open, Team, Writer
from ...agents.errors import BadScenario
from ...agents.members import check_members
from ...agents.models.base import Scorer
from ...agents.objective import Objective
from ...agents.options import ProtocolOptions, takes
from ...trainers.merging.checks import check_mergeable
from ...trainers.merging.mixture import mixture
from ...trainers.search import Vector, search
from ...trainers.search.candidates import Candidates
from ...trainers.search.motion import Motion
from ...trainers.search.raters import Judge, Rewarded, Scale
from ...trainers.search.scoring import Goal, evenly, mean
from ...trainers.search.starts import experts
from ...trainers.search.swarm import Array, Swarm
from ...trainers.search.swarm_report import Stage, compared

Utility: TypeAlias = Literal["task", "domains", "reward", "judge"]
MOTION: Final = Motion()
SCALE: Final = Scale()
PARTICLES: Final = 20
"""The number of particles of the original."""


class Scratchpad(Message):
    """The result of `prepare`: the history of the search.

    `coefficients` are those of the best model over the `experts`; `g` is the global best utility after each round,
    `g_worst` the worst of all, `particles` the utilities of each particle after each round. In the rounds in `stopped`
    they are upper bounds, known to change no decision. `starts` and `bests` are the first and best positions.

    >>> whole = dict(experts=("a", "b"), coefficients=(0.2, 0.8), g=(0.5, 0.7), g_worst=0.1, stopped=((), ()))
    >>> found = Scratchpad(particles=((0.5, 0.6), (0.1, 0.7)), starts=((1, 0), (0, 1)), bests=((1, 0), (0, 1)), **whole)
    >>> starting(found), ending(found)
    ([0.5, 0.1], [0.6, 0.7])
    """

    experts: tuple[str, ...]
    coefficients: Vector
    g: tuple[float, ...]
    g_worst: float
    particles: tuple[tuple[float, ...], ...]
    stopped: tuple[tuple[int, ...], ...]
    starts: tuple[Vector, ...]
    bests: tuple[Vector, ...]


class Options(ProtocolOptions):
    """The utility, its rater, and the swarm.

    >>> Options(utility="judge", judge="zoe").check(("amber", "blue"))
    Traceback (most recent call last):
    symposia.agents.errors.UnknownName: team: no agent named 'zoe'. Known: amber, blue.
    """

    utility: Utility = Field("task", description="The task, evenly over its domains, a reward model, or a judge.")
    judge: Annotated[str, Writer] | None = Field(None, description="The member that rates answers from 1 to 10.")
    reward: Annotated[str, Scorer] | None = Field(None, description="The member that is a reward model.")
    scale: Scale = Field(SCALE, description="The map from a reward model's raw scores to scores from 0 to 1.")
    population: int | None = Field(None, ge=1, description="Particles; by default as many as experts.")
    motion: Motion = Field(MOTION, description="The parameters of the particles' moves.")
    early_exit: bool = Field(True, description="Ask a particle only until its score can change no decision.")
    at_once: int | None = Field(None, ge=1, description="The most particles that are loaded models at the same time.")
    overall: bool = Field(False, description="Evaluate all particles on dev and test for overall_metrics.json.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for a rater that is not a member."""
        check_members(members, (self.judge, self.reward))

    def goal(self, team: Team[Any], dev: Objective) -> Goal:
        """The goal that is maximised on dev."""
        raters = {"judge": self.judge, "reward": self.reward}
        return goal_of(team, dev, self.utility, raters, self.scale)


@takes(Options)
async def prepare(team: Team[Open], dev: Objective, options: Options) -> Team[Open]:
    """A team of one, the model of the best position of any particle.

    All members but raters are the first particles; a larger `population` is filled up with crossovers of them.
    """
    names = [name for name in team if name not in (options.judge, options.reward)]
    if not names:
        raise BadScenario("model_swarms: no experts. A judge alone is not a swarm.")
    models = {name: team.models[name] for name in names}
    check_mergeable(models)

    def make(coefficients: Vector, name: str) -> Open:
        return mixture(models, coefficients, name=name)

    goal = options.goal(team, dev)
    goal = goal if options.early_exit else replace(goal, bounds=None)
    candidates = Candidates(team, make, goal, "particle", at_once=options.at_once)
    particles = options.population or (PARTICLES if options.motion.like == "original" else len(models))
    start = experts(len(models), particles, team.seed("children"))
    swarm = Swarm(start, options.motion, team.seed("swarm"))
    found = await search(swarm, candidates)
    best = candidates.best or make(found.best, "swarm")
    return team.with_models({"swarm": best}).with_learned(scratchpad(names, found.best, start, swarm))


def scratchpad(names: Sequence[str], best: Vector, start: Array, swarm: Swarm) -> Scratchpad:
    """The history of a finished search."""
    return Scratchpad(
        experts=tuple(names),
        coefficients=best,
        g=tuple(swarm.best_scores),
        g_worst=swarm.worst_score,
        particles=tuple(tuple(particle.scores) for particle in swarm.particles),
        stopped=tuple(tuple(particle.stopped) for particle in swarm.particles),
        starts=tuple(tuple(row) for row in start.tolist()),
        bests=tuple(tuple(particle.best.tolist()) for particle in swarm.particles),
    )


def goal_of(team: Team[Any], dev: Objective, utility: Utility, raters: Mapping[str, str | None], scale: Scale) -> Goal:
    """The goal of a utility. Raises `BadScenario` where its rater is not named."""
    if utility not in raters:
        return Goal(dev, dev.bounds, total=evenly if utility == "domains" else mean)
    if raters[utility] is None:
        raise BadScenario(f"model_swarms: utility: {utility} needs one. Name a member: {utility}: NAME.")
    name = team.named(raters[utility])
    if utility == "judge":
        return Goal(dev, (1.0, 10.0), Judge(team, name))
    return Goal(dev, (0.0, 1.0), Rewarded(team, name, scale))


@takes(Options)
async def review(team: Team[Open], dev: Objective, test: Objective, options: Options) -> dict[str, Any]:
    """The original's files: `utility_scratchpad.json` and `overall_metrics.json`.

    With `overall` the latter has the accuracy on the test questions of the particles, at their first and best
    positions, alone and as an ensemble. With a rater it has the rater's utility instead, and no ensemble.
    """
    learned = team.learned_as(Scratchpad)
    if learned is None:
        raise BadScenario("model_swarms: nothing to review. Prepare the team first.")
    metrics = of_the_search(learned)
    if options.overall:
        models = team.only(learned.experts)
        first, last = (
            Stage("starting", learned.starts, starting(learned)),
            Stage("ending", learned.bests, ending(learned)),
        )
        metrics |= await compared(models, (first, last), (options.goal(team, dev), options.goal(team, test)))
    return {"utility_scratchpad.json": as_the_original(learned), "overall_metrics.json": metrics}


def starting(learned: Scratchpad) -> list[float]:
    """The first utility of each particle."""
    return [scores[0] for scores in learned.particles]


def ending(learned: Scratchpad) -> list[float]:
    """The best utility of each particle."""
    return [max(scores) for scores in learned.particles]


def of_the_search(learned: Scratchpad) -> dict[str, Any]:
    """The metrics of the search alone."""
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
    """The scratchpad in the original's format; `stopped` are the rounds of a history that are upper bounds."""
    pad: dict[str, Any] = {"g": learned.g[-1], "g_worst": learned.g_worst, "g_history": learned.g}
    for number, (scores, stopped) in enumerate(zip(learned.particles, learned.stopped, strict=True)):
        pad[f"particle_{number}_now"] = scores[-1]
        pad[f"particle_{number}_best"] = max(scores)
        pad[f"particle_{number}_history"] = scores
        if stopped:
            pad[f"particle_{number}_stopped"] = stopped
    return pad
