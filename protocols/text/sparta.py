"""SPARTA without training: members duel on dev questions, the others judge, and the best by rating answers.

    each round: draw duels (question x by the leader; fighters a, b, of close ratings), all of them at once
        S_i = sum_j R_j s_j(LM_i(x)) / sum_j R_j over the judges j, all others;   R_a, R_b <- rated(S_a - S_b)
    return   LM_best(question)

Jiang et al. 2025, https://arxiv.org/abs/2506.04721, and MoCo's text_sparta; its Stackelberg variant is `leader:
bandit`, which draws questions that are hard and decidable. What differs: nothing is trained; no gold answer is used,
unless `best: dev`; ratings are zero-sum (`rating: {like: original}` is MoCo's rule); a judge whose rating of either
answer cannot be read abstains, and a duel that nobody judged moves nothing and rewards nothing.
"""

from ...agents import Answer, Ask, Team, Writer
from ...agents.final import finish
from ...agents.objective import Objective, required
from ...agents.options import takes
from ...trainers.search.arena import Arena
from ...trainers.search.bandit import even
from ...trainers.search.duels import Draw
from ...trainers.search.ratings import rated
from .messages.sparta import Rated
from .options.sparta import Options


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective | None, options: Options) -> Team[Writer]:
    """The team with its ratings."""
    dev = required(dev, "text/sparta: the duels are on dev questions, and the task has no dev split.")
    leader = even(len(dev.questions), options.leading.mix)
    draw = Draw(options.duels, options.opponents, options.chance)
    arena = Arena(rated(team, options.rating), leader, draw, options.leading, options.rounds)
    arena.learns = options.leader == "bandit"
    for number in range(options.rounds):
        await arena.round(team, dev.questions, number)
    best = arena.best if options.best == "rating" else (await dev.rank(team))[0]
    found = Rated(
        best=best, ratings=dict(arena.ratings.of), rounds=tuple(map(dict, arena.history)), duels=arena.ratings.duels
    )
    return team.with_learned(found)


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The answer of the best member; of the first where none was chosen."""
    learned = team.learned_as(Rated)
    return await finish(team, learned.best if learned else team.names[0], question)
