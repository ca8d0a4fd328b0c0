"""Option pooling: the members' distributions over the options that a question lists are pooled; the likeliest wins.

    p_i(a)   = softmax over options of log p_i(letter of a | question), averaged over `orders` rotations of the list
    pool(a)  ~ product of p_i(a) ^ w_i  (`of: logs`)   or   sum of w_i p_i(a)  (`of: probabilities`)
    return     the letter of argmax pool

The logarithmic and the linear opinion pool (Genest and Zidek 1986). With one hidden answer and members independent
given it, belief propagation over them ends after one pass, and this product is its result. Nothing is written. `floor`
keeps one member from vetoing an option. `weights: fitted` minimises the mean of -log pool(right) on dev, w >= 0, with
a ridge toward equal ones: copies of a model share a weight instead of counting twice.
"""

from math import exp, log

from ...agents import Answer, Ask, Stepper, Team
from ...agents.about import about
from ...agents.concurrency import gather
from ...agents.errors import BadScenario
from ...agents.listed_options import LETTERS, listed_options, listings, shares
from ...agents.objective import Objective, required
from ...agents.opinion_pool import pooled
from ...agents.options import takes
from ...trainers.search.pool_weights import fitted
from .messages.pool import Letter, Weights
from .options.pool import Options


@takes(Options)
async def prepare(team: Team[Stepper], dev: Objective | None, options: Options) -> Team[Stepper]:
    """The team with its weights. Raises `BadScenario` without a dev question of which one option alone is right."""
    if options.weights != "fitted":
        return team
    dev = required(dev, "text/pool: weights: fitted, and the task has no dev split. Use weights: equal.")
    tables, right = [], []
    for position, question in enumerate(dev.questions):
        _, listed = listed_options(question.text)
        scores = [await dev.grade(position, LETTERS[at]) or 0.0 for at in range(len(listed))]
        if scores and scores.count(max(scores)) == 1:
            right.append(scores.index(max(scores)))
            here = team.at(f"{team.question}/pool/{position}")
            try:
                tables.append(await distributions(here, question, options))
            finally:
                await here.close()
    if not tables:
        raise BadScenario(
            "text/pool: no dev question has one right option, so nothing can be fitted. Use weights: equal."
        )
    return team.with_learned(Weights(values=fitted(tables, right)))


@takes(Options)
async def answer(team: Team[Stepper], question: Ask, options: Options) -> Answer:
    """The letter of the option that is likeliest in the pool. Raises `BadScenario` for a question that lists none."""
    table = await distributions(team, question, options)
    learned = team.learned_as(Weights)
    weights = options.weights if isinstance(options.weights, tuple) else (1 / len(team),) * len(team)
    pool = pooled(table, weights if learned is None else learned.values, options.of)
    return Answer(text=LETTERS[pool.index(max(pool))])


async def distributions(team: Team[Stepper], question: Ask, options: Options) -> list[list[float]]:
    """The log-probabilities of the options as listed, one row a member, with the floor."""
    orders = listings(question.text, options.orders)
    if not orders or len(orders[0][0]) < 2:
        raise BadScenario("text/pool: a question lists no options, lettered from A. Use it for multiple choice.")
    count = len(orders[0][0])
    sums = [[0.0] * count for _ in team]
    for turned, text in orders:
        prompt = about(question, Letter, question=text)
        found = await gather({name: team.choose(name, prompt, list(LETTERS[:count])) for name in team})
        for row, choice in zip(sums, found.values(), strict=True):
            for option, score in zip(turned, shares(list(choice.logprobs)), strict=True):
                row[option] += exp(score) / len(orders)
    return [shares([log(max(one, options.floor, 1e-300)) for one in row]) for row in sums]
