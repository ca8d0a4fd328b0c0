"""Majority vote: everyone answers once, the most frequent answer wins.

    a_i = LM_i(question);    return argmax_a sum of w_i over {i : read(a_i) = a}
    w_i = 1,  or with `weights: dev`  log(s_i (K - 1) / (1 - s_i)),  s_i = (dev score + 1) / (dev questions + 2)

Votes are counted on answers as the task reads them, so "4" and "4." are one vote; an answer that
cannot be read abstains. Ties go to the first voter, to the better model on dev, or to chance.
Cf. Wang et al. 2022 (self-consistency), https://arxiv.org/abs/2203.11171. The weights are best for independent voters
whose errors fall evenly on the K - 1 wrong `answers` (Nitzan and Paroush 1982; cf. https://arxiv.org/abs/2510.01499);
who is worse than chance on dev votes against. `stop` asks one after another, the best on dev first where there is a
dev split, until what is left can change nothing: the answer of the full vote in fewer calls (after the stopping of
https://arxiv.org/abs/2604.02863).
"""

from collections.abc import Sequence
from math import log
from random import Random
from typing import Literal

from pydantic import Field

from ...agents import Answer, Ask, Message, Team, Writer
from ...agents.errors import BadScenario
from ...agents.objective import Objective, required
from ...agents.options import ProtocolOptions, takes
from ...agents.voting import decided, leaders

Tie = Literal["first", "dev", "random"]


class Weights(Message):
    """What the vote of each member counts, in the team's order.

    >>> Weights(values=(2.0, 0.5)).values
    (2.0, 0.5)
    """

    values: tuple[float, ...]


class Options(ProtocolOptions):
    """The rule for ties, the weights, and whether it stops.

    >>> Options.given({"tie": "coin"}, where="text/majority_vote")
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/majority_vote.tie: input should be 'first', 'dev' or 'random', not 'coin'.
    """

    tie: Tie = Field("first", description="By the first voter, by the better one on dev, or at random.")
    weights: Literal["none", "dev"] = Field("none", description="Votes count the same, or by log-odds of dev scores.")
    answers: int = Field(4, ge=2, description="With `weights: dev`: the number of answers that are possible.")
    stop: bool = Field(False, description="Ask one after another until no other answer can win.")


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective | None, options: Options) -> Team[Writer]:
    """The team with its weights, best on dev first with `tie: dev`, `weights: dev`, or a `stop` on a task with dev."""
    if options.tie == "dev":
        dev = required(
            dev, "text/majority_vote: tie: dev, and the task has no dev split. Settle ties by first or random."
        )
    elif options.weights == "dev":
        dev = required(dev, "text/majority_vote: weights: dev, and the task has no dev split. Use weights: none.")
    elif not options.stop or dev is None:
        return team
    team = team.only(await dev.rank(team))
    if options.weights == "none":
        return team
    scores = [[one.score for one in await dev.graded(team.only([name]))] for name in team]
    found = [weight([one for one in row if one is not None], options.answers) for row in scores]
    return team.with_learned(Weights(values=tuple(found)))


def weight(scores: Sequence[float], answers: int) -> float:
    """The log-odds of a voter with these dev scores, among so many answers. Raises `BadScenario` beyond 0 to 1.

    >>> round(weight([1.0] * 8, 2), 4), round(weight([1.0] * 8, 4), 4), weight([1.0] + [0.0] * 5, 4)
    (2.1972, 3.2958, 0.0)
    """
    if not all(0 <= one <= 1 for one in scores):
        raise BadScenario("text/majority_vote: weights: dev, and dev scores beyond 0 to 1. Use weights: none.")
    reliability = (sum(scores) + 1) / (len(scores) + 2)
    return log(reliability * (answers - 1) / (1 - reliability))


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The answer with the most votes, as its first voter gave it; an empty answer if all abstain."""
    learned = team.learned_as(Weights)
    weights = [1.0] * len(team) if learned is None else list(learned.values)
    said: list[Answer] = []
    if options.stop:
        for name in team:
            if decided([team.read(one.text) for one in said], weights[len(said) :], weights):
                team.stop("consensus")
                break
            said.append(await team.ask(name, question))
    else:
        said += (await team.ask_all(question)).values()
    tied = leaders(said, team.read, weights)
    return Random(team.seed("tie")).choice(tied) if options.tie == "random" else tied[0]
