"""The result of the `prepare` of weight/trained_router."""

from ....agents import Message


class Router(Message, tag="trained_router.router/1"):
    """The result of `prepare`: the router, who answers, and what is served; scores on dev without training.

    `kept` is `alone`, where the member `best` answers everything, `untrained` or `trained`. `taught` counts the
    questions that were trained on, and `oracle` is the score of the best answer to each question.

    >>> Router(router="judge", answering=("amber",), best="amber", kept="alone", scores={}).taught
    0
    """

    router: str
    answering: tuple[str, ...]
    best: str
    kept: str
    scores: dict[str, float]
    oracle: float | None = None
    taught: int = 0
