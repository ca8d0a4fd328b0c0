"""Majority vote: everyone answers once, the most frequent answer wins.

    a_i = LM_i(question);    return argmax_a |{i : read(a_i) = a}|

Votes are counted on answers as the task reads them, so "4" and "4." are one vote; an answer that
cannot be read abstains. Ties go to the first voter, to the better model on dev, or to chance.
Cf. Wang et al. 2022 (self-consistency), https://arxiv.org/abs/2203.11171.
"""

from random import Random
from typing import Literal

from ...agents import Answer, Ask, Team, Writer
from ...agents.errors import BadScenario
from ...agents.objective import Objective
from ...agents.voting import leaders

Tie = Literal["first", "dev", "random"]


async def prepare(team: Team[Writer], dev: Objective | None, *, tie: Tie = "first") -> Team[Writer]:
    """Order the team by dev score where ties are settled by it: the first voter then is the best."""
    if tie != "dev":
        return team
    if dev is None:
        raise BadScenario(
            "text/majority_vote: tie: dev, and the task has no dev split. Settle ties by first or random."
        )
    return team.only(await dev.rank(team))


async def answer(team: Team[Writer], question: Ask, *, tie: Tie = "first") -> Answer:
    """The most frequent answer, as its first voter gave it; an empty answer if all abstain."""
    tied = leaders((await team.ask_all(question)).values(), team.read)
    return Random(team.seed("tie")).choice(tied) if tie == "random" else tied[0]
