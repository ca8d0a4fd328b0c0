"""Structured interaction: members on a graph read their neighbours and answer again; one node's last answer counts.

    a_i(0) = LM_i(question)
    a_i(r) = LM_i(question, a_i(r-1), {a_j(r-1) for every j -> i})     r = 1 .. rounds - 1
    return   a_best(rounds - 1)

A node that hears nobody keeps its answer.

MoCo's text_structure; cf. Yu et al. 2025 (NetSafe), https://arxiv.org/abs/2410.15686. What differs: the graph is the
team's topology, whose `star` has a hub and no ring; nodes whose words cannot reach the answering node in the rounds
that are left are not asked, which changes no answer (`prune: false` asks them all).
"""

from typing import Final

from ...agents import Answer, Ask, Team, Writer
from ...agents.about import about
from ...agents.aggregation import aggregator, numbered, with_aggregator
from ...agents.objective import Objective
from ...agents.options import takes
from ...agents.topology import upstream
from .messages.structured_interaction import Update
from .options.structured_interaction import Options

HEARS: Final = True
"""Its members read their neighbours: a scenario names the topology."""


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective | None, options: Options) -> Team[Writer]:
    """The team with its answering node."""
    return await with_aggregator(team, dev, options.aggregator, where="text/structured_interaction")


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The answering node's last answer."""
    last = aggregator(team)
    needed = [upstream(team.topology, last, left) if options.prune else set(team) for left in range(options.rounds)][
        ::-1
    ]
    said = await team.ask_each({name: question for name in team if name in needed[0]})
    for names in needed[1:]:
        heard = await team.exchange(said)
        prompts = {
            name: about(question, Update, own=said[name].text, heard=numbered(one.text for one in heard[name].values()))
            for name in team
            if name in names and heard[name]
        }
        said = {name: said[name] for name in team if name in names} | await team.ask_each(prompts)
    return said[last]
