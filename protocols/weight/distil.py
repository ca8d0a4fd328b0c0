"""Distil: the team answers, its members are trained on the answers, and better members form the next team.

    rows = {(q, vote of m_1 .. m_n on q) : q in dev-train},  the right ones
    m_i <- SFT(m_i, rows + a half of its own answers + a half of the best member's)        rounds times
    return   the members of the round that is best on dev-choose

The single-multi evolution loop, https://arxiv.org/abs/2602.05182. What differs: its rows of a member's own and the best
member's answers come from the test questions of the round before, and the best member is chosen on test; here all are
of dev, half of which is taught while the other half chooses. `teacher: self` is the control: the same training on each
member's own answers.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ...agents import Answer, Ask, Open, Team
from ...agents.errors import BadScenario
from ...agents.objective import Objective
from ...agents.options import takes
from ...agents.voting import plurality
from ...trainers.finetuning.distillation import taught
from ...trainers.finetuning.lessons import Halves, Round, lessons_of, measured
from ...trainers.finetuning.settings import SupervisedSettings
from .messages.distil import Distilled
from .options.distil import Options


@takes(Options)
async def prepare(team: Team[Open], dev: Objective, options: Options) -> Team[Open]:
    """The best member of the best round, or all members of it. Training is not in the trace, its answers are."""
    halves = Halves.of(dev.questions, dev.groups)
    if not halves.train or not halves.choose:
        raise BadScenario("weight/distil: dev has fewer than two questions. Half of it is taught, the other chooses.")
    rounds = [await measured(team, dev, halves)]
    counts: list[dict[str, int]] = [{}]
    settings = SupervisedSettings(
        rate=options.rate, epochs=options.epochs, batch=options.batch, seed=team.seed("train") % 2**31
    )
    with TemporaryDirectory() as folder:
        for number in range(options.rounds):
            lessons = lessons_of(rounds[-1], halves, options, team.seed(f"round {number}"))
            models = {
                name: await taught(
                    name,
                    rounds[-1].team.models[name],
                    lessons[name],
                    settings,
                    Path(folder) / f"{number}-{name}",
                    persona=team.context.personas.get(name, ""),
                )
                for name in team
            }
            counts.append({name: len(some) for name, some in lessons.items()})
            rounds.append(await measured(team.with_models(models), dev, halves))
    return served(rounds, counts, options)


def served(rounds: list[Round], counts: list[dict[str, int]], options: Options) -> Team[Open]:
    """The members that serve, of the best round by what serves, ties to the earlier one."""
    by = [one.score if options.serve == "team" else max(one.members.values()) for one in rounds]
    chosen = by.index(max(by))
    best = rounds[chosen]
    learned = Distilled(
        members=tuple(one.members for one in rounds),
        team=tuple(one.score for one in rounds),
        taught=tuple(counts),
        chosen=chosen,
    )
    names = list(best.team) if options.serve == "team" else [best.best]
    return best.team.only(names).with_learned(learned)


@takes(Options)
async def answer(team: Team[Open], question: Ask, options: Options) -> Answer:
    """The answer of the member that serves, or the vote of all."""
    said = await team.ask_all(question)
    return plurality(said.values(), team.read)


async def review(team: Team[Open], dev: Objective, test: Objective) -> dict[str, Any]:
    """`distilled.json`: the dev scores of each round, and the number of answers that were taught."""
    found = team.learned_as(Distilled)
    return {} if found is None else {"distilled.json": found.model_dump(mode="json")}
