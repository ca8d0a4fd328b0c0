"""Refine: answer, read the others' answers, answer again; one member merges what was said last.

    a_i(0) = LM_i(question)
    a_i(r) = LM_i(question, a_i(r-1), {a_j(r-1) for every j -> i})     r = 1 .. rounds - 1
    return   LM_best(question, {a_i(rounds - 1)})

MoCo's text_multiagent_refine; cf. Madaan et al. 2023 (Self-Refine), https://arxiv.org/abs/2303.17651. What differs: who
reads whom is the topology's business (`complete` is MoCo's); the form of the answer is asked for once, last; rounds
stop once all agree, if asked to; fewer than two rounds, which refine nothing, are refused.
"""

from typing import Annotated, Final

from pydantic import Field

from ...agents import Answer, Ask, Prompt, Team, Writer
from ...agents.aggregation import aggregated, with_aggregator
from ...agents.members import check_members
from ...agents.objective import Objective
from ...agents.options import ProtocolOptions, takes
from ...agents.voting import unanimous

HEARS: Final = True
"""Its members read each other: a scenario names the topology."""


class Refine(Prompt):
    """Asks a model to improve its answer, given the others'.

    >>> Refine(question="2 + 2?", own="5", heard="- 4", form="").render().splitlines()[2:4]
    ['You are one of several assistants who work on this together.', 'Your last answer:']
    """

    question: str
    own: str
    heard: str
    form: str
    shows = "heard"
    template = """\
{question}

You are one of several assistants who work on this together.
Your last answer:
{own}
The others' last answers:
{heard}

Take what is right in any of them, mend what is wrong, and give your refined answer.
{form}"""


class Options(ProtocolOptions):
    """The rounds, and the member that merges.

    >>> Options.given({"rounds": 1}, where="text/refine")
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/refine.rounds: input should be greater than or equal to 2, not 1.
    """

    rounds: int = Field(3, ge=2, le=100, description="Rounds of answers, the first one included.")
    until_consensus: bool = Field(False, description="Stop once all agree.")
    aggregator: Annotated[str, Writer] | None = Field(None, description="The member that merges; best on dev if null.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for an aggregator that is no member."""
        check_members(members, (self.aggregator,))


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective | None, options: Options) -> Team[Writer]:
    """The team with its aggregator."""
    return await with_aggregator(team, dev, options.aggregator, where="text/refine")


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The merged answer after the last round."""
    said = await team.ask_all(question)
    for _ in range(options.rounds - 1):
        if options.until_consensus and unanimous(said.values(), team.read):
            team.stop("consensus")
            break
        heard = await team.exchange(said)
        said = await team.ask_each(
            {
                name: Refine(
                    question=question.text,
                    own=said[name].text,
                    heard="\n".join(f"- {other.text}" for other in heard[name].values()),
                    form=question.form,
                    images=question.images,
                )
                for name in team
            }
        )
    return await aggregated(team, question, said.values())
