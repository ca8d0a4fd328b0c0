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

from ...agents import Answer, Ask, Team, Writer
from ...agents.about import about
from ...agents.concurrency import gather
from ...agents.options import takes
from ...agents.repeated import ask_often
from ...trainers.search.raters import RATINGS, Rate, expected
from .options.best_of_n import Options


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The best answer; the first of equals, and the first of all where none was rated."""
    others = [name for name in team if name not in (options.judge, options.reward)]
    name = options.member or others[0]
    asked = await ask_often(team, {name: question}, options.samples, temperature=options.temperature)
    said = list(asked.values())
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
    prompt = about(question, Rate, answer=text)
    return expected(await team.choose(options.judge or writer, prompt, RATINGS))


def _weighted(team: Team[Writer], said: list[Answer], ratings: Mapping[str, float]) -> dict[str, float]:
    """The sum of the ratings of all answers that are read as a text is; texts that cannot be read have none."""
    sums: defaultdict[str | None, float] = defaultdict(float)
    for one in said:
        sums[team.read(one.text)] += ratings.get(one.text, 0.0)
    return {text: sums[team.read(text)] for text in ratings if team.read(text) is not None}
