"""Evolve: a merge whose weights, layer group by layer group, are found by evolution on dev.

    theta^l = method(theta_1^l, .., theta_K^l; b^l; w^l, density^l);   w, density = CMA-ES on dev(theta)

Akiba et al. 2024, https://arxiv.org/abs/2403.13187, in parameter space; mergekit-evolve. What differs: settings
are linear between `groups` points over the depth instead of constant within a group; the start, equal weights,
is a candidate, so the result is never worse than it on dev; candidates of a round are scored at once, and no
checkpoint is written.
"""

from ...agents import Message, Open, Team
from ...agents.errors import BadScenario
from ...agents.objective import Objective
from ...trainers.merging import check_settings, merge
from ...trainers.merging.checks import check_mergeable
from ...trainers.search import Vector, search
from ...trainers.search.candidates import Candidates
from ...trainers.search.evolution import Cma, Evolution
from ...trainers.search.scoring import on_task

SPARSE = 0.05
"""The smallest density a search may try: below, hardly anything of a change is left."""


class Recipe(Message):
    """The best recipe: each model's weight, and the density if it was searched, from the first group to the last."""

    weights: dict[str, tuple[float, ...]]
    density: tuple[float, ...] | None
    score: float
    scored: int


async def prepare(
    team: Team[Open],
    dev: Objective,
    *,
    base: str | None = None,
    method: str = "linear",
    groups: int = 1,
    search_density: bool = False,
    start: tuple[float, ...] | None = None,
    negative: bool = False,
    sigma: float = 1 / 6,
    population: int = 8,
    iterations: int = 10,
) -> Team[Open]:
    """A team of one, the best merge of all members but `base`, which methods that add up changes need.

    `start` is one weight a model, 1 / K each by default. Weights are taken as they are, by their size unless
    `negative` allows signs. `groups` is at how many depths they are searched.
    """
    check(team.names, base=base, method=method, groups=groups, search_density=search_density, start=start)
    check_mergeable(team.models)
    origin = None if base is None else team.models[base]
    models = {name: model for name, model in team.models.items() if name != base}
    first = start or (1 / len(models),) * len(models)

    def make(genome: Vector, name: str) -> Open:
        rows, densities = read(genome, len(models), groups, negative=negative)
        depth = {"weights": rows} | ({"density": densities} if search_density else {})
        return merge(models, method, name=name, base=origin, gradients=depth, seed=team.seed("masks"))

    candidates = Candidates(team, make, on_task(dev), name="merged")
    settings = Evolution(sigma=sigma, population=population, iterations=iterations)
    beginning = (*first * groups, *(1.0,) * (groups if search_density else 0))
    found = await search(Cma(beginning, settings, team.seed("search")), candidates)
    rows, densities = read(found.best, len(models), groups, negative=negative)
    recipe = Recipe(
        weights=dict(zip(models, zip(*rows, strict=True), strict=True)),
        density=densities or None,
        score=found.score,
        scored=found.scored,
    )
    return team.with_models({"merged": candidates.best or make(found.best, "merged")}).with_learned(recipe)


def check(
    members: tuple[str, ...],
    *,
    base: str | None = None,
    method: str = "linear",
    groups: int = 1,
    search_density: bool = False,
    start: tuple[float, ...] | None = None,
) -> None:
    """Raise `BadScenario` or `UnknownName` for a search that has no meaning."""
    models = check_settings(members, base, method, {"density": 0.5} if search_density else {})
    if groups < 1:
        raise BadScenario(f"weight/evolve.groups: {groups} depths. The smallest search has 1.")
    if start is not None and len(start) != models:
        raise BadScenario(f"weight/evolve.start: {len(start)} weights for {models} models. Give one a model.")


def read(
    genome: Vector, models: int, groups: int, *, negative: bool
) -> tuple[tuple[tuple[float, ...], ...], tuple[float, ...]]:
    """A genome as weights, a row a group, and densities, one a group or none."""
    rows = [genome[group * models : (group + 1) * models] for group in range(groups)]
    weights = tuple(tuple(one if negative else abs(one) for one in row) for row in rows)
    return weights, tuple(min(1.0, max(SPARSE, abs(one))) for one in genome[groups * models :])
