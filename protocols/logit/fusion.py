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

from functools import partial
from typing import Literal

from pydantic import Field

from ...agents import Answer, Ask, Message, Stepper, Team
from ...agents.decoding.combine import Mean
from ...agents.decoding.decoder import decode
from ...agents.decoding.method import check_vocabularies
from ...agents.members import check_members
from ...agents.objective import Objective, required
from ...agents.options import ProtocolOptions, takes
from ...trainers.search.simplex import Weights, best_weights

Of = Literal["logits", "probabilities"]


class Found(Message):
    """The result of `prepare`: the best weights on dev, their score, and all weights tried, in order.

    >>> found = Found(weights=(0.7, 0.3), score=0.9, tried=(((0.5, 0.5), 0.8), ((0.7, 0.3), 0.9)))
    >>> max(found.tried, key=lambda one: one[1])[0] == found.weights
    True
    """

    weights: Weights
    score: float
    tried: tuple[tuple[Weights, float], ...]


class Options(ProtocolOptions):
    """The weights, what they average, and speculation.

    >>> Options(weights=(1, 3)).check(("amber", "blue", "coral"))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: logit/fusion.weights: 2 for 3 models. Give one a model.
    """

    weights: tuple[float, ...] | Literal["optimized"] | None = Field(
        None, description="One a member, in their order; equal by default; optimized searches them on dev."
    )
    of: Of = Field("logits", description="Average logits, a product of experts, or probabilities, a mixture.")
    tries: int = Field(24, ge=1, description="The most weights that are scored.")
    speculate: int = Field(0, description="Tokens that the drafter writes ahead.")
    drafter: str | None = Field(None, description="The member that drafts, by default the last.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for a drafter that is not a member, `BadScenario` for weights that do not fit."""
        check_members(members, (self.drafter,))
        self.mean(None if self.weights == "optimized" else self.weights, members)

    def mean(self, weights: tuple[float, ...] | None, members: tuple[str, ...]) -> Mean:
        """The decoding method with these weights."""
        mean = Mean.checked(weights, self.of, len(members), where="logit/fusion.weights")
        return mean.speculating(self.speculate, self.drafter, members)


@takes(Options)
async def prepare(team: Team[Stepper], dev: Objective | None, options: Options) -> Team[Stepper]:
    """The team, with `weights: optimized` the one with the best of `tries` weights on dev."""
    if options.weights != "optimized":
        return team
    objective = required(
        dev, "logit/fusion: optimized weights are searched on dev, and there is none. Give the weights."
    )
    check_vocabularies(team.models)

    async def score(tried: Weights) -> float:
        alone = [name for name, weight in zip(team, tried, strict=True) if weight == 1]
        if alone:
            return await objective(team.only(alone))
        return await objective.score(team, partial(answer, weights=tried, of=options.of), name="fused")

    found = await best_weights(len(team), score, tries=options.tries)
    return team.with_learned(Found(weights=found.weights, score=found.score, tried=found.tried))


@takes(Options)
async def answer(team: Team[Stepper], question: Ask, options: Options) -> Answer:
    """An answer decoded from the mean over all members."""
    weights, found = options.weights, team.learned_as(Found)
    if weights == "optimized":
        weights = found.weights if found else None
    return await decode(team, question, options.mean(weights, team.names))
