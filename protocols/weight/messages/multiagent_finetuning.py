"""The result of the `prepare` of weight/multiagent_finetuning."""

from ....agents import Message


class Trained(Message):
    """The result of `prepare`: the critic of each generator, and of each iteration the score and the answers taught.

    Scores are those of the debate on the part of dev that nobody was trained on, that of 0 untrained.

    >>> Trained(critics={"amber": "amber-critic"}, scores=(0.5, 0.6), chosen=1).taught
    ({},)
    """

    critics: dict[str, str]
    scores: tuple[float, ...]
    chosen: int
    taught: tuple[dict[str, int], ...] = ({},)
