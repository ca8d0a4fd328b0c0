"""Unite: models of different tokenizers write together, one token at a time, from the union of their likeliest.

    U = union_i top_k(p_i), as text;     q_i(u) = p_i(u) / sum_U p_i, where a u that is no token of i's counts
    as the first of its tokens there;    y_t = argmax_U sum_i w_i q_i(u)

UniTE: Yao et al. 2024, https://arxiv.org/abs/2410.03777. Models of one vocabulary are compared by token ids, so
copies of a model write what it writes; inside a character only models of its vocabulary have a say. `gate` says
where they unite; the lead writes all other tokens:

    sure    where the lead's likeliest token has less than the probability `sure`; everywhere by default
    safe    SAFE: Yun et al. 2025, https://arxiv.org/abs/2510.15346. The lead drafts `draft` tokens, and the others
            read them in one pass. They unite at a token if no other's own token would go on where it begins, and
            if it is neither everyone's first choice nor has a mean probability above 1/2. Where no word of the
            union has 1/2, a word that the lead gives more than `sharpen` takes over those that begin with it.

What differs from SAFE: others spell only the last tokens of a text anew; a draft goes on if uniting confirms it.
"""

from ...agents import Answer, Ask, Stepper, Team
from ...agents.decoding.decoder import decode
from ...agents.options import takes
from .decoding.unite import Safe, Unite
from .options.unite import Options


@takes(Options)
async def answer(team: Team[Stepper], question: Ask, options: Options) -> Answer:
    """An answer decoded with all members; the first leads."""
    if options.gate == "sure":
        method = Unite(k=options.k, weights=options.weights, sure=options.sure)
    else:
        method = Safe(k=options.k, weights=options.weights, draft=options.draft, sharpen=options.sharpen)
    return await decode(team, question, method)
