"""Prompt routing: a model reads what the others are good at and names the one that answers.

    j = LM_router(question, descriptions);    return LM_j(question)

No paper; MoCo's api_prompt_routing. What differs: a router that shows distributions ranks the closed set
of models in one forward pass, and one that writes is read strictly; it sees the question without the form
its answer should have; `orders` > 1 averages ranks over rotations of the list, which cancels position bias.
"""

from collections import defaultdict

from ...agents import Answer, Ask, Team, Writer
from ...agents.about import about
from ...agents.final import finish
from ...agents.labels import numbered, numerals, rotations
from ...agents.objective import Objective, required
from ...agents.options import takes
from .messages.prompt_routing import Route, Router
from .options.prompt_routing import Options


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
        choice = await team.choose(judge, about(question, Route, models=models), numerals(len(order)))
        for rank, index in enumerate(choice.ranking, 1):
            votes[order[index]] += 1 / rank
    fallback = judge if judge in names else names[0]
    return await finish(team, max(names, key=votes.__getitem__) if votes else fallback, question)
