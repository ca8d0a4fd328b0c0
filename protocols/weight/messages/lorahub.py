"""The result of the `prepare` of weight/lorahub."""

from ....agents import Message


class Weights(Message):
    """The result of `prepare`: each model's weight, and their value, the dev score less the penalty.

    >>> Weights(weights={"amber": 0.8, "blue": -0.2}, value=0.7).weights["blue"]
    -0.2
    """

    weights: dict[str, float]
    value: float
