"""Majority vote: everyone answers once, the most frequent answer wins.

    a_i = LM_i(question);    return argmax_a |{i : read(a_i) = a}|

Votes are counted on answers as the task reads them, so "4" and "4." are one vote; an answer that
cannot be read abstains. Ties go to the first voter, to the better model on dev, or to chance.
Cf. Wang et al. 2022 (self-consistency), https://arxiv.org/abs/2203.11171.
"""

from random import Random
from typing import Literal

from pydantic import Field

from ...agents import Answer, Ask, Team, Writer
from ...agents.objective import Objective, required
from ...agents.options import ProtocolOptions, takes
from ...agents.voting import leaders

Tie = Literal["first", "dev", "random"]


class Options(ProtocolOptions):
    """The rule for ties.

    >>> Options.given({"tie": "coin"}, where="text/majority_vote")
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/majority_vote.tie: input should be 'first', 'dev' or 'random', not 'coin'.
    """

    tie: Tie = Field("first", description="By the first voter, by the better one on dev, or at random.")


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective | None, options: Options) -> Team[Writer]:
    """The team, with `tie: dev` ordered by dev score, so that the first voter is the best."""
    if options.tie != "dev":
        return team
    dev = required(dev, "text/majority_vote: tie: dev, and the task has no dev split. Settle ties by first or random.")
    return team.only(await dev.rank(team))


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The most frequent answer, as its first voter gave it; an empty answer if all abstain."""
    tied = leaders((await team.ask_all(question)).values(), team.read)
    return Random(team.seed("tie")).choice(tied) if options.tie == "random" else tied[0]
