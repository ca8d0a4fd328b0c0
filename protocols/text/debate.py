"""Multi-agent debate: answer, hear the others, answer again, vote.

    a_i(0) = LM_i(question)
    a_i(r) = LM_i(question, a_i(r-1), {a_j(r-1) for every j -> i})     r = 1 .. rounds
    return   the most frequent a_i(rounds)

Du et al. 2023, https://arxiv.org/abs/2305.14325. Unlike the paper, who hears whom is the
topology's business: `complete` is theirs, `ring` is the sparse debate of Li et al. 2024
(https://arxiv.org/abs/2406.11776). With `until_consensus` a debate stops once all agree.

Rounds alone move answers around (https://arxiv.org/abs/2508.17536). `revise: dissenters` keeps the most frequent
answer; `votes: stated` counts votes as ReConcile does (https://arxiv.org/abs/2309.13007), by a confidence that each
member is asked for, once, at the end; `prune` removes arrows that dev does not need: see `trainers/search/pruning`;
`mask` those from the worst member on dev, a defence against saboteurs (https://arxiv.org/abs/2602.05176).
"""

from functools import partial
from typing import Any, Final

from ...agents import Answer, Ask, Team, Writer
from ...agents.about import about
from ...agents.aggregation import bulleted
from ...agents.confidence import confident_vote
from ...agents.objective import Objective
from ...agents.options import takes
from ...agents.voting import dissenters, plurality, unanimous
from ...trainers.search.pruning import Pruned, masked, pruned
from .messages.debate import Revise
from .options.debate import Options

HEARS: Final = True
"""Its members hear each other: a scenario names the topology."""


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective | None, options: Options) -> Team[Writer]:
    """The team; with `prune` or `mask`, on the topology that is left."""
    if options.mask == "dev":
        return await masked(team, dev, where="text/debate.mask")
    if not options.prune:
        return team
    by_options = partial(answer, options=options)
    return await pruned(team, dev, by_options, options.prune, by=options.by, where="text/debate.prune")


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The most frequent answer after `rounds` rounds of hearing each other."""
    said = await team.ask_all(question)
    for _ in range(options.rounds):
        if (options.until_consensus or options.revise == "dissenters") and unanimous(said.values(), team.read):
            team.stop("consensus")
            break
        heard = await team.exchange(said)
        revising = dissenters(said, team.read) if options.revise == "dissenters" else team.names
        said |= await team.ask_each(
            {
                name: about(
                    question, Revise, own=said[name].text, heard=bulleted(one.text for one in heard[name].values())
                )
                for name in revising
                if heard[name] or not options.removes
            }
        )
    if options.votes == "stated":
        return await confident_vote(team, question, said)
    return plurality(said.values(), team.read)


async def review(team: Team[Writer], dev: Objective, test: Objective) -> dict[str, Any]:
    """With `prune` or `mask`, `pruned.json`: the arrows that are left, and what each removal was worth on dev."""
    found = team.learned_as(Pruned)
    return {} if found is None else {"pruned.json": found.model_dump(mode="json")}
