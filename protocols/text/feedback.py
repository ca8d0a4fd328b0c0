"""Feedback: answer, let peers criticise, revise; one member merges what was said last.

    a_i(0) = LM_i(question)
    f_ki   = LM_k(question, a_i(r-1))   for k in a draw of `reviewers` others
    a_i(r) = LM_i(question, a_i(r-1), {f_ki})     r = 1 .. rounds - 1
    return   LM_best(question, {a_i(rounds - 1)})

MoCo's text_multiagent_feedback; cf. Feng et al. 2024, https://arxiv.org/abs/2402.00367. What differs: all reviews of a
round are asked at once; reviewers are drawn by the question's own seed; fewer than two rounds, which review nothing,
and no reviewers are refused; the reviewer is not asked in the form of the answer.
"""

from random import Random

from ...agents import Answer, Ask, Team, Writer
from ...agents.about import about
from ...agents.aggregation import aggregated, bulleted, with_aggregator
from ...agents.concurrency import gather
from ...agents.objective import Objective
from ...agents.options import takes
from .messages.feedback import Review, Revise
from .options.feedback import Options


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective | None, options: Options) -> Team[Writer]:
    """The team with its aggregator."""
    return await with_aggregator(team, dev, options.aggregator, where="text/feedback")


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The merged answer after the last round."""
    said = await team.ask_all(question)
    for number in range(1, options.rounds):
        reviews = await _reviews(team, question, said, options, number)
        said = await team.ask_each(
            {name: about(question, Revise, own=said[name].text, reviews=bulleted(reviews[name])) for name in team}
        )
    return await aggregated(team, question, said.values())


async def _reviews(
    team: Team[Writer], question: Ask, said: dict[str, Answer], options: Options, number: int
) -> dict[str, list[str]]:
    """The reviews of each member's answer, in the order of the team."""
    pairs = [(author, reviewer) for author in team for reviewer in _drawn(team, author, options.reviewers, number)]
    asked = {name: about(question, Review, answer=said[name].text) for name in team}
    found = await gather({(author, reviewer): team.ask(reviewer, asked[author]) for author, reviewer in pairs})
    return {name: [found[pair].text for pair in pairs if pair[0] == name] for name in team}


def _drawn(team: Team[Writer], author: str, count: int, number: int) -> list[str]:
    """The reviewers of an author in a round, in the order of the team."""
    others = [name for name in team if name != author]
    drawn = Random(team.seed(f"reviewers of {author} in round {number}")).sample(others, min(count, len(others)))
    return [name for name in others if name in drawn]
