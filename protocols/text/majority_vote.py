"""Majority vote: everyone answers once, the most frequent answer wins.

    a_i = LM_i(question);    return argmax_a sum of w_i over {i : read(a_i) = a}
    w_i = 1,  or with `weights: dev`  log(s_i (K - 1) / (1 - s_i)),  s_i = (dev score + 1) / (dev questions + 2)

Votes are counted on answers as the task reads them, so "4" and "4." are one vote; an answer that
cannot be read abstains. Ties go to the first voter, to the better model on dev, or to chance.
Cf. Wang et al. 2022 (self-consistency), https://arxiv.org/abs/2203.11171. The weights are best for independent voters
whose errors fall evenly on the K - 1 wrong `answers` (Nitzan and Paroush 1982; cf. https://arxiv.org/abs/2510.01499);
who is worse than chance on dev votes against. `stop` asks one after another, the best on dev first where there is a
dev split, until what is left can change nothing: the answer of the full vote in fewer calls (after the stopping of
https://arxiv.org/abs/2604.02863). `overturn` follows the minority where a rule that was fitted on dev says so
(trainers/heads/overturning.py).
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
from ...agents.voting import decided, leaders, reliability
from ...trainers.heads.overturning import Overturn, overturn, sides_of

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
    overturn: bool = Field(False, description="Follow the minority where a rule that was fitted on dev says so.")
    keep: float = Field(0.95, ge=0.5, lt=1, description="With `overturn`: the share of right majorities that is kept.")

    @property
    def looks_at_dev(self) -> bool:
        """True if votes are ordered or weighted by dev, or a rule is fitted on it."""
        return self.tie == "dev" or self.weights == "dev" or self.stop or self.overturn

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `BadScenario` for a rule on votes that are weighted, not all cast, or of fewer than three."""
        if self.overturn and (self.weights != "none" or self.stop):
            raise BadScenario(
                "text/majority_vote: overturn looks at all votes, unweighted. Leave out weights and stop."
            )
        if self.overturn and len(members) < 3:
            raise BadScenario(f"text/majority_vote: {len(members)} members have no minority to follow. Name three.")


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective | None, options: Options) -> Team[Writer]:
    """The team with its weights, best on dev first with `tie: dev`, `weights: dev`, or a `stop` on a task with dev."""
    if options.tie == "dev":
        dev = required(
            dev, "text/majority_vote: tie: dev, and the task has no dev split. Settle ties by first or random."
        )
    elif options.weights == "dev":
        dev = required(dev, "text/majority_vote: weights: dev, and the task has no dev split. Use weights: none.")
    elif options.overturn:
        dev = required(dev, "text/majority_vote: overturn, and the task has no dev split. Use overturn: false.")
    elif not options.stop or dev is None:
        return team
    team = team.only(await dev.rank(team))
    if options.weights == "none" and not options.overturn:
        return team
    graded = {name: await dev.graded(team.only([name])) for name in team}
    if options.overturn:
        return team.with_learned(overturn(graded, options.keep))
    scores = [[one.score for one in row if one.score is not None] for row in graded.values()]
    return team.with_learned(Weights(values=tuple(weight(row, options.answers) for row in scores)))


def weight(scores: Sequence[float], answers: int) -> float:
    """The log-odds of a voter with these dev scores, among so many answers. Raises `BadScenario` beyond 0 to 1.

    >>> round(weight([1.0] * 8, 2), 4), round(weight([1.0] * 8, 4), 4), weight([1.0] + [0.0] * 5, 4)
    (2.1972, 3.2958, 0.0)
    """
    if not all(0 <= one <= 1 for one in scores):
        raise BadScenario("text/majority_vote: weights: dev, and dev scores beyond 0 to 1. Use weights: none.")
    share = reliability(scores)
    return log(share * (answers - 1) / (1 - share))


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
    if (rule := team.learned_as(Overturn)) is not None:
        by = dict(zip(team, said, strict=True))
        sides = sides_of({name: team.read(one.text) for name, one in by.items()})
        if sides is not None and rule.flips(by, sides):
            return by[sides.minority[0]]
    tied = leaders(said, team.read, weights)
    return Random(team.seed("tie")).choice(tied) if options.tie == "random" else tied[0]
