"""Best of n: one member answers many times, and the answer that a reward model or a judge rates highest is taken.

    a_k    = LM(question), k = 1 .. samples, at a temperature
    return   argmax_k r(question, a_k)

Cobbe et al. 2021, https://arxiv.org/abs/2110.14168 (a verifier), Stiennon et al. 2020,
https://arxiv.org/abs/2009.01325 (a reward model). What differs: the rater is a member, a reward model or a judge that
rates from 1 to 10 (its expected rating where it shows distributions), or the writer itself; equal texts are rated
once; an answer without a rating cannot win; with `pick: weighted` the ratings of answers that the task reads alike
are added up first (Li et al. 2022, https://arxiv.org/abs/2206.02336).
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from ...agents import Answer, Ask, Team, Writer
from ...agents.concurrency import gather
from ...agents.errors import BadScenario
from ...agents.members import check_members
from ...agents.models.base import Scorer
from ...agents.options import ProtocolOptions, takes
from ...trainers.search.raters import RATINGS, Rate, expected


class Options(ProtocolOptions):
    """The member that answers, its samples, and the rater.

    >>> Options(reward="amber", judge="amber").check(("amber",))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/best_of_n: a reward model and a judge. Name one of them.
    """

    samples: int = Field(8, ge=1, le=1000, description="Answers of the member.")
    temperature: float = Field(0.7, gt=0, description="The temperature of every answer.")
    member: Annotated[str, Writer] | None = Field(None, description="The member that answers; the first other if null.")
    judge: Annotated[str, Writer] | None = Field(None, description="The member that rates from 1 to 10.")
    reward: Annotated[str, Scorer] | None = Field(None, description="The member that is a reward model.")
    pick: Literal["best", "weighted"] = Field("best", description="The best answer, or the best sum of equal ones.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for roles of non-members, `BadScenario` for roles that do not fit together."""
        check_members(members, (self.member, self.judge, self.reward))
        if self.judge and self.reward:
            raise BadScenario("text/best_of_n: a reward model and a judge. Name one of them.")
        if self.member is None and set(members) <= {self.judge, self.reward}:
            raise BadScenario(f"text/best_of_n: {self.judge or self.reward} rates, and nobody answers. Name a member.")
        if self.reward and self.pick == "weighted":
            raise BadScenario("text/best_of_n: raw rewards may be negative, their sums say nothing. Use pick: best.")


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The best answer; the first of equals, and the first of all where none was rated."""
    others = [name for name in team if name not in (options.judge, options.reward)]
    name = options.member or others[0]
    calls = {number: team.ask(name, question, temperature=options.temperature) for number in range(options.samples)}
    said = list((await gather(calls)).values())
    if len({one.text for one in said}) == 1:
        return said[0]
    texts = dict.fromkeys(one.text for one in said)
    rated = await gather({text: _rating(team, name, question, text, options) for text in texts})
    ratings = {text: rating for text, rating in rated.items() if rating is not None}
    worth = ratings if options.pick == "best" else _weighted(team, said, ratings)
    return max(said, key=lambda one: worth.get(one.text, float("-inf")))


async def _rating(team: Team[Writer], writer: str, question: Ask, text: str, options: Options) -> float | None:
    """The rating of an answer: the raw reward, or from 1 to 10; None where the judge gave none."""
    if options.reward:
        return (await team.assess(options.reward, question, text)).value
    prompt = Rate(question=question.text, answer=text, images=question.images)
    return expected(await team.choose(options.judge or writer, prompt, RATINGS))


def _weighted(team: Team[Writer], said: list[Answer], ratings: Mapping[str, float]) -> dict[str, float]:
    """The sum of the ratings of all answers that are read as a text is; texts that cannot be read have none."""
    sums: defaultdict[str | None, float] = defaultdict(float)
    for one in said:
        sums[team.read(one.text)] += ratings.get(one.text, 0.0)
    return {text: sums[team.read(text)] for text in ratings if team.read(text) is not None}
