"""Logit fusion: write one token at a time from the mean of all models' next-token distributions.

    z_t = sum_i w_i LM_i(question, y_<t);     y_t ~ softmax(z_t)

The mean of logits is a product of experts: a model that is flat changes little, one that is sure decides.
`of="probabilities"` is the mixture instead. MoCo's logit_logit_fusion. What differs: fp32, key-value caches,
every model its own chat template, and vocabularies are compared before the first token.
"""

from typing import Literal

from ...agents import Answer, Ask, Stepper, Team
from ...agents.models.decoding import Mean


async def answer(
    team: Team[Stepper],
    question: Ask,
    *,
    weights: tuple[float, ...] | None = None,
    of: Literal["logits", "probabilities"] = "logits",
) -> Answer:
    """One text by all members; `weights` are in their order and equal by default."""
    return await team.decode(question, Mean.checked(weights, of, len(team)))
