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

from ...agents import Answer, Ask, Stepper, Team
from ...agents.decoding.decoder import decode
from ...agents.decoding.method import check_vocabularies
from ...agents.objective import Objective, required
from ...agents.options import takes
from ...trainers.search.simplex import Weights, best_weights
from .messages.fusion import Found
from .options.fusion import Options


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
