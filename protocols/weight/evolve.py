"""Evolve: a merge whose weights, layer group by layer group, are found by evolution on dev.

    theta^l = method(theta_1^l, .., theta_K^l; b^l; w^l, density^l);   w, density = CMA-ES on dev(theta)

Akiba et al. 2024, https://arxiv.org/abs/2403.13187, in parameter space; mergekit-evolve. What differs: settings
are linear between `groups` points over the depth instead of constant within a group; the start, equal weights,
is a candidate, so the result is never worse than it on dev; candidates of a round are scored at once, and no
checkpoint is written.
"""

from ...agents import Open, Team
from ...agents.objective import Objective
from ...agents.options import takes
from ...trainers.merging import merge
from ...trainers.merging.checks import check_mergeable
from ...trainers.search import Vector, search
from ...trainers.search.candidates import Candidates
from ...trainers.search.evolution import Cma, Evolution
from ...trainers.search.scoring import on_task
from .messages.evolve import Recipe
from .options.evolve import Options

SPARSE = 0.05
"""The smallest density in the search: a smaller one leaves hardly any of a change."""


@takes(Options)
async def prepare(team: Team[Open], dev: Objective, options: Options) -> Team[Open]:
    """A team of one, the best merge of all members but `base`. Weights are absolute values unless `negative`."""
    check_mergeable(team.models)
    origin = None if options.base is None else team.models[options.base]
    models = {name: model for name, model in team.models.items() if name != options.base}
    groups, first = options.groups, options.start or (1 / len(models),) * len(models)

    def make(genome: Vector, name: str) -> Open:
        rows, densities = read(genome, len(models), groups, negative=options.negative)
        depth = {"weights": rows} | ({"density": densities} if options.search_density else {})
        return merge(models, options.method, name=name, base=origin, gradients=depth, seed=team.seed("masks"))

    candidates = Candidates(team, make, on_task(dev), name="merged")
    settings = Evolution(sigma=options.sigma, population=options.population, iterations=options.iterations)
    beginning = (*first * groups, *(1.0,) * (groups if options.search_density else 0))
    found = await search(Cma(beginning, settings, team.seed("search")), candidates)
    rows, densities = read(found.best, len(models), groups, negative=options.negative)
    recipe = Recipe(
        weights=dict(zip(models, zip(*rows, strict=True), strict=True)),
        density=densities or None,
        score=found.score,
        scored=found.scored,
    )
    return team.with_models({"merged": candidates.best or make(found.best, "merged")}).with_learned(recipe)


def read(
    genome: Vector, models: int, groups: int, *, negative: bool
) -> tuple[tuple[tuple[float, ...], ...], tuple[float, ...]]:
    """The weights, a row a group, and the densities, one a group or none, that a genome encodes."""
    rows = [genome[group * models : (group + 1) * models] for group in range(groups)]
    weights = tuple(tuple(one if negative else abs(one) for one in row) for row in rows)
    return weights, tuple(min(1.0, max(SPARSE, abs(one))) for one in genome[groups * models :])
