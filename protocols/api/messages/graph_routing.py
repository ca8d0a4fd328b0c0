"""The result of the `prepare` of api/graph_routing."""

from ....agents import Message
from ....agents.outcomes import Outcomes


class Router(Message):
    """The result of `prepare`: what was said on dev, the network's weights, and what routing is worth.

    `routed` and `single` are the mean utilities on dev of the routes, each by a network that was fitted without the
    question, and of the best member; `always` is that member where it answers everything.

    >>> Router(outcomes=Outcomes((), {}, {}), weights={}, routed=0.5, single=0.7, always="amber").always
    'amber'
    """

    outcomes: Outcomes
    weights: dict[str, tuple[tuple[float, ...], ...]]
    routed: float
    single: float
    always: str | None = None
