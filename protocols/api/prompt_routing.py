"""Prompt routing: a model reads what the others are good at and names the one that answers.

    j = LM_router(question, descriptions);    return LM_j(question)

No paper; MoCo's api_prompt_routing. What differs: a router that shows distributions ranks the closed set
of models in one forward pass, and one that writes is read strictly; it sees the question without the form
its answer should have; `orders` > 1 averages ranks over rotations of the list, which cancels position bias.
"""

from collections import defaultdict
from collections.abc import Mapping

from pydantic import Field

from ...agents import Answer, Ask, Message, Prompt, Team, Writer
from ...agents.labels import numbered
from ...agents.members import check_members
from ...agents.objective import Objective, required
from ...agents.options import ProtocolOptions, takes


class Route(Prompt):
    """Asks the router for the number of the model that should answer.

    >>> Route(question="2 + 2?", models="1. amber: sums").render().splitlines()[-1]
    'Reply with the number of one model and nothing else.'
    """

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
    """The result of `prepare`: the member that routes.

    >>> import asyncio
    >>> from symposia.agents.models.scripted import Scripted
    >>> models = {"judge": Scripted("2"), "amber": Scripted("5"), "blue": Scripted("4")}
    >>> team = Team(models).with_learned(Router(name="judge"))
    >>> asyncio.run(answer(team, Ask(text="2 + 2?"), descriptions={"amber": "words", "blue": "sums"})).text
    '4'
    """

    name: str


class Options(ProtocolOptions):
    """The members that answer, the router, and the number of its rankings.

    >>> Options(router="coral").check(("amber", "blue"))
    Traceback (most recent call last):
    symposia.agents.errors.UnknownName: team: no agent named 'coral'. Known: amber, blue.
    """

    descriptions: Mapping[str, str] | None = Field(None, description="What each answering member is good at.")
    router: str | None = Field(None, description="The member that routes, by default the best answering one on dev.")
    orders: int = Field(1, ge=1, description="The number of orders of the list; ranks are averaged over them.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for names of non-members."""
        check_members(members, (self.router, *(self.descriptions or {})))
        named = self.descriptions or members
        self.check_most("orders", len(named), "places in the list", where="api/prompt_routing")


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective | None, options: Options) -> Team[Writer]:
    """The team with its router: the member named, or the answering model that is best on dev."""
    if options.router is not None:
        return team.with_learned(Router(name=options.router))
    dev = required(dev, "api/prompt_routing: no router, and no dev split to choose one by. Name it, as router: judge.")
    return team.with_learned(Router(name=(await dev.rank(team.only(options.descriptions or team)))[0]))


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The answer of the model that the router ranks first, among those described, or all if none is.

    A router that names no model answers itself; if it only routes, the first model does.
    """
    names = list(team.only(options.descriptions or team))
    learned = team.learned_as(Router)
    judge = learned.name if learned else team.named(options.router, default=names[0])
    votes: defaultdict[str, float] = defaultdict(float)
    for order in rotations(names, options.orders):
        models = numbered([(name, (options.descriptions or {}).get(name, "")) for name in order])
        labels = [str(number) for number in range(1, len(order) + 1)]
        route = Route(question=question.text, models=models, images=question.images)
        choice = await team.choose(judge, route, labels)
        for rank, index in enumerate(choice.ranking, 1):
            votes[order[index]] += 1 / rank
    fallback = judge if judge in names else names[0]
    return await team.ask(max(names, key=votes.__getitem__) if votes else fallback, question)


def rotations(names: list[str], orders: int) -> list[list[str]]:
    """`orders` rotations of a list, spread evenly."""
    starts = [turn * len(names) // orders for turn in range(orders)]
    return [names[start:] + names[:start] for start in starts]
