"""Trained router: a language model trained on dev outcomes reads a question and says which model should answer it.

    p  = softmax over j of log p_router("Model j" | question, descriptions)
    return  LM_j(question),  j = argmax p,  or the first, from cheap to dear, with p_j >= `threshold` * max p

Ong et al. 2024 (RouteLLM), https://arxiv.org/abs/2406.18665, and MoCo's api_trained_router. What differs: the router is
a member, and what makes it a trained one is its weights, `model: "hf:base+adapter"`; any other is the untrained
control. Its labels are ranked in one forward pass (one that only writes is read strictly, and where it names no model
the best on dev answers, or the first). What it is to be trained on is written beside the report, from dev alone:
`router_rows.json`, one row for each model with the best score on a question, none where all score the same.
"""

from collections.abc import Mapping, Sequence
from math import exp
from typing import Any

from pydantic import Field

from ...agents import Answer, Ask, Message, Prompt, Team, Writer
from ...agents.errors import BadScenario
from ...agents.labels import numbered
from ...agents.members import check_members
from ...agents.objective import Objective
from ...agents.options import ProtocolOptions, takes


class Route(Prompt):
    """Asks the router which model should answer.

    >>> Route(question="2 + 2?", models="1. amber: sums").render().splitlines()[-1]
    'Reply with `Model` and its number, from 1 to the last, and nothing else.'
    """

    question: str
    models: str
    template = """\
You decide which of several models should answer a question.

Models:
{models}

Question:
{question}

Reply with `Model` and its number, from 1 to the last, and nothing else."""


class Fallback(Message):
    """The result of `prepare`: the member that answers where the router names none.

    >>> Fallback(name="amber").name
    'amber'
    """

    name: str


class Options(ProtocolOptions):
    """The router, what it reads, and how much it saves.

    >>> Options(router="judge").check(("judge",))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: api/trained_router: no member besides the router. Add one that answers.
    """

    router: str | None = Field(None, description="The member that routes and does not answer, by default the first.")
    descriptions: Mapping[str, str] | None = Field(None, description="What each answering member is good at.")
    threshold: float = Field(
        1.0,
        ge=0,
        le=1,
        description="The first member with this share of the likeliest one's probability; 1: likeliest.",
    )

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for names of non-members, `BadScenario` where none is left to answer."""
        check_members(members, (self.router, *(self.descriptions or {})))
        if len(members) < 2:
            raise BadScenario("api/trained_router: no member besides the router. Add one that answers.")


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective | None, options: Options) -> Team[Writer]:
    """The team with the answering member that is best on dev; as it is without a dev split."""
    return team if dev is None else team.with_learned(Fallback(name=(await dev.rank(answering(team, options)))[0]))


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The answer of the member that the router sends the question to."""
    names = answering(team, options).names
    router = team.named(options.router, default=team.names[0])
    choice = await team.choose(router, route(names, question, options), labels(names))
    if choice.logprobs:
        least = options.threshold * exp(max(choice.logprobs))
        index = next(at for at, one in enumerate(choice.logprobs) if exp(one) >= least)
        return await team.ask(names[index], question)
    learned = team.learned_as(Fallback)
    fallback = names[0] if learned is None else learned.name
    return await team.ask(names[choice.named[0]] if choice.named else fallback, question)


@takes(Options)
async def review(team: Team[Writer], dev: Objective, test: Objective, options: Options) -> dict[str, Any]:
    """One file, `router_rows.json`: prompts and completions to train a router on, from dev alone."""
    members = answering(team, options)
    scores = {name: [one.score for one in await dev.graded(members.only([name]))] for name in members}
    prompts = [route(members.names, question, options).render() for question in dev.questions]
    return {"router_rows.json": rows(prompts, scores)}


def rows(prompts: Sequence[str], scores: Mapping[str, Sequence[float | None]]) -> list[dict[str, Any]]:
    """A row for each model with the best score on a question; their `weight` adds up to 1 for each question.

    Questions on which all score the same, or on which a call failed, teach nothing and have none.

    >>> rows(["2 + 2?", "3 + 3?"], {"amber": [1.0, 0.0], "blue": [0.0, 0.0]})
    [{'prompt': '2 + 2?', 'completion': 'Model 1', 'weight': 1.0}]
    """
    found = []
    for prompt, *row in zip(prompts, *scores.values(), strict=True):
        known = [one for one in row if one is not None]
        if len(known) < len(row) or len(set(known)) < 2:
            continue
        best = [label for label, one in zip(labels(tuple(scores)), row, strict=True) if one == max(known)]
        found += [{"prompt": prompt, "completion": label, "weight": 1 / len(best)} for label in best]
    return found


def answering(team: Team[Writer], options: Options) -> Team[Writer]:
    """The members that answer, in the team's order: from cheap to dear."""
    router = team.named(options.router, default=team.names[0])
    return team.only(name for name in team if name != router)


def route(names: Sequence[str], question: Ask, options: Options) -> Route:
    """The prompt of the router for a question; it does not show the form of the answer."""
    models = numbered([(name, (options.descriptions or {}).get(name, "")) for name in names])
    return Route(question=question.text, models=models, images=question.images)


def labels(names: Sequence[str]) -> list[str]:
    """The replies that a router has: `Model 1` for the first member that answers."""
    return [f"Model {number}" for number in range(1, len(names) + 1)]
