"""Graph routing: a graph network over questions and members, fitted to dev outcomes, says who answers best.

    graph    = dev questions -- (utility, cost) --> members
    p_m      = network(question, graph)
    return   LM_argmax p (question)

GraphRouter, Feng et al. 2024, https://arxiv.org/abs/2410.03834, and MoCo's api_graph_routing. What differs: the
outcomes on dev stay in the graph when a new question is routed (`edges: false` is MoCo's), and no other new question is
in it; messages are means; all members that did well on a question are its targets (`targets: first` is MoCo's); cost is
what was written; one layer of messages, since edges lead from questions to members alone. Where routing gains nothing,
on folds of dev that the network has not seen, over the member that is best there, that one answers all (`fallback`).
"""

from typing import Any

from ...agents import Answer, Ask, Team, Writer
from ...agents.errors import BadScenario
from ...agents.final import finish
from ...agents.objective import Objective
from ...agents.options import takes
from ...agents.outcomes import outcomes
from ...evaluators.embedding.sentences import NoEncoder
from .messages.graph_routing import Router
from .options.graph_routing import Options


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective, options: Options) -> Team[Writer]:
    """The team with its router. Raises `BadScenario` for fewer than two dev questions with a score."""
    found = await outcomes(team, dev, options.price)
    if len(found.questions) < 2:
        raise BadScenario(
            f"api/graph_routing: {len(found.questions)} dev questions with a score of every member. "
            "Two are the least, one to fit to and one to tell what that is worth."
        )
    from ...trainers.heads.fitting import in_a_thread

    routing, seed = options.routing, team.seed("router")
    try:
        weights, worth = await in_a_thread(lambda: (routing.fitted(found, seed), routing.held_out(found, seed)))
    except NoEncoder as error:
        raise BadScenario(f"api/graph_routing.encoder: {error}") from error
    utilities = found.utilities[found.best]
    single = sum(utilities) / len(utilities)
    always = found.best if options.fallback and worth <= single else None
    return team.with_learned(Router(outcomes=found, weights=weights, routed=worth, single=single, always=always))


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The answer of the member that the router names. Raises `BadScenario` unprepared."""
    router = team.learned_as(Router)
    if router is None:
        raise BadScenario("api/graph_routing: no router. Prepare the team on dev first.")
    if router.always is not None:
        return await finish(team, router.always, question)
    (name,) = options.routing.routed([question.text], router.outcomes, router.weights)
    return await finish(team, name, question)


@takes(Options)
async def review(team: Team[Writer], dev: Objective, test: Objective, options: Options) -> dict[str, Any]:
    """One file, `router.json`: whether routing gained on dev over the best member, and who answers if it did not."""
    router = team.learned_as(Router)
    return {} if router is None else {"router.json": router.model_dump(mode="json", exclude={"outcomes", "weights"})}
