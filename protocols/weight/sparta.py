"""SPARTA: members duel, the others judge, and all are trained to prefer what won; ratings weight the judges.

    each round: draw duels on dev-train, all judged by the others;   R_a, R_b <- rated(S_a - S_b)
        P = {(question, winner's answer, loser's answer)}, by the ratings after the round
        m_i <- DPO(m_i, P) for every member
    return   the member, of any round, that is best on dev-choose

Jiang et al. 2025, https://arxiv.org/abs/2506.04721, and MoCo's text_sparta; `leader: bandit` is its Stackelberg
variant. What differs: each training goes on from the newest weights (MoCo's rounds start from the base again), ratings
are kept over rounds and zero-sum (`rating: {like: original}` is MoCo's rule), judges that cannot be read abstain, and
the best is chosen on questions without duels, the members as they came included. `prefer: chance` is the control: the
same training on pairs whose winner was drawn.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ...agents import Open, Team
from ...agents.objective import Objective
from ...agents.options import takes
from ...trainers.finetuning.lessons import Halves, measured
from ...trainers.finetuning.preferring import Preferring, preferences
from ...trainers.finetuning.pupil import Pupil, models_of
from ...trainers.finetuning.settings import PreferenceSettings
from ...trainers.search.arena import Arena
from ...trainers.search.bandit import even
from ...trainers.search.duels import Draw
from ...trainers.search.ratings import rated
from .messages.sparta import Champion
from .options.sparta import Options


@takes(Options)
async def prepare(team: Team[Open], dev: Objective, options: Options) -> Team[Open]:
    """The best member of the best round. Training is not in the trace, the duels are."""
    halves = Halves.split(dev.questions, dev.groups, where="weight/sparta")
    asked = [dev.questions[place] for place in halves.train]
    draw = Draw(options.duels, options.opponents, options.chance)
    arena = Arena(rated(team, options.rating), even(len(asked), options.leading.mix), draw, options.leading)
    arena.rounds, arena.learns = options.rounds, options.leader == "bandit"
    rounds, pairs = [await measured(team, dev, halves)], [0]
    pupils = {name: Pupil.of(name, model) for name, model in team.models.items()}
    with TemporaryDirectory() as folder:
        for number in range(options.rounds):
            now = team.with_models(models_of(pupils))
            fights = await arena.round(now, asked, number)
            chance = now.seed(f"winners of round {number}") if options.prefer == "chance" else None
            verdicts = preferences(now, asked, fights, arena.ratings, chance)
            train = Preferring(verdicts, settings_of(options, team.seed(f"round {number}")), team.context.personas)
            for name in team if verdicts else ():
                pupils[name] = await train(pupils[name], Path(folder) / f"{number}-{name}", lora=options.lora)
            pairs.append(len(verdicts))
            rounds.append(await measured(team.with_models(models_of(pupils)), dev, halves))
    best = [one.members[one.best] for one in rounds]
    chosen = best.index(max(best))
    found = Champion(
        best=rounds[chosen].best,
        chosen=chosen,
        members=tuple(one.members for one in rounds),
        ratings=(dict.fromkeys(team, options.rating.start), *map(dict, arena.history)),
        pairs=tuple(pairs),
        duels=arena.ratings.duels,
    )
    return rounds[chosen].team.only([found.best]).with_learned(found)


def settings_of(options: Options, seed: int) -> PreferenceSettings:
    """The settings of a round's trainings."""
    given = {name: getattr(options, name) for name in ("rate", "epochs", "batch", "beta")}
    return PreferenceSettings(**given, gap=0, seed=seed % 2**31)


async def review(team: Team[Open], dev: Objective, test: Objective) -> dict[str, Any]:
    """`sparta.json`: the dev scores and the ratings after each round, and the number of pairs."""
    found = team.learned_as(Champion)
    return {} if found is None else {"sparta.json": found.model_dump(mode="json")}
