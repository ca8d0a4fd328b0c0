"""Majority vote: everyone answers once, the most frequent answer wins.

    a_i = LM_i(question);    return argmax_a sum of w_i over {i : read(a_i) = a}
    w_i = 1,  or with `weights: dev`  log(s_i (K - 1) / (1 - s_i)),  s_i = (dev score + 1) / (dev questions + 2)

Votes are counted on answers as the task reads them, so "4" and "4." are one vote; an answer that
cannot be read abstains. Ties go to the first voter, to the better model on dev, or to chance.
Cf. Wang et al. 2022 (self-consistency), https://arxiv.org/abs/2203.11171. The weights are best for independent voters
whose errors fall evenly on the K - 1 wrong `answers` (Nitzan and Paroush 1982; cf. https://arxiv.org/abs/2510.01499);
who is worse than chance on dev votes against. `stop` asks one after another, the best on dev first where there is a
dev split, until what is left can change nothing: the answer of the full vote in fewer calls (after the stopping of
https://arxiv.org/abs/2604.02863). `overturn` follows the minority where a rule that was fitted on dev says so
(trainers/heads/overturning.py).
"""

from random import Random

from ...agents import Answer, Ask, Team, Writer
from ...agents.objective import Objective, required
from ...agents.options import takes
from ...agents.voting import decided, leaders
from ...trainers.heads.overturning import Overturn, overturn, sides_of
from ...trainers.search.vote_weights import vote_weights
from .messages.majority_vote import Weights
from .options.majority_vote import Options


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective | None, options: Options) -> Team[Writer]:
    """The team with its weights, best on dev first with `tie: dev`, `weights: dev`, or a `stop` on a task with dev."""
    if options.without_dev is not None:
        dev = required(dev, options.without_dev)
    elif not options.stop or dev is None:
        return team
    team = team.only(await dev.rank(team))
    if options.weights == "none" and not options.overturn:
        return team
    graded = {name: await dev.graded(team.only([name])) for name in team}
    if options.overturn:
        return team.with_learned(overturn(graded, options.keep))
    return team.with_learned(Weights(values=vote_weights(graded.values(), options.answers, where="text/majority_vote")))


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The answer with the most votes, as its first voter gave it; an empty answer if all abstain."""
    learned = team.learned_as(Weights)
    weights = [1.0] * len(team) if learned is None else list(learned.values)
    said: list[Answer] = []
    if options.stop:
        for name in team:
            if decided([team.read(one.text) for one in said], weights[len(said) :], weights):
                team.stop("consensus")
                break
            said.append(await team.ask(name, question))
    else:
        said += (await team.ask_all(question)).values()
    if (rule := team.learned_as(Overturn)) is not None:
        by = dict(zip(team, said, strict=True))
        sides = sides_of({name: team.read(one.text) for name, one in by.items()})
        if sides is not None and rule.flips(by, sides):
            return by[sides.minority[0]]
    tied = leaders(said, team.read, weights)
    return Random(team.seed("tie")).choice(tied) if options.tie == "random" else tied[0]
