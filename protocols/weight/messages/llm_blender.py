"""The result of the `prepare` of weight/llm_blender."""

from collections.abc import Mapping

from pydantic import Field

from ....agents import Message


class Blending(Message, tag="llm_blender.blending/1"):
    """The result of `prepare`: who answers, ranks and fuses, and what is served; scores on dev without training.

    `kept` is `vote`, `untrained` or `trained`. `taught` counts the comparisons and the fusions that were trained on.

    >>> Blending(answering=("amber",), ranker="blue", fuser="amber", kept="vote", scores={}).taught
    {}
    """

    answering: tuple[str, ...]
    ranker: str
    fuser: str
    kept: str
    scores: dict[str, float]
    taught: Mapping[str, int] = Field(default_factory=dict)
