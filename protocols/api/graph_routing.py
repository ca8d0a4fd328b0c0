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

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from ...agents import Answer, Ask, Message, Team, Writer
from ...agents.errors import BadScenario
from ...agents.members import check_members
from ...agents.objective import Objective
from ...agents.options import ProtocolOptions, takes
from ...agents.outcomes import Outcomes, outcomes
from ...evaluators.embedding.sentences import NoEncoder
from ...trainers.heads.graph_routing import GraphRouting, Targets


class Router(Message):
    """The result of `prepare`: what was said on dev, the network's weights, and what routing is worth.

    `routed` and `single` are the mean utilities on dev of the routes, each by a network that was fitted without the
    question, and of the best member; `always` is that member where it answers everything.

    >>> Router(outcomes=Outcomes((), {}, {}), weights={}, routed=0.5, single=0.7, always="amber").always
    'amber'
    """

    outcomes: Outcomes
    weights: dict[str, tuple[tuple[float, ...], ...]]
    routed: float
    single: float
    always: str | None = None


class Options(ProtocolOptions):
    """The network, what it is fitted to, and the fallback.

    >>> Options().check(("amber",))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: api/graph_routing: amber alone leaves nothing to route. Add a member.
    """

    descriptions: Mapping[str, str] | None = Field(None, description="What each member is good at.")
    price: float = Field(0.0, ge=0, description="The score that 1,000 generated tokens cost.")
    encoder: str = Field("ngrams", description="What makes vectors: ngrams, packaged, or the folder of an encoder.")
    width: int = Field(8, ge=1, le=512, description="The network's width.")
    steps: int = Field(400, ge=1, le=10_000, description="Steps of the fit.")
    decay: float = Field(0.1, ge=0, description="Weight decay of the fit.")
    targets: Targets = Field("utility", description="The fit is to utilities, all best members, or the first best.")
    edges: bool = Field(True, description="Outcomes on dev are in the graph of a new question.")
    fallback: bool = Field(True, description="The best member answers everything where routing gains nothing on dev.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `BadScenario` for a team of one, and `UnknownName` for a description of no member."""
        check_members(members, self.descriptions or {})
        if len(members) == 1:
            raise BadScenario(f"api/graph_routing: {members[0]} alone leaves nothing to route. Add a member.")

    @property
    def routing(self) -> GraphRouting:
        """The router of these options."""
        network = self.width, self.steps, self.decay, self.targets, self.edges
        return GraphRouting(self.encoder, self.descriptions or {}, *network)


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
        return await team.ask(router.always, question)
    (name,) = options.routing.routed([question.text], router.outcomes, router.weights)
    return await team.ask(name, question)


@takes(Options)
async def review(team: Team[Writer], dev: Objective, test: Objective, options: Options) -> dict[str, Any]:
    """One file, `router.json`: whether routing gained on dev over the best member, and who answers if it did not."""
    router = team.learned_as(Router)
    return {} if router is None else {"router.json": router.model_dump(mode="json", exclude={"outcomes", "weights"})}
