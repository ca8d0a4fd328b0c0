"""Multiagent finetuning: members debate on dev, and a generator and a critic of each learn what the majority said.

    each iteration: a_i(0) = G_i(q), a_i(r) = C_i(q, the others' a_j(r-1), a_i(r-1));   c = majority of the last round
        G_i <- SFT(G_i, {(q, a_i(0)) : a_i(0) = c})
        C_i <- SFT(C_i, {(what C_i read, a_i(last)) : a_i(last) = c}),  a half of which turned a wrong a_i(0)
    return   the vote of the last round, by the generators and critics of the best iteration on dev-choose

Subramaniam et al. 2025, https://arxiv.org/abs/2501.05707, and MoCo's text_multiagent_finetuning; no gold answer is
trained on. What differs: a critic is trained on what it read and said in the debate, token by token (MoCo shows it its
own last answer, the target), its target is its own answer and not one that all share, the mix is that of the shares,
and the untrained team serves where training made the debate worse on dev. `keep: all` is the control: the same
training without a majority.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ...agents import Answer, Ask, Open, Team
from ...agents.criticism import debated
from ...agents.errors import BadScenario
from ...agents.objective import Objective
from ...agents.options import takes
from ...agents.roles import with_roles
from ...agents.voting import plurality
from ...trainers.finetuning.debates import first_answers, held, last_answers
from ...trainers.finetuning.lessons import Halves
from ...trainers.finetuning.pupil import Pupil, models_of
from ...trainers.finetuning.recorded import Recorded
from ...trainers.finetuning.settings import SupervisedSettings
from .messages.multiagent_finetuning import Trained
from .options.multiagent_finetuning import Options


@takes(Options)
async def prepare(team: Team[Open], dev: Objective, options: Options) -> Team[Open]:
    """A team of a generator and a critic of each member. Training is not in the trace, the debates are."""
    halves = Halves.split(dev.questions, dev.groups, where="weight/multiagent_finetuning")
    critics = critics_of(team)
    pupils = {role: Pupil.of(role, team.models[name]) for name in team for role in (name, critics[name])}
    roles = {critic: name for name, critic in critics.items()}
    teams: list[Team[Any]] = []
    scores: list[float] = []
    taught: list[dict[str, int]] = [{}]
    given = {name: getattr(options, name) for name in ("rate", "epochs", "batch")}
    with TemporaryDirectory() as folder:
        for number in range(options.iterations + 1):
            teams.append(with_roles(team, models_of(pupils), roles))
            found = await held(teams[-1], dev, halves, critics, options.rounds, f"debate-{number}")
            scores.append(found.score)
            if number == options.iterations:
                break
            seed = team.seed(f"iteration {number}") % 2**31
            lessons = {name: first_answers(found.debates, name, options.keep) for name in team}
            for name, critic in critics.items():
                lessons[critic] = last_answers(found.debates, name, options.turned, seed, options.keep)
            settings = SupervisedSettings(**given, seed=seed)
            for role, answers in lessons.items():
                out = Path(folder) / f"{number}-{role}"
                pupils[role] = await Recorded(answers, settings)(pupils[role], out, lora=options.lora)
            taught.append({role: len(answers) for role, answers in lessons.items()})
    chosen = scores.index(max(scores))
    learned = Trained(critics=critics, scores=tuple(scores), chosen=chosen, taught=tuple(taught))
    return teams[chosen].with_learned(learned)


def critics_of(team: Team[Any]) -> dict[str, str]:
    """The name of each member's critic. Raises `BadScenario` for one that a member has."""
    critics = {name: f"{name}-critic" for name in team}
    if taken := [name for name in critics.values() if name in critics]:
        raise BadScenario(f"weight/multiagent_finetuning: {taken[0]} is a critic's name. Rename the member.")
    return critics


@takes(Options)
async def answer(team: Team[Open], question: Ask, options: Options) -> Answer:
    """The most frequent answer of the last round; of an untrained team, each member is its own critic."""
    learned = team.learned_as(Trained)
    critics = learned.critics if learned else {name: name for name in team}
    said = await debated(team, question, critics, options.rounds)
    return plurality(said[-1].values(), team.read)


async def review(team: Team[Open], dev: Objective, test: Objective) -> dict[str, Any]:
    """`finetuned.json`: the score of the debate after each iteration, and the number of answers taught."""
    found = team.learned_as(Trained)
    return {} if found is None else {"finetuned.json": found.model_dump(mode="json")}
