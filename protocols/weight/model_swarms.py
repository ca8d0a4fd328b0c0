"""Model Swarms: experts move through the space of weights together, towards the best ones found so far.

    v <- a_v v + a_p (p - x) + a_g (g - x) + a_w (x - w);   x <- x + lambda v;   utility u(x) on dev

Feng et al. 2024, https://arxiv.org/abs/2410.11163, whose repository's values are `motion: {like: original}`;
MoCo's weight_model_swarms, whose values are the defaults. What differs: a particle is its coefficients over the
initial experts, so a move costs a few floats, nothing is written and nothing rounds twice; all particles of a
round are scored at once, each only until its score cannot change a decision; draws are seeded; the last round
is not moved in vain; of equals in a vote those of the better particles win.
"""

from dataclasses import replace
from typing import Any, Final

from ...agents import Open, Team
from ...agents.errors import BadScenario
from ...agents.objective import Objective
from ...agents.options import takes
from ...trainers.merging.checks import check_mergeable
from ...trainers.merging.mixture import mixture
from ...trainers.search import Vector, search
from ...trainers.search.candidates import Candidates
from ...trainers.search.scratchpad import Scratchpad, as_the_original, of_the_search, scratchpad, stages
from ...trainers.search.starts import experts
from ...trainers.search.swarm import Swarm
from ...trainers.search.swarm_report import compared
from .options.model_swarms import Options

PARTICLES: Final = 20
"""The number of particles of the original."""


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
        goals = options.goal(team, dev), options.goal(team, test)
        metrics |= await compared(team.only(learned.experts), stages(learned), goals)
    return {"utility_scratchpad.json": as_the_original(learned), "overall_metrics.json": metrics}
