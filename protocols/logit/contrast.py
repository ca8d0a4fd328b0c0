"""Contrast: steer a base model's logits toward good models and away from bad ones.

    z_t = z_base + strength * (sum_i z_toward_i - sum_i z_away_i)
    y_t ~ softmax(z_t) over the tokens with p_base >= plausible * max p_base

Unnamed, the models are ranked on dev: base is the best, toward the `k` best, away the `k` worst (MoCo's
logit_logit_contrastive). Named, it is one of these, if `plausible` and `strength` are as here:

    DExperts               base: B, toward: [EXPERT], away: [ANTI_EXPERT], strength: 2.0, plausible: 0
    proxy tuning           base: LARGE, toward: [TUNED], away: [UNTUNED], strength: 1.0, plausible: 0
    contrastive decoding   base: EXPERT, toward: [], away: [AMATEUR], strength: 1.0, plausible: 0.1

https://arxiv.org/abs/2105.03023, https://arxiv.org/abs/2401.08565, https://arxiv.org/abs/2210.15097. The last is
log p_expert - log p_amateur under its mask; a temperature T of its amateur is strength: 1/T. What differs from them:
DExperts cuts the base to its likeliest tokens before it is steered, contrastive decoding searches by beams; tokens are
picked here as `sampling` says.

With `speculate`, the `drafter`, by default the last model steered away from, writes so many tokens ahead, and the
others read them in one forward pass: the same text, sooner, where the drafter is small and often right (CoS, Fu
et al. 2025, https://arxiv.org/abs/2502.01662; see logit/fusion).

What differs from MoCo: the plausibility mask (0 turns it off); models that cancel out are not run; overlapping
ends of the ranking are refused unless allowed.
"""

from ...agents import Answer, Ask, Stepper, Team
from ...agents.decoding.decoder import decode
from ...agents.decoding.method import check_vocabularies
from ...agents.objective import Objective, required
from ...agents.options import takes
from .messages.contrast import Ranking
from .options.contrast import Options


@takes(Options)
async def prepare(team: Team[Stepper], dev: Objective | None, options: Options) -> Team[Stepper]:
    """The team with its members ranked on dev; unchanged where base, toward and away are named."""
    if options.base is not None and options.toward is not None and options.away is not None:
        return team
    dev = required(dev, "logit/contrast: ranks the models on dev, and there is none. Name base, toward and away.")
    check_vocabularies(team.models)
    names = await dev.rank(team)
    scores = tuple([await dev(team.only([name])) for name in names])
    return team.with_learned(Ranking(names=tuple(names), scores=scores))


@takes(Options)
async def answer(team: Team[Stepper], question: Ask, options: Options) -> Answer:
    """An answer decoded from contrasted logits; parts that are not named come from the dev ranking."""
    ranking = team.learned_as(Ranking)
    contrast = options.contrast(ranking.names if ranking else team.names)
    return await decode(team, question, contrast.speculating(options.speculate, options.drafter, team.names))
