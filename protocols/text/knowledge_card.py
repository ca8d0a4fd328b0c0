"""Knowledge cards: every member writes what it knows about a question; one answers with all of it.

    k_i    = LM_i(write knowledge for the question)
    return   LM_best(question, {k_i})

MoCo's text_knowledge_card; cf. Feng et al. 2023, https://arxiv.org/abs/2305.09955, whose cards are specialists, and
Liu et al. 2021, https://arxiv.org/abs/2110.08387. What differs: the writers are not asked in the form of the answer,
which would make answers of their cards, and a card that would be left out is not written.
"""

from typing import Annotated

from pydantic import Field

from ...agents import Answer, Ask, Prompt, Team, Writer
from ...agents.aggregation import aggregator, with_aggregator
from ...agents.errors import BadScenario
from ...agents.members import check_members
from ...agents.objective import Objective
from ...agents.options import ProtocolOptions, takes


class Write(Prompt):
    """Asks a model for knowledge.

    >>> Write(question="2 + 2?").render().splitlines()[0]
    'Write down what one has to know to answer this question. Do not answer it.'
    """

    question: str
    template = """\
Write down what one has to know to answer this question. Do not answer it.

{question}"""


class Use(Prompt):
    """Asks a model to answer with the knowledge of several.

    >>> Use(question="2 + 2?", cards="- Sums add up.", form="").render().splitlines()[2]
    'What several assistants know about it, some of which may be wrong:'
    """

    question: str
    cards: str
    form: str
    template = """\
{question}

What several assistants know about it, some of which may be wrong:
{cards}

Answer the question.
{form}"""


class Options(ProtocolOptions):
    """Whose knowledge is used, how long it may be, and who answers.

    >>> Options(exclude_self=True).check(("amber",))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/knowledge_card: one member without its own card has none: exclude_self.
    """

    exclude_self: bool = Field(False, description="Leave out the knowledge of the member that answers.")
    max_tokens: int | None = Field(None, ge=1, description="Tokens of a card; those of an answer if null.")
    aggregator: Annotated[str, Writer] | None = Field(None, description="The member that answers; best on dev if null.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for an aggregator that is no member, `BadScenario` where no card is left."""
        check_members(members, (self.aggregator,))
        if self.exclude_self and len(members) == 1:
            raise BadScenario("text/knowledge_card: one member without its own card has none: exclude_self.")


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective | None, options: Options) -> Team[Writer]:
    """The team with the member that answers."""
    return await with_aggregator(team, dev, options.aggregator, where="text/knowledge_card")


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The answer with the knowledge of all."""
    last = aggregator(team)
    writers = [name for name in team if not options.exclude_self or name != last]
    length = {} if options.max_tokens is None else {"max_tokens": options.max_tokens}
    asked = Write(question=question.text, images=question.images)
    written = await team.ask_each(dict.fromkeys(writers, asked), **length)
    cards = "\n".join(f"- {card.text}" for card in written.values())
    return await team.ask(last, Use(question=question.text, cards=cards, form=question.form, images=question.images))
