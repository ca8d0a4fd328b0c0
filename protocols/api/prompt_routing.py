"""Prompt routing: a model reads what the others are good at and names the one that answers.

    j = LM_router(question, descriptions);    return LM_j(question)

No paper; MoCo's api_prompt_routing. What differs: a router that shows distributions ranks the closed set
of models in one forward pass, and one that writes is read strictly; it sees the question without the form
its answer should have; `orders` > 1 averages ranks over rotations of the list, which cancels position bias.
"""

from collections import defaultdict
from collections.abc import Mapping

from ...agents import Answer, Ask, Message, Prompt, Team, Writer
from ...agents.errors import BadScenario
from ...agents.labels import numbered
from ...agents.objective import Objective


class Route(Prompt):
    """Which of these models should answer?"""

    question: str
    models: str
    template = """\
You send each question to the model that answers it best.

Question:
{question}

Models:
{models}

Reply with the number of one model and nothing else."""


class Router(Message):
    """Which member routes."""

    name: str


async def prepare(
    team: Team[Writer],
    dev: Objective | None,
    *,
    descriptions: Mapping[str, str] | None = None,
    router: str | None = None,
) -> Team[Writer]:
    """The router is the member named, or the answering model that is best on dev."""
    if router is not None:
        return team.with_learned(Router(name=team.named(router)))
    if dev is None:
        raise BadScenario(
            "api/prompt_routing: no router, and no dev split to choose one by. Name it, as router: judge."
        )
    return team.with_learned(Router(name=(await dev.rank(team.only(descriptions or team)))[0]))


async def answer(
    team: Team[Writer],
    question: Ask,
    *,
    descriptions: Mapping[str, str] | None = None,
    router: str | None = None,
    orders: int = 1,
) -> Answer:
    """What the model the router prefers answers. Those that are described answer, or all if none is.

    A router that names no model answers itself, or leaves it to the first if it only routes.
    """
    names = list(team.only(descriptions or team))
    learned = team.learned_as(Router)
    judge = learned.name if learned else team.named(router, default=names[0])
    votes: defaultdict[str, float] = defaultdict(float)
    for order in rotations(names, orders):
        models = numbered([(name, (descriptions or {}).get(name, "")) for name in order])
        labels = [str(number) for number in range(1, len(order) + 1)]
        choice = await team.choose(judge, Route(question=question.text, models=models), labels)
        for rank, index in enumerate(choice.ranking, 1):
            votes[order[index]] += 1 / rank
    fallback = judge if judge in names else names[0]
    return await team.ask(max(names, key=votes.__getitem__) if votes else fallback, question)


def rotations(names: list[str], orders: int) -> list[list[str]]:
    """`orders` rotations of a list, spread evenly."""
    starts = [turn * len(names) // orders for turn in range(orders)]
    return [names[start:] + names[:start] for start in starts]
