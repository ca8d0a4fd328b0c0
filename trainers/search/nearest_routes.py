"""Routes to the member that did best on the dev questions most like a question, chosen by leave-one-out on dev."""

from typing import Any, Final

import numpy as np

from ...agents import Message
from ...evaluators.embedding import neighbours as near

GRID: Final = (1, 5, 10, 20, 50, 100)
"""The numbers of neighbours that are tried."""


class Routes(Message, tag="nearest.routes/1"):
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


def chosen(routes: Routes, encoder: str, *, neighbours: int | None, clusters: int, fallback: bool) -> Routes:
    """The routes with their number of neighbours or their clusters, and the fallback, by leave-one-out on dev."""
    count = len(routes.questions)
    if clusters:
        held = near.clusters(near.known_vectors(encoder, routes.questions), clusters)
        tried = [routes.model_copy(update={"clusters": tuple(map(int, held))})]
    else:
        numbers = [neighbours] if neighbours else [k for k in GRID if k < count] or [1]
        tried = [routes.model_copy(update={"neighbours": number}) for number in numbers]
    worth = [left_out(one, encoder) for one in tried]
    means = {name: float(np.mean(values)) for name, values in routes.utilities.items()}
    best = max(means, key=lambda name: (means[name], -routes.tokens[name]))
    alone = best if fallback and max(worth) <= means[best] else None
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
