"""Heterogeneous Swarms: a particle swarm searches who reads whom; each member answers once, the last one for all.

    graph   = argmax over particles x of  mean score on dev of the sink's answers in decode(x)
    a_u     = LM_u(question, {a_v : v -> u in graph}),   in topological order
    return   a_sink

Feng et al. 2025, https://arxiv.org/abs/2502.04510, and MoCo's text_heterogeneous_swarms, which is the step over roles.
What differs: the step over weights (`weights`) follows it, once; the graph that is used is the one that was scored, not
drawn anew; decoding does not turn round for negative sums (`decoding: moco` does, `motion: {rule: numeric}` restarts as
there); a member may speak to several (`fan_out`); equal parts of graphs are asked once; where part of dev is
searched, `finalists` are compared on all of it.
"""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import Field

from ...agents import Answer, Ask, Prompt, Team, Writer
from ...agents.dataflow import dataflow
from ...agents.errors import BadScenario
from ...agents.objective import Objective
from ...agents.options import ProtocolOptions, takes
from ...trainers.search import search
from ...trainers.search.graph_candidates import FoundGraph, GraphCandidates
from ...trainers.search.graph_decoding import Decoding, Rule, sink
from ...trainers.search.graph_utility import GraphUtility
from ...trainers.search.motion import Motion
from ...trainers.search.starts import spread
from ...trainers.search.swarm import Swarm
from ...trainers.search.weight_step import WeightStep, mixable

MOTION: Final = Motion(iterations=5)


class Read(Prompt):
    """Asks a model to answer with what others said before it.

    >>> Read(question="2 + 2?", heard="From amber:\\n5", role="", form="").render().splitlines()[2:4]
    ['Others worked on this before you.', 'From amber:']
    """

    question: str
    heard: str
    role: str
    form: str
    shows = "heard"
    template = """\
{question}

Others worked on this before you.
{heard}

Build on what helps, and pass over what is wrong. {role}
{form}"""


class Options(ProtocolOptions):
    """The swarm, the decoding of its particles, and the part of dev that it sees.

    >>> Options(fan_out=3).check(("amber", "blue", "coral"))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/heterogeneous_swarms.fan_out: 3 readers among 2 others. Give at most 2.
    """

    population: int = Field(5, ge=1, description="Particles.")
    motion: Motion = Field(MOTION, description="The parameters of the particles' moves.")
    top_p: float = Field(0.7, ge=0, le=1, description="The mass of the nucleus in decoding; 0 for the likeliest.")
    fan_out: int = Field(1, ge=1, description="Members that read one member; 1 is a tree.")
    decoding: Rule = Field("softmax", description="The rule by which a particle becomes a graph.")
    ratio: float = Field(1.0, gt=0, le=1, description="The share of dev that is searched on, the first of it.")
    finalists: int = Field(3, ge=1, description="The best graphs, compared on all of dev, where ratio is below 1.")
    weights: int = Field(0, ge=0, description="Rounds of the step over weights; it needs models that can be mixed.")
    assignments: int = Field(10, ge=1, description="Assignments of models to nodes in each of these rounds.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `BadScenario` for more readers than there are others, and for one member's weights."""
        if self.weights and len(members) == 1:
            raise BadScenario(f"text/heterogeneous_swarms.weights: {members[0]} has nobody to mix with. Add a member.")
        most = max(1, len(members) - 1)
        if self.fan_out > most:
            raise BadScenario(
                f"text/heterogeneous_swarms.fan_out: {self.fan_out} readers among {len(members) - 1} others. "
                f"Give at most {most}."
            )


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective, options: Options) -> Team[Writer]:
    """The team on the best graph. A team of one has only one graph."""
    if len(team) == 1:
        return team.with_learned(FoundGraph(arrows=()))
    step = WeightStep(options.motion.model_copy(update={"iterations": options.weights}), options.assignments)
    mixed = mixable(team, where="text/heterogeneous_swarms.weights") if options.weights else None
    decoding = Decoding(options.top_p, options.fan_out, options.decoding)
    candidates = GraphCandidates(GraphUtility(team, dev, answer), decoding, options.ratio)
    start = spread(len(team) * (len(team) - 1), options.population, team.seed("start"))
    swarm = Swarm(start, options.motion, team.seed("swarm"))
    await search(swarm, candidates)
    found = await candidates.found(options.finalists, swarm.best_scores)
    models: Mapping[str, Writer] = team.models
    if mixed is not None:
        best = await step.best(mixed, found.on(team.names), dev, answer)
        models = best.models
        found = found.model_copy(update={"coefficients": best.coefficients, "moved": best.score})
    return Team(models, found.on(team.names), team.context, question=team.question, learned=found)


async def answer(team: Team[Writer], question: Ask) -> Answer:
    """The sink's answer; each member is asked as soon as those that it hears have answered.

    Raises `BadScenario` for a team that is on no graph, unprepared.
    """
    if len(team) > 1 and not any(team.topology.speakers(name) for name in team):
        raise BadScenario("text/heterogeneous_swarms: no graph. Prepare the team on dev first.")
    last = sink(team.names, team.topology)

    async def run(name: str, heard: Mapping[str, Answer]) -> Answer:
        for speaker, said in heard.items():
            await team.tell(speaker, name, said)
        return await team.ask(name, node_prompt(question, heard, name == last))

    return (await dataflow(team.topology, team, run))[last]


def node_prompt(question: Ask, heard: Mapping[str, Answer], last: bool) -> Prompt:
    """The question alone for a member that hears nobody, else with what it hears."""
    if not heard:
        return question
    return Read(
        question=question.text,
        heard="\n".join(f"From {speaker}:\n{said.text}" for speaker, said in heard.items()),
        role="Yours is the final answer." if last else "Others will read your answer.",
        form=question.form,
        images=question.images,
    )


async def review(team: Team[Writer], dev: Objective, test: Objective) -> dict[str, Any]:
    """One file, `graph.json`: who reads whom, drawn as text and as Mermaid, and the search that found it."""
    found = team.learned_as(FoundGraph)
    return {} if found is None else {"graph.json": found.report(team.names)}
