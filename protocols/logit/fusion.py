"""Logit fusion: write one token at a time from the mean of all models' next-token distributions.

    z_t = sum_i w_i LM_i(question, y_<t);     y_t ~ softmax(z_t)

The mean of logits is a product of experts: a model that is flat changes little, one that is sure decides.
`of="probabilities"` is the mixture instead. MoCo's logit_logit_fusion. What differs: fp32, key-value caches,
every model its own chat template, and vocabularies are compared before the first token; `weights: optimized`,
which MoCo announces, searches the weights on dev.

Speculative collaborative decoding, CoS (Fu et al. 2025, https://arxiv.org/abs/2502.01662): with `speculate`, one
member writes so many tokens ahead by itself, all others read them in one forward pass each, and the draft
serves as far as it is what is picked from the fused logits. What differs from CoS: tokens are picked with the
same random numbers as without a draft, and drafted with them too, so the text is that of the plain loop, not
only its distribution; and one `drafter` writes all drafts where in CoS the models take turns: by default the last
member, so name the smallest model last.
"""

from typing import Literal

from ...agents import Answer, Ask, Message, Stepper, Team
from ...agents.collective import Collective
from ...agents.decoding.combine import Mean
from ...agents.decoding.decoder import decode
from ...agents.decoding.method import check_vocabularies
from ...agents.errors import BadScenario
from ...agents.objective import Objective
from ...trainers.search.simplex import Weights, best_weights

Of = Literal["logits", "probabilities"]


class Found(Message):
    """The best weights on dev, their score, and everything that was tried, in order."""

    weights: Weights
    score: float
    tried: tuple[tuple[Weights, float], ...]


def check(
    members: tuple[str, ...],
    *,
    weights: tuple[float, ...] | Literal["optimized"] | None = None,
    of: Of = "logits",
    speculate: int = 0,
    drafter: str | None = None,
) -> None:
    """Raise `BadScenario` for weights that cannot be these members', or a draft that no one can write."""
    mean = Mean.checked(None if weights == "optimized" else weights, of, len(members))
    mean.speculating(speculate, drafter, members)


async def prepare(
    team: Team[Stepper],
    dev: Objective | None,
    *,
    weights: tuple[float, ...] | Literal["optimized"] | None = None,
    of: Of = "logits",
    tries: int = 24,
) -> Team[Stepper]:
    """With `weights: optimized`, the best of `tries` weights on dev; else the team as it is."""
    if weights != "optimized":
        return team
    if dev is None:
        raise BadScenario("logit/fusion: optimized weights are searched on dev, and there is none. Give the weights.")

    check_vocabularies(team.models)

    async def score(tried: Weights) -> float:
        async def fused(members: Team[Stepper], question: Ask) -> Answer:
            return await decode(members, question, Mean.checked(tried, of, len(members)))

        alone = [name for name, weight in zip(team, tried, strict=True) if weight == 1]
        return await dev(team.only(alone) if alone else team.with_models({"fused": Collective(team, fused)}))

    found = await best_weights(len(team), score, tries=tries)
    return team.with_learned(Found(weights=found.weights, score=found.score, tried=found.tried))


async def answer(
    team: Team[Stepper],
    question: Ask,
    *,
    weights: tuple[float, ...] | Literal["optimized"] | None = None,
    of: Of = "logits",
    speculate: int = 0,
    drafter: str | None = None,
) -> Answer:
    """One text by all members; `weights` are in their order and equal by default."""
    found = team.learned_as(Found)
    if weights == "optimized":
        weights = found.weights if found else None
    mean = Mean.checked(weights, of, len(team))
    return await decode(team, question, mean.speculating(speculate, team.named(drafter) or None, team.names))
