"""The settings of an export to verl."""

from collections.abc import Mapping
from typing import Final, Self

from pydantic import Field, model_validator

from ....agents.errors import UnknownName
from ....agents.frozen import Frozen

METRICS: Final = ("accuracy", "interactivity", "bleu_score", "pass_rate", "token_amount")
"""The metrics that the exported reward file has, under the recipe's names."""

WEIGHTS: Final = {"accuracy": 1.0, "interactivity": 1.0, "token_amount": -0.0001}
"""The recipe's weights for mathematics; a word costs 0.0001."""

SYSTEM: Final = """\
You work together with a user over several messages. Find out what the user really wants, and keep in mind what was \
said before. Where something that you need is missing, ask for it, precisely, before you guess: "Could you tell me \
more?" is worse than "For how many people, and on which day?". Offer choices and the next step where that helps. \
Reading and typing cost the user time: be brief and do not repeat yourself. Match the user's tone, say so when you do \
not know something, and be right."""
"""The system turn of the exported prompts, unless another is given."""


class VerlSettings(Frozen):
    """What is trained on what: the task in a few words, the split, futures, weights, and models by their names.

    `evaluated` is the share of goals for validation, or from 1 on their number (verl needs some).

    >>> VerlSettings(weights={"accuracy": 1.0}).futures
    3
    """

    task: str = "general ask-for-assistance task"
    system: str = SYSTEM
    evaluated: float = Field(0.1, gt=0, allow_inf_nan=False)
    seed: int = 42
    window: int = Field(2, ge=1, le=100)
    futures: int = Field(3, ge=1, le=100)
    weights: Mapping[str, float] = WEIGHTS
    model: str = "Qwen/Qwen2.5-7B-Instruct"
    user_model: str = "gpt-4o-mini"
    judge_model: str = "gpt-4o-mini"

    @model_validator(mode="after")
    def _known(self) -> Self:
        for name in self.weights:
            if name not in METRICS:
                raise UnknownName("metric", name, METRICS, where="weight")
        return self
