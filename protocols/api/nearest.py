"""Nearest neighbours: a question goes to the member that did best on the dev questions most like it.

    N      = the k dev questions of largest cosine with the question, or those of the most alike of `clusters` clusters
    u_m    = mean over N of  score_m - price * tokens_m / 1000
    return   LM_argmax u (question)

kNN routing, https://arxiv.org/abs/2505.12601; clusters after Avengers-Pro, https://arxiv.org/abs/2508.12631. What
differs: k is chosen by leave-one-out on dev; nothing is scaled within a cluster; where routing gains nothing on dev,
leave-one-out, over the member that is best on all of dev, that one answers everything (`fallback`). Ties go to the
member that wrote less on dev, then to the first. Dev questions that a call failed on are left out.
"""

from typing import Any

from ...agents import Answer, Ask, Team, Writer
from ...agents.errors import BadScenario
from ...agents.final import finish
from ...agents.objective import Objective
from ...agents.options import takes
from ...agents.outcomes import outcomes
from ...evaluators.embedding import neighbours as near
from ...evaluators.embedding.sentences import NoEncoder
from ...trainers.search.nearest_routes import Routes, chosen, routed
from .options.nearest import Options


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective, options: Options) -> Team[Writer]:
    """The team with its routes. Raises `BadScenario` for more neighbours or clusters than dev has room for."""
    found = await outcomes(team, dev, options.price)
    count = len(found.questions)
    most = count // 20 if options.clusters else count
    wanted = options.clusters or options.neighbours or 1
    if wanted > most:
        what = "clusters" if options.clusters else "neighbours"
        raise BadScenario(
            f"api/nearest.{what}: {wanted} of {count} scored dev questions. "
            f"Use at most {most}, or a task with more of them."
        )
    routes = Routes(questions=found.questions, utilities=found.utilities, tokens=found.tokens, neighbours=1)
    try:
        kept = chosen(
            routes,
            options.encoder,
            neighbours=options.neighbours,
            clusters=options.clusters,
            fallback=options.fallback,
        )
    except NoEncoder as error:
        raise BadScenario(f"api/nearest.encoder: {error}") from error
    return team.with_learned(kept)


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The answer of the member that did best on the dev questions most like it. Raises `BadScenario` unprepared."""
    routes = team.learned_as(Routes)
    if routes is None:
        raise BadScenario("api/nearest: no routes. Prepare the team on dev first.")
    if routes.always is not None:
        return await finish(team, routes.always, question)
    (name,) = routed(routes, near.similarities(options.encoder, [question.text], routes.questions))
    return await finish(team, name, question)


@takes(Options)
async def review(team: Team[Writer], dev: Objective, test: Objective, options: Options) -> dict[str, Any]:
    """One file, `routes.json`: the neighbours or clusters, and whether routing gained on dev over the best member."""
    routes = team.learned_as(Routes)
    return {} if routes is None else {"routes.json": routes.model_dump(mode="json", exclude={"questions", "utilities"})}
