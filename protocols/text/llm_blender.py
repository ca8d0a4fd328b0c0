"""LLM-Blender: all members answer, a ranker compares the answers in pairs, a fuser writes one from the best.

    c_i    = LM_i(question)
    p_ij   = P(ranker prefers c_i | c_i first, c_j second)     for all ordered pairs
    s_i    = sum_j (p_ij - 1/2) - (p_ji - 1/2)
    return   LM_fuser(question, top_k of c by s)

Jiang et al. 2023, https://arxiv.org/abs/2306.02561, and MoCo's text_llm_blender. What differs: both orders are compared
(MoCo: one), so that a ranker that prefers the first place decides nothing; confidence is read off the ranker's
distribution over the two letters where it shows one; a reply that names both letters or none abstains; who wrote a
candidate is not shown; ranker and fuser are members, trained (by weight/llm_blender) or not, and a ranker that is named
does not answer.
"""

from ...agents import Answer, Ask, Team, Writer
from ...agents.aggregation import aggregator, with_aggregator
from ...agents.blending import Blender
from ...agents.objective import Objective
from ...agents.options import takes
from .options.llm_blender import Options


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective | None, options: Options) -> Team[Writer]:
    """The team with its fuser: the member named, or the best answering one on dev."""
    if options.fuser is None and (options.ranker is not None and not options.fuse):
        return team
    among = team if options.fuser is not None else team.only(_answering(team, options))
    found = await with_aggregator(among, dev, options.fuser, where="text/llm_blender")
    return team if found.learned is None else team.with_learned(found.learned)


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The fused answer, or the best candidate."""
    said = await team.ask_each(dict.fromkeys(_answering(team, options), question))
    fuser = aggregator(team)
    ranker = team.named(options.ranker, default=fuser)
    blender = Blender(ranker, fuser, options.top_k, options.both_orders, options.fuse)
    return await blender.answer(team, question, said)


def _answering(team: Team[Writer], options: Options) -> list[str]:
    return [name for name in team if name != options.ranker]
