"""Trained router: a member is trained on dev outcomes to say which member should answer a question.

    rows = {(routing prompt of q, "Model j") : j a best member on q},  q in dev-train, where scores differ
    router <- SFT(copy of a member, rows),  the loss on the label's tokens
    return   LM_j(q),  j = argmax p_router("Model j" | q),  or the best member's answer, or by the untrained router:
             what is best on dev-choose

Ong et al. 2024 (RouteLLM), https://arxiv.org/abs/2406.18665, and MoCo's api_trained_router. What differs: members that
share the best score on a question take turns as its label (`targets: first` is MoCo's one label), the loss is by the
chat template that is read when it serves, labels are ranked in one forward pass, and the router serves only where it
beats its untrained self and the best member on questions that it was not trained on (`keep: trained` always), for ties
the cheaper. `labels: chance` is the control: the same training on labels that were dealt out anew.
"""

from typing import Any

from ...agents import Answer, Ask, Team, Writer
from ...agents.final import finish
from ...agents.objective import Objective
from ...agents.options import takes
from ...agents.roles import role_of
from ...trainers.finetuning.lessons import Halves
from ...trainers.finetuning.pupil import Pupil
from ...trainers.finetuning.routing import DevScores
from ...trainers.finetuning.settings import SupervisedSettings
from ...trainers.finetuning.teaching import Role, with_taught
from .messages.trained_router import Router
from .options.trained_router import Options


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective, options: Options) -> Team[Writer]:
    """The team with its router, a copy of a member. Training is not in the trace, the answers are."""
    halves = Halves.split(dev.questions, dev.groups, where="weight/trained_router")
    name, how = team.named(options.router, default=team.names[0]), options.routing
    role = role_of(team, name, "router", where="weight/trained_router")
    Pupil.of(role, team.models[name]).check()
    known = await DevScores.measured(team, dev, answering(team, options))
    chance = team.seed("labels") if options.labels == "chance" else None
    right = known.right(halves.train, options.targets, chance)
    settings = SupervisedSettings(rate=options.rate, batch=options.batch, seed=team.seed("train") % 2**31)
    taught = Role(name, known.lessons(halves.train, right, options.epochs, how))
    teams = {"alone": team, **await with_taught(team, {role: taught}, settings, options.lora)}
    best = known.best(halves.train)
    scores = {"alone": known.of(dict.fromkeys(halves.choose, best))}
    for kind in ("untrained", "trained"):
        there = teams[kind].at(f"{team.question}/{kind}")
        scores[kind] = known.of(await known.picks(there, role, halves.choose, how, best))
    found = Router(
        router=role,
        answering=tuple(known.scores),
        best=best,
        kept="trained" if options.keep == "trained" else max(scores, key=lambda kind: scores[kind]),
        scores=scores,
        oracle=known.oracle(halves.choose),
        taught=sum(map(bool, right)),
    )
    return teams[found.kept].with_learned(found)


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The answer of the member that the router sends the question to, or of the best one."""
    names, first = answering(team, options), team.named(options.router, default=team.names[0])
    unprepared = Router(router=first, answering=names, best=names[0], kept="untrained", scores={})
    known = team.learned_as(Router) or unprepared
    if known.kept == "alone":
        return await finish(team, known.best, question)
    return await finish(
        team, await options.routing.choice(team, known.router, known.answering, question, known.best), question
    )


def answering(team: Team[Writer], options: Options) -> tuple[str, ...]:
    """The members that answer, in the team's order: from cheap to dear."""
    router = team.named(options.router, default=team.names[0])
    return tuple(name for name in team if options.answers or name != router)


async def review(team: Team[Writer], dev: Objective, test: Objective) -> dict[str, Any]:
    """`router.json`: the scores of the best member alone and of the router before and after, and the oracle's."""
    found = team.learned_as(Router)
    return {} if found is None else {"router.json": found.model_dump(mode="json")}
