"""AggLM: all solvers answer, and an aggregator reads their attempts in a drawn order and writes the solution.

    A      = {a_ik = LM_i(question), k = 1 .. samples, for every solver i}
    return   LM_aggregator(question, A in an order drawn anew for each question)

Zhao et al. 2025, https://arxiv.org/abs/2509.06870, and MoCo's text_agglm. What differs: a trained
aggregator is a member like any other (weight/agg_lm trains one); attempts come in a drawn order, so that no solver has
a place of its own; attempts that could not be finished may be left out; with `keep: dev` the aggregator answers only
where the task reads better answers from it on dev than by the vote of the same attempts.
"""

from functools import partial

from ...agents import Answer, Ask, Team, Writer
from ...agents.attempts import ORDER, synthesis
from ...agents.final import finish
from ...agents.objective import Objective, required
from ...agents.options import takes
from ...agents.repeated import ask_often
from ...agents.voting import plurality
from .messages.agg_lm import Learned
from .options.agg_lm import Options


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective | None, options: Options) -> Team[Writer]:
    """The team with its aggregator, compared with the vote if asked to."""
    name = options.aggregator
    if name is None:
        reason = "text/agg_lm: the best on dev aggregates, and the task has no dev split. Name one: aggregator."
        name = (await required(dev, reason).rank(team))[0]
    if options.keep == "always":
        return team.with_learned(Learned(aggregator=name))
    dev = required(dev, "text/agg_lm: keep: dev compares on dev, and the task has no dev split. Use keep: always.")
    scores = {}
    for kind in ("aggregate", "vote"):
        tried = team.with_learned(Learned(aggregator=name, vote=kind == "vote"))
        scores[kind] = await dev.score(tried, partial(answer, options=options), name=kind)
    return team.with_learned(Learned(aggregator=name, vote=scores["vote"] >= scores["aggregate"], scores=scores))


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The aggregator's solution, or the plurality of the attempts."""
    learned = team.learned_as(Learned) or Learned(aggregator=team.named(options.aggregator, default=team.names[0]))
    solvers = [name for name in team if options.solves or name != options.aggregator]
    said = await ask_often(team, dict.fromkeys(solvers, question), options.samples)
    if learned.vote:
        return plurality(said.values(), team.read)
    prompt = synthesis(question, list(said.values()), team.seed(ORDER), drop_unfinished=options.drop_unfinished)
    return await finish(team, learned.aggregator, prompt)
