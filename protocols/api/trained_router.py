"""Trained router: a language model trained on dev outcomes reads a question and says which model should answer it.

    p  = softmax over j of log p_router("Model j" | question, descriptions)
    return  LM_j(question),  j = argmax p,  or the first, from cheap to dear, with p_j >= `threshold` * max p

Ong et al. 2024 (RouteLLM), https://arxiv.org/abs/2406.18665, and MoCo's api_trained_router. What differs: the router is
a member, and what makes it a trained one is its weights, `model: "hf:base+adapter"`; any other is the untrained
control, and weight/trained_router trains one. Its labels are ranked in one forward pass (one that only writes is read
strictly, and where it names no model the best on dev answers, or the first). What it is to be trained on is written
beside the report, from dev alone: `router_rows.json`, one row for each model with the best score on a question, none
where all score the same.
"""

from typing import Any

from ...agents import Answer, Ask, Team, Writer
from ...agents.final import finish
from ...agents.objective import Objective
from ...agents.options import takes
from ...agents.routing import labels, picked, route
from ...trainers.heads.router_rows import rows
from .messages.trained_router import Fallback
from .options.trained_router import Options


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective | None, options: Options) -> Team[Writer]:
    """The team with the answering member that is best on dev; as it is without a dev split."""
    return team if dev is None else team.with_learned(Fallback(name=(await dev.rank(answering(team, options)))[0]))


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The answer of the member that the router sends the question to."""
    names = answering(team, options).names
    router = team.named(options.router, default=team.names[0])
    choice = await team.choose(router, route(names, question, options.descriptions), labels(names))
    place = picked(choice, options.threshold)
    if place is not None:
        return await finish(team, names[place], question)
    learned = team.learned_as(Fallback)
    return await finish(team, names[0] if learned is None else learned.name, question)


@takes(Options)
async def review(team: Team[Writer], dev: Objective, test: Objective, options: Options) -> dict[str, Any]:
    """One file, `router_rows.json`: prompts and completions to train a router on, from dev alone."""
    members = answering(team, options)
    scores = {name: [one.score for one in await dev.graded(members.only([name]))] for name in members}
    prompts = [route(members.names, question, options.descriptions).render() for question in dev.questions]
    return {"router_rows.json": rows(prompts, scores)}


def answering(team: Team[Writer], options: Options) -> Team[Writer]:
    """The members that answer, in the team's order: from cheap to dear."""
    router = team.named(options.router, default=team.names[0])
    return team.only(name for name in team if name != router)
