"""Mixture of agents: layers of proposers, each reading all answers of the layer before; an aggregator writes the last.

    a_i(1) = LM_i(question),   `samples` times each
    a_i(r) = LM_i(question, {a_j(r-1)})     r = 2 .. layers
    return   LM_aggregator(question, {a_j(layers)})

Wang et al. 2024, https://arxiv.org/abs/2406.04692, and MoCo's text_moa; with one member and several samples it is
Self-MoA, Li et al. 2025, https://arxiv.org/abs/2502.00674. What differs: the prompt is ours; `shown: others` leaves a
member's own answer out of what it reads; the aggregator may be named.
"""

from ...agents import Answer, Ask, Team, Writer
from ...agents.about import about
from ...agents.aggregation import Aggregate, aggregated, numbered, with_aggregator
from ...agents.objective import Objective
from ...agents.options import takes
from ...agents.repeated import ask_often
from .options.mixture_of_agents import Options

Said = dict[tuple[str, int], Answer]
"""Answers by member and number of the sample."""


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective | None, options: Options) -> Team[Writer]:
    """The team with its aggregator."""
    return await with_aggregator(team, dev, options.aggregator, where="text/mixture_of_agents")


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The aggregator's answer."""
    said = await _layer(team, question, options, {})
    for _ in range(options.layers - 1):
        said = await _layer(team, question, options, said)
    return await aggregated(team, question, said.values())


async def _layer(team: Team[Writer], question: Ask, options: Options, before: Said) -> Said:
    """The answers of all members, `samples` each, to the question and what was said in the layer before."""
    prompts = {
        name: _prompt(question, [one for (who, _), one in before.items() if _reads(name, who, options)])
        for name in team
    }
    return await ask_often(team, prompts, options.samples)


def _reads(reader: str, speaker: str, options: Options) -> bool:
    return options.shown == "all" or reader != speaker


def _prompt(question: Ask, read: list[Answer]) -> Ask | Aggregate:
    if not read:
        return question
    return about(question, Aggregate, answers=numbered(answer.text for answer in read))
