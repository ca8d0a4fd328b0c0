"""LLM-Blender: all members answer, a ranker compares the answers in pairs, a fuser writes one from the best.

    c_i    = LM_i(question)
    p_ij   = P(ranker prefers c_i | c_i first, c_j second)     for all ordered pairs
    s_i    = sum_j (p_ij - 1/2) - (p_ji - 1/2)
    return   LM_fuser(question, top_k of c by s)

Jiang et al. 2023, https://arxiv.org/abs/2306.02561, and MoCo's text_llm_blender. What differs: both orders are compared
(MoCo: one), so that a ranker that prefers the first place decides nothing; confidence is read off the ranker's
distribution over the two letters where it shows one; a reply that names both letters or none abstains; who wrote a
candidate is not shown; ranker and fuser are members, trained or not, and a ranker that is named does not answer.
"""

from collections.abc import Mapping
from itertools import combinations, permutations
from typing import Final

from ...agents import Answer, Ask, Team, Writer
from ...agents.about import about
from ...agents.aggregation import aggregator, numbered, with_aggregator
from ...agents.concurrency import gather
from ...agents.objective import Objective
from ...agents.options import takes
from ...agents.pairwise import margins
from .messages.llm_blender import Compare, Fuse
from .options.llm_blender import Options

LETTERS: Final = ("A", "B")


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
    scores = await _scores(team, question, said, options)
    best = sorted(said, key=lambda name: -scores[name])[: options.top_k]
    if not options.fuse:
        return said[best[0]]
    prompt = about(question, Fuse, candidates=numbered(said[name].text for name in best))
    return await team.ask(aggregator(team), prompt)


def _answering(team: Team[Writer], options: Options) -> list[str]:
    return [name for name in team if name != options.ranker]


async def _scores(team: Team[Writer], question: Ask, said: Mapping[str, Answer], options: Options) -> dict[str, float]:
    """The score of each candidate: how much it is preferred, less how much others are, over all comparisons."""
    ranker = team.named(options.ranker, default=aggregator(team))
    prompts = {
        (one, other): about(question, Compare, first=said[one].text, second=said[other].text)
        for one, other in (permutations if options.both_orders else combinations)(said, 2)
    }
    choices = await gather({pair: team.choose(ranker, prompt, LETTERS) for pair, prompt in prompts.items()})
    return margins(said, choices)
