"""Multiagent finetuning at test time: generators answer, critics refine what they said after a digest of the others.

    a_i(0) = LM_generator_i(question)
    d_i    = the others' a_j(r-1), or a summary of them
    a_i(r) = LM_critic_i(question, d_i, a_i(r-1))     r = 1 .. rounds - 1
    return   argmax_a |{i : read(a_i(rounds - 1)) = a}|

Subramaniam et al. 2025, https://arxiv.org/abs/2501.05707, and MoCo's text_multiagent_finetuning. What differs: the
finetuning itself is left out: generators and critics are members, trained elsewhere or not, and where no critics are
named each member is its own; a summarizer writes the digest as in the paper, where one is named (MoCo joins the
answers); an answer that cannot be read abstains; ties go to the first generator, not to the first letter.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from ...agents import Answer, Ask, Prompt, Team, Writer
from ...agents.concurrency import gather
from ...agents.errors import BadScenario
from ...agents.members import check_members
from ...agents.options import ProtocolOptions, takes
from ...agents.voting import plurality, unanimous


class Digest(Prompt):
    """Asks a model to sum up what several answered.

    >>> Digest(question="2 + 2?", answers="4\\n\\n5").render().splitlines()[-1]
    'Sum up in a few sentences which answers were given, and for what reasons. Do not judge them.'
    """

    question: str
    answers: str
    template = """\
Question:
{question}

Answers of several assistants:
{answers}

Sum up in a few sentences which answers were given, and for what reasons. Do not judge them."""


class Criticize(Prompt):
    """Asks a model to refine an answer, given a digest of others.

    >>> Criticize(question="2 + 2?", digest="4", own="5", form="").render().splitlines()[2]
    'Others answered:'
    """

    question: str
    digest: str
    own: str
    form: str
    template = """\
{question}

Others answered:
{digest}

Your answer so far:
{own}

Look for mistakes in all of them, and give a refined and correct answer.
{form}"""


class Options(ProtocolOptions):
    """The rounds, and the critic of each generator.

    >>> Options(critics={"amber": "blue"}).check(("amber", "blue"))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/multiagent_finetuning: one generator hears no others. Add a member.
    """

    rounds: int = Field(2, ge=1, le=100, description="Rounds of answers, the generators' included.")
    critics: Mapping[str, str] | None = Field(None, description="The critic of each generator; itself if not named.")
    summarizer: Annotated[str, Writer] | None = Field(None, description="Writes digests; joined if null.")
    until_consensus: bool = Field(False, description="Stop once all agree.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for roles of non-members, `BadScenario` for a debate of one or a generator as critic."""
        critics = self.critics or {}
        check_members(members, (*critics, *critics.values(), self.summarizer))
        both = [name for name, critic in critics.items() if name != critic and name in critics.values()]
        if both:
            raise BadScenario(f"text/multiagent_finetuning.critics: {both[0]} generates and criticises. Use two.")
        if self.rounds > 1 and len(self.generators(members)) < 2:
            raise BadScenario("text/multiagent_finetuning: one generator hears no others. Add a member.")

    def generators(self, members: tuple[str, ...]) -> list[str]:
        """The members that generate: those with no other role."""
        critics = self.critics or {}
        others = {critic for name, critic in critics.items() if name != critic} | {self.summarizer}
        return [name for name in members if name not in others]


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The most frequent answer after the last round."""
    said = await team.ask_each(dict.fromkeys(options.generators(team.names), question))
    for _ in range(options.rounds - 1):
        if options.until_consensus and unanimous(said.values(), team.read):
            team.stop("consensus")
            break
        digests = await _digests(team, question, said, options.summarizer)
        prompts = {
            name: Criticize(
                question=question.text,
                digest=digests[name],
                own=own.text,
                form=question.form,
                images=question.images,
            )
            for name, own in said.items()
        }
        critics = options.critics or {}
        said = await gather({name: team.ask(critics.get(name, name), prompts[name]) for name in said})
    return plurality(said.values(), team.read)


async def _digests(
    team: Team[Writer], question: Ask, said: Mapping[str, Answer], summarizer: str | None
) -> dict[str, str]:
    """What each generator's critic reads of the others."""
    joined = {name: "\n\n".join(one.text for other, one in said.items() if other != name) for name in said}
    if summarizer is None:
        return joined
    prompts = {
        name: Digest(question=question.text, answers=text, images=question.images) for name, text in joined.items()
    }
    written = await gather({name: team.ask(summarizer, prompt) for name, prompt in prompts.items()})
    return {name: one.text for name, one in written.items()}
