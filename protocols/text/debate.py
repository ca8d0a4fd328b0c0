"""Multi-agent debate: answer, hear the others, answer again, vote.

    a_i(0) = LM_i(question)
    a_i(r) = LM_i(question, a_i(r-1), {a_j(r-1) for every j -> i})     r = 1 .. rounds
    return   the most frequent a_i(rounds)

Du et al. 2023, https://arxiv.org/abs/2305.14325. Unlike the paper, who hears whom is the
topology's business: `complete` is theirs, `ring` is the sparse debate of Li et al. 2024
(https://arxiv.org/abs/2406.11776). With `until_consensus` a debate stops once all agree.
"""

from typing import Annotated, Final

from pydantic import Field

from ...agents import Answer, Ask, Prompt, Team, Writer
from ...agents.voting import plurality, unanimous

HEARS: Final = True
"""Its members hear each other: a scenario names the topology."""


class Revise(Prompt):
    """Asks a model to answer again, given the others' answers.

    >>> Revise(question="2 + 2?", own="5", heard="- 4", form="").render().splitlines()[3:5]
    ['The others answered:', '- 4']
    """

    question: str
    own: str
    heard: str
    form: str
    shows = "heard"
    template = """\
{question}

Your answer was: {own}
The others answered:
{heard}

Answer again. Change your mind only for a reason you can state.
{form}"""


Rounds = Annotated[int, Field(ge=0, le=1000, description="Rounds of hearing each other and answering again.")]
Consensus = Annotated[bool, Field(description="Stop once all agree.")]


async def answer(
    team: Team[Writer], question: Ask, *, rounds: Rounds = 2, until_consensus: Consensus = False
) -> Answer:
    """The most frequent answer after `rounds` rounds of hearing each other."""
    said = await team.ask_all(question)
    for _ in range(rounds):
        if until_consensus and unanimous(said.values(), team.read):
            team.stop("consensus")
            break
        heard = await team.exchange(said)
        said = await team.ask_each(
            {
                name: Revise(
                    question=question.text,
                    own=said[name].text,
                    heard="\n".join(f"- {other.text}" for other in heard[name].values()),
                    form=question.form,
                    images=question.images,
                )
                for name in team
            }
        )
    return plurality(said.values(), team.read)
