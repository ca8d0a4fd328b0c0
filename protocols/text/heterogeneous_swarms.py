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
from typing import Any

from ...agents import Answer, Ask, Prompt, Team, Writer
from ...agents.about import about
from ...agents.dataflow import dataflow
from ...agents.errors import BadScenario
from ...agents.objective import Objective
from ...agents.options import takes
from ...trainers.search import search
from ...trainers.search.graph_candidates import FoundGraph, GraphCandidates
from ...trainers.search.graph_decoding import Decoding, sink
from ...trainers.search.graph_utility import GraphUtility
from ...trainers.search.starts import spread
from ...trainers.search.swarm import Swarm
from ...trainers.search.weight_step import WeightStep, mixable
from .messages.heterogeneous_swarms import Read
from .options.heterogeneous_swarms import Options


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
    said = "\n".join(f"From {speaker}:\n{one.text}" for speaker, one in heard.items())
    role = "Yours is the final answer." if last else "Others will read your answer."
    return about(question, Read, heard=said, role=role)


async def review(team: Team[Writer], dev: Objective, test: Objective) -> dict[str, Any]:
    """One file, `graph.json`: who reads whom, drawn as text and as Mermaid, and the search that found it."""
    found = team.learned_as(FoundGraph)
    return {} if found is None else {"graph.json": found.report(team.names)}
