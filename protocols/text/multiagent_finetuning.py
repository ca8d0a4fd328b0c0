"""Multiagent finetuning at test time: generators answer, critics refine what they said after a digest of the others.

    a_i(0) = LM_generator_i(question)
    d_i    = the others' a_j(r-1), or a summary of them
    a_i(r) = LM_critic_i(question, d_i, a_i(r-1))     r = 1 .. rounds - 1
    return   argmax_a |{i : read(a_i(rounds - 1)) = a}|

Subramaniam et al. 2025, https://arxiv.org/abs/2501.05707, and MoCo's text_multiagent_finetuning. What differs: the
finetuning itself is that of weight/multiagent_finetuning: generators and critics are members, trained or not, and where
no critics are named each member is its own; a summarizer writes the digest as in the paper, where one is named (MoCo
joins the answers); an answer that cannot be read abstains; ties go to the first generator, not to the first letter.
"""

from collections.abc import Mapping

from ...agents import Answer, Ask, Team, Writer
from ...agents.about import about
from ...agents.concurrency import gather
from ...agents.criticism import Criticize, Digest, joined
from ...agents.options import takes
from ...agents.voting import plurality, unanimous
from .options.multiagent_finetuning import Options


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The most frequent answer after the last round."""
    said = await team.ask_each(dict.fromkeys(options.generators(team.names), question))
    for _ in range(options.rounds - 1):
        if options.until_consensus and unanimous(said.values(), team.read):
            team.stop("consensus")
            break
        digests = await _digests(team, question, said, options.summarizer)
        prompts = {name: about(question, Criticize, digest=digests[name], own=own.text) for name, own in said.items()}
        critics = options.critics or {}
        said = await gather({name: team.ask(critics.get(name, name), prompts[name]) for name in said})
    return plurality(said.values(), team.read)


async def _digests(
    team: Team[Writer], question: Ask, said: Mapping[str, Answer], summarizer: str | None
) -> dict[str, str]:
    """What each generator's critic reads of the others."""
    others = joined(said)
    if summarizer is None:
        return others
    prompts = {name: about(question, Digest, answers=text) for name, text in others.items()}
    written = await gather({name: team.ask(summarizer, prompt) for name, prompt in prompts.items()})
    return {name: one.text for name, one in written.items()}
