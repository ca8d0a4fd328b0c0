"""ExPO: go on in the direction in which a model became better, beyond the better one.

    theta = theta_t + alpha (theta_t - theta_s) = (1 + alpha) theta_t - alpha theta_s

Zheng et al. 2024, https://arxiv.org/abs/2404.16792, where s is the SFT model and t its aligned descendant;
MoCo's weight_expo. What differs: one rounding; alpha = 0 (t itself) is a candidate, so that a chosen alpha is
never worse than t on dev; the others are scored at once, each until it cannot be better than t; the winner is
not built twice.
"""

from ...agents import Open, Team
from ...agents.objective import Objective
from ...agents.options import takes
from ...trainers.merging.checks import check_mergeable
from ...trainers.merging.mixture import mixture
from ...trainers.search import Vector, search
from ...trainers.search.candidates import Candidates
from ...trainers.search.directions import Direction
from ...trainers.search.grid import Grid
from ...trainers.search.scoring import on_task
from .messages.expo import Step
from .options.expo import Options


@takes(Options)
async def prepare(team: Team[Open], dev: Objective, options: Options) -> Team[Open]:
    """A team of one, the extrapolated model; with `alphas` by the best of them and 0, else by `alpha`."""
    check_mergeable(team.models)
    direction = Direction(options.mode, options.k, options.pairs or {}, options.select)
    sources, targets = await direction.ends(team, dev)
    named = (*sources, *targets)

    def make(alpha_as_vector: Vector, name: str) -> Open:
        (step,) = alpha_as_vector
        shares = [-step / len(sources)] * len(sources) + [(1 + step) / len(targets)] * len(targets)
        return mixture({one: team.models[one] for one in named}, shares, name=name)

    if not options.alphas:
        model, chosen = make((options.alpha,), "extrapolated"), options.alpha
    else:
        candidates = Candidates(team, make, on_task(dev), name="extrapolated")
        found = await search(Grid((value,) for value in dict.fromkeys((0.0, *options.alphas))), candidates)
        model, chosen = candidates.best or make(found.best, "extrapolated"), found.best[0]
    return team.with_models({"extrapolated": model}).with_learned(Step(sources=sources, targets=targets, alpha=chosen))
