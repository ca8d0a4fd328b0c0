"""Knowledge cards: every member writes what it knows about a question; one answers with all of it.

    k_i    = LM_i(write knowledge for the question)
    return   LM_best(question, {k_i})

MoCo's text_knowledge_card; cf. Feng et al. 2023, https://arxiv.org/abs/2305.09955, whose cards are specialists, and
Liu et al. 2021, https://arxiv.org/abs/2110.08387. What differs: the writers are not asked in the form of the answer,
which would make answers of their cards, and a card that would be left out is not written.
"""

from ...agents import Answer, Ask, Team, Writer
from ...agents.about import about
from ...agents.aggregation import aggregator, bulleted, with_aggregator
from ...agents.final import finish
from ...agents.objective import Objective
from ...agents.options import takes
from .messages.knowledge_card import Use, Write
from .options.knowledge_card import Options


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
    asked = about(question, Write)
    written = await team.ask_each(dict.fromkeys(writers, asked), **length)
    return await finish(team, last, about(question, Use, cards=bulleted(card.text for card in written.values())))
