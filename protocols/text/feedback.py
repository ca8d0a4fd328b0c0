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
from typing import Annotated

from pydantic import Field

from ...agents import Answer, Ask, Prompt, Team, Writer
from ...agents.aggregation import aggregated, with_aggregator
from ...agents.concurrency import gather
from ...agents.errors import BadScenario
from ...agents.members import check_members
from ...agents.objective import Objective
from ...agents.options import ProtocolOptions, takes


class Review(Prompt):
    """Asks a model what is wrong with an answer of another one.

    >>> print(Review(question="2 + 2?", answer="5").render().splitlines()[-1])
    Say what is right and what is wrong with it, and how it could be better. Do not answer the question yourself.
    """

    question: str
    answer: str
    template = """\
Question:
{question}

An assistant's answer:
{answer}

Say what is right and what is wrong with it, and how it could be better. Do not answer the question yourself."""


class Revise(Prompt):
    """Asks a model to answer again, given what others said of its answer.

    >>> Revise(question="2 + 2?", own="5", reviews="- It is 4.", form="").render().splitlines()[-1]
    'Answer again: heed what is right in the reviews, and nothing else.'
    """

    question: str
    own: str
    reviews: str
    form: str
    template = """\
{question}

Your last answer:
{own}
Reviews of it:
{reviews}

Answer again: heed what is right in the reviews, and nothing else.
{form}"""


class Options(ProtocolOptions):
    """The rounds, the reviewers of an answer, and the member that merges.

    >>> Options().check(("amber",))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/feedback: one member has nobody to review its answers. Name two at least.
    """

    rounds: int = Field(3, ge=2, le=100, description="Rounds of answers, the first one included.")
    reviewers: int = Field(3, ge=1, description="Reviewers of an answer, drawn anew each time; all others if fewer.")
    aggregator: Annotated[str, Writer] | None = Field(None, description="The member that merges; best on dev if null.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for an aggregator that is no member, `BadScenario` for a team of one."""
        check_members(members, (self.aggregator,))
        if len(members) < 2:
            raise BadScenario("text/feedback: one member has nobody to review its answers. Name two at least.")
        self.check_most("reviewers", len(members) - 1, "others", where="text/feedback")


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
            {
                name: Revise(
                    question=question.text,
                    own=said[name].text,
                    reviews="\n".join(f"- {review}" for review in reviews[name]),
                    form=question.form,
                    images=question.images,
                )
                for name in team
            }
        )
    return await aggregated(team, question, said.values())


async def _reviews(
    team: Team[Writer], question: Ask, said: dict[str, Answer], options: Options, number: int
) -> dict[str, list[str]]:
    """The reviews of each member's answer, in the order of the team."""
    pairs = [(author, reviewer) for author in team for reviewer in _drawn(team, author, options.reviewers, number)]
    asked = {name: Review(question=question.text, answer=said[name].text, images=question.images) for name in team}
    found = await gather({(author, reviewer): team.ask(reviewer, asked[author]) for author, reviewer in pairs})
    return {name: [found[pair].text for pair in pairs if pair[0] == name] for name in team}


def _drawn(team: Team[Writer], author: str, count: int, number: int) -> list[str]:
    """The reviewers of an author in a round, in the order of the team."""
    others = [name for name in team if name != author]
    drawn = Random(team.seed(f"reviewers of {author} in round {number}")).sample(others, min(count, len(others)))
    return [name for name in others if name in drawn]
