"""Option pooling: the members' distributions over the options that a question lists are pooled; the likeliest wins.

    p_i(a)   = softmax over options of log p_i(letter of a | question), averaged over `orders` rotations of the list
    pool(a)  ~ product of p_i(a) ^ w_i  (`of: logs`)   or   sum of w_i p_i(a)  (`of: probabilities`)
    return     the letter of argmax pool

The logarithmic and the linear opinion pool (Genest and Zidek 1986). With one hidden answer and members independent
given it, belief propagation over them ends after one pass, and this product is its result. Nothing is written. `floor`
keeps one member from vetoing an option. `weights: fitted` minimises the mean of -log pool(right) on dev, w >= 0, with
a ridge toward equal ones: copies of a model share a weight instead of counting twice.
"""

from collections.abc import Sequence
from math import exp, log
from typing import Literal

from pydantic import Field

from ...agents import Answer, Ask, Message, Prompt, Stepper, Team
from ...agents.concurrency import gather
from ...agents.errors import BadScenario
from ...agents.listed_options import LETTERS, listed_options, shares
from ...agents.objective import Objective, required
from ...agents.options import ProtocolOptions, takes
from ...trainers.search.pool_weights import fitted


class Letter(Prompt):
    """Asks for the letter of an option.

    >>> Letter(question="2 + 2?\\nA) 3\\nB) 4").render().splitlines()[-1]
    'Reply with the letter of the right option and nothing else.'
    """

    question: str
    template = "{question}\n\nReply with the letter of the right option and nothing else."


class Weights(Message):
    """The weight of each member, in the team's order, fitted on dev.

    >>> Weights(values=(0.9, 0.2)).values
    (0.9, 0.2)
    """

    values: tuple[float, ...]


class Options(ProtocolOptions):
    """The pool, its weights, and the orders of the list.

    >>> Options(weights=(1.0, 2.0)).check(("amber",))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/pool.weights: (1.0, 2.0) for 1 members. Give each one, none negative, ...
    """

    of: Literal["logs", "probabilities"] = Field("logs", description="What is averaged.")
    weights: Literal["equal", "fitted"] | tuple[float, ...] = Field("equal", description="One a member, or by dev.")
    orders: int = Field(1, ge=1, le=26, description="Rotations of the options, as many as there are at most.")
    floor: float = Field(1e-4, ge=0, le=0.1, description="The least probability of an option.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `BadScenario` for weights that do not fit the members, and for fitted ones of probabilities."""
        given = self.weights
        if isinstance(given, tuple) and (len(given) != len(members) or min(given) < 0 or sum(given) == 0):
            raise BadScenario(
                f"text/pool.weights: {given} for {len(members)} members. Give each one, none negative, not all 0."
            )
        if given == "fitted" and self.of != "logs":
            raise BadScenario("text/pool: fitted weights of probabilities. They are fitted for of: logs alone.")


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
    bare, listed = listed_options(question.text)
    if len(listed) < 2:
        raise BadScenario("text/pool: a question lists no options, lettered from A. Use it for multiple choice.")
    count = len(listed)
    orders = min(options.orders, count)
    starts = [turn * count // orders for turn in range(orders)]
    sums = [[0.0] * count for _ in team]
    for start in starts:
        turned = [(start + at) % count for at in range(count)]
        lines = [f"{LETTERS[at]}) {listed[option]}" for at, option in enumerate(turned)]
        text = "\n".join([bare, *lines]) if start else question.text
        prompt = Letter(question=text, images=question.images)
        found = await gather({name: team.choose(name, prompt, list(LETTERS[:count])) for name in team})
        for row, choice in zip(sums, found.values(), strict=True):
            for option, score in zip(turned, shares(list(choice.logprobs)), strict=True):
                row[option] += exp(score) / orders
    return [shares([log(max(one, options.floor, 1e-300)) for one in row]) for row in sums]


def pooled(table: Sequence[Sequence[float]], weights: Sequence[float], of: str = "logs") -> list[float]:
    """The probabilities of the pool, from log-probabilities, one row a member; rounded, so that equal ones are ties.

    >>> pooled([[log(0.6), log(0.4)]] * 2, (1, 1)), pooled([[log(0.6), log(0.4)]] * 2, (1, 1), "probabilities")
    ([0.692307692, 0.307692308], [0.6, 0.4])
    """
    columns = list(zip(*table, strict=True))
    if of == "probabilities":
        whole = sum(weights)
        return [
            round(sum(w * exp(one) for w, one in zip(weights, column, strict=True)) / whole, 9) for column in columns
        ]
    summed = [sum(w * one for w, one in zip(weights, column, strict=True)) for column in columns]
    return [round(exp(one), 9) for one in shares(summed)]
