"""Nearest neighbours: a question goes to the member that did best on the dev questions most like it.

    N      = the k dev questions of largest cosine with the question, or those of the most alike of `clusters` clusters
    u_m    = mean over N of  score_m - price * tokens_m / 1000
    return   LM_argmax u (question)

kNN routing, https://arxiv.org/abs/2505.12601; clusters after Avengers-Pro, https://arxiv.org/abs/2508.12631. What
differs: k is chosen by leave-one-out on dev; nothing is scaled within a cluster; where routing gains nothing on dev,
leave-one-out, over the member that is best on all of dev, that one answers everything (`fallback`). Ties go to the
member that wrote less on dev, then to the first. Dev questions that a call failed on are left out.
"""

from typing import Any, Final

import numpy as np
from pydantic import Field

from ...agents import Answer, Ask, Message, Team, Writer
from ...agents.errors import BadScenario
from ...agents.objective import Objective
from ...agents.options import ProtocolOptions, takes
from ...agents.outcomes import outcomes
from ...evaluators.embedding import neighbours as near
from ...evaluators.embedding.sentences import NoEncoder

GRID: Final = (1, 5, 10, 20, 50, 100)
"""The numbers of neighbours that are tried."""


class Routes(Message):
    """The result of `prepare`: dev questions, the utility of each member on each, and what was chosen by leave-one-out.

    `clusters` has the cluster of each question; `routed` and `single` are the mean utilities on dev of the routes,
    leave-one-out, and of the best member alone; `always` is that member where it answers everything.

    >>> Routes(questions=("2 + 2?",), utilities={"amber": (1.0,)}, tokens={"amber": 7.0}, neighbours=1).always is None
    True
    """

    questions: tuple[str, ...]
    utilities: dict[str, tuple[float, ...]]
    tokens: dict[str, float]
    neighbours: int
    clusters: tuple[int, ...] = ()
    routed: float = 0.0
    single: float = 0.0
    always: str | None = None


class Options(ProtocolOptions):
    """The neighbourhood, the encoder, the price of text, and the fallback.

    >>> Options(neighbours=5, clusters=3).check(("amber", "blue"))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: api/nearest: neighbours and clusters. Give one of them.
    """

    neighbours: int | None = Field(None, ge=1, description="Dev questions that count; by leave-one-out if null.")
    clusters: int = Field(0, ge=0, description="Clusters of dev questions, 2 to a 20th of them; 0 for neighbours.")
    price: float = Field(0.0, ge=0, description="The score that 1,000 generated tokens cost.")
    encoder: str = Field("ngrams", description="What makes vectors: ngrams, packaged, or the folder of an encoder.")
    fallback: bool = Field(True, description="The best member answers everything where routing gains nothing on dev.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `BadScenario` for neighbours and clusters at once, and for one cluster."""
        if self.clusters and self.neighbours:
            raise BadScenario("api/nearest: neighbours and clusters. Give one of them.")
        if self.clusters == 1:
            raise BadScenario("api/nearest.clusters: 1 is the best member on dev. Use 2 or more, 0 for neighbours.")


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
    routes = Routes(
        questions=found.questions,
        utilities=found.utilities,
        tokens=found.tokens,
        neighbours=options.neighbours or 1,
    )
    try:
        return team.with_learned(chosen(routes, options))
    except NoEncoder as error:
        raise BadScenario(f"api/nearest.encoder: {error}") from error


def chosen(routes: Routes, options: Options) -> Routes:
    """The routes with their number of neighbours or their clusters, and the fallback, by leave-one-out on dev."""
    count = len(routes.questions)
    if options.clusters:
        held = near.clusters(near.known_vectors(options.encoder, routes.questions), options.clusters)
        tried = [routes.model_copy(update={"clusters": tuple(map(int, held))})]
    else:
        numbers = [options.neighbours] if options.neighbours else [k for k in GRID if k < count] or [1]
        tried = [routes.model_copy(update={"neighbours": number}) for number in numbers]
    worth = [left_out(one, options.encoder) for one in tried]
    means = {name: float(np.mean(values)) for name, values in routes.utilities.items()}
    best = max(means, key=lambda name: (means[name], -routes.tokens[name]))
    alone = best if options.fallback and max(worth) <= means[best] else None
    found = {"routed": max(worth), "single": means[best], "always": alone}
    return tried[worth.index(max(worth))].model_copy(update=found)


def left_out(routes: Routes, encoder: str) -> float:
    """The mean utility on dev where each question is routed by the others; the worst there is where there is none."""
    table = np.array(list(routes.utilities.values()))
    if len(routes.questions) < 2:
        return float(table.min())
    likeness = near.similarities(encoder, routes.questions, routes.questions)
    np.fill_diagonal(likeness, -np.inf)
    names = [one for row in likeness for one in routed(routes, row[None, :])]
    return float(np.mean([routes.utilities[name][at] for at, name in enumerate(names)]))


def routed(routes: Routes, likeness: Any) -> list[str]:  # noqa: ANN401
    """The member for each row of cosines with the dev questions; one of minus infinity is left out."""
    weights = (
        near.regions(likeness, np.array(routes.clusters))
        if routes.clusters
        else near.nearest(likeness, routes.neighbours)
    )
    means = {name: weights @ np.array(values) for name, values in routes.utilities.items()}
    return [
        max(means, key=lambda name: (round(float(means[name][at]), 9), -routes.tokens[name]))
        for at in range(len(likeness))
    ]


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The answer of the member that did best on the dev questions most like it. Raises `BadScenario` unprepared."""
    routes = team.learned_as(Routes)
    if routes is None:
        raise BadScenario("api/nearest: no routes. Prepare the team on dev first.")
    if routes.always is not None:
        return await team.ask(routes.always, question)
    (name,) = routed(routes, near.similarities(options.encoder, [question.text], routes.questions))
    return await team.ask(name, question)


@takes(Options)
async def review(team: Team[Writer], dev: Objective, test: Objective, options: Options) -> dict[str, Any]:
    """One file, `routes.json`: the neighbours or clusters, and whether routing gained on dev over the best member."""
    routes = team.learned_as(Routes)
    return {} if routes is None else {"routes.json": routes.model_dump(mode="json", exclude={"questions", "utilities"})}
