"""Refine: answer, read the others' answers, answer again; one member merges what was said last.

    a_i(0) = LM_i(question)
    a_i(r) = LM_i(question, a_i(r-1), {a_j(r-1) for every j -> i})     r = 1 .. rounds - 1
    return   LM_best(question, {a_i(rounds - 1)})

MoCo's text_multiagent_refine; cf. Madaan et al. 2023 (Self-Refine), https://arxiv.org/abs/2303.17651. What differs: who
reads whom is the topology's business (`complete` is MoCo's); the form of the answer is asked for once, last; rounds
stop once all agree, if asked to; fewer than two rounds, which refine nothing, are refused.
"""

from typing import Final

from ...agents import Answer, Ask, Team, Writer
from ...agents.about import about
from ...agents.aggregation import aggregated, bulleted, with_aggregator
from ...agents.objective import Objective
from ...agents.options import takes
from ...agents.voting import unanimous
from .messages.refine import Refine
from .options.refine import Options

HEARS: Final = True
"""Its members read each other: a scenario names the topology."""


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective | None, options: Options) -> Team[Writer]:
    """The team with its aggregator."""
    return await with_aggregator(team, dev, options.aggregator, where="text/refine")


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The merged answer after the last round."""
    said = await team.ask_all(question)
    for _ in range(options.rounds - 1):
        if options.until_consensus and unanimous(said.values(), team.read):
            team.stop("consensus")
            break
        heard = await team.exchange(said)
        said = await team.ask_each(
            {
                name: about(
                    question, Refine, own=said[name].text, heard=bulleted(one.text for one in heard[name].values())
                )
                for name in team
            }
        )
    return await aggregated(team, question, said.values())
