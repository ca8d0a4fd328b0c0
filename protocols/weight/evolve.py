"""Evolve: a merge whose weights, layer group by layer group, are found by evolution on dev.

    theta^l = method(theta_1^l, .., theta_K^l; b^l; w^l, density^l);   w, density = CMA-ES on dev(theta)

Akiba et al. 2024, https://arxiv.org/abs/2403.13187, in parameter space; mergekit-evolve. What differs: settings
are linear between `groups` points over the depth instead of constant within a group; the start, equal weights,
is a candidate, so the result is never worse than it on dev; candidates of a round are scored at once, and no
checkpoint is written.
"""

from pydantic import Field

from ...agents import Message, Open, Team
from ...agents.errors import BadScenario
from ...agents.objective import Objective
from ...agents.options import ProtocolOptions, takes
from ...trainers.merging import check_settings, merge
from ...trainers.merging.checks import check_mergeable
from ...trainers.search import Vector, search
from ...trainers.search.candidates import Candidates
from ...trainers.search.evolution import Cma, Evolution
from ...trainers.search.scoring import on_task

SPARSE = 0.05
"""The smallest density in the search: a smaller one leaves hardly any of a change."""


class Recipe(Message):
    """The result of `prepare`: the best weights by model and densities (None if not searched), a value a group.

    `score` is the dev score of the best candidate, `scored` the number of candidates.

    >>> Recipe(weights={"amber": (0.2, 0.7), "blue": (0.8, 0.3)}, density=None, score=0.9, scored=80).weights["blue"]
    (0.8, 0.3)
    """

    weights: dict[str, tuple[float, ...]]
    density: tuple[float, ...] | None
    score: float
    scored: int


class Options(ProtocolOptions):
    """The merging method and the search of its weights.

    >>> Options(groups=0).check(("amber", "blue"))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: weight/evolve.groups: 0 depths. The smallest search has 1.
    """

    base: str | None = Field(None, description="The member the others were trained from, for methods that need one.")
    method: str = Field("linear", description="A merging method, see weight/merge.")
    groups: int = Field(1, description="The number of depths at which weights are searched; linear between them.")
    search_density: bool = Field(False, description="Search the method's density too.")
    start: tuple[float, ...] | None = Field(None, description="One weight a model, by default 1 / K each.")
    negative: bool = Field(False, description="Allow negative weights.")
    sigma: float = Field(1 / 6, gt=0, description="The standard deviation of the first candidates from the start.")
    population: int = Field(8, ge=2, description="Candidates of a round.")
    iterations: int = Field(10, ge=1, description="Rounds.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `BadScenario` or `UnknownName` for a method, groups or start that do not fit the members."""
        models = check_settings(members, self.base, self.method, {"density": 0.5} if self.search_density else {})
        if self.groups < 1:
            raise BadScenario(f"weight/evolve.groups: {self.groups} depths. The smallest search has 1.")
        if self.start is not None and len(self.start) != models:
            raise BadScenario(f"weight/evolve.start: {len(self.start)} weights for {models} models. Give one a model.")


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
