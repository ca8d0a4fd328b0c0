"""The result of the `prepare` of text/majority_vote."""

from ....agents import Message


class Weights(Message):
    """What the vote of each member counts, in the team's order.

    >>> Weights(values=(2.0, 0.5)).values
    (2.0, 0.5)
    """

    values: tuple[float, ...]
