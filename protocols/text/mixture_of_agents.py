"""Mixture of agents: layers of proposers, each reading all answers of the layer before; an aggregator writes the last.

    a_i(1) = LM_i(question),   `samples` times each
    a_i(r) = LM_i(question, {a_j(r-1)})     r = 2 .. layers
    return   LM_aggregator(question, {a_j(layers)})

Wang et al. 2024, https://arxiv.org/abs/2406.04692, and MoCo's text_moa; with one member and several samples it is
Self-MoA, Li et al. 2025, https://arxiv.org/abs/2502.00674. What differs: the prompt is ours; `shown: others` leaves a
member's own answer out of what it reads; the aggregator may be named.
"""

from typing import Annotated, Literal

from pydantic import Field

from ...agents import Answer, Ask, Team, Writer
from ...agents.aggregation import Aggregate, aggregated, numbered, with_aggregator
from ...agents.concurrency import gather
from ...agents.errors import BadScenario
from ...agents.members import check_members
from ...agents.objective import Objective
from ...agents.options import ProtocolOptions, takes

Said = dict[tuple[str, int], Answer]
"""Answers by member and number of the sample."""


class Options(ProtocolOptions):
    """The layers, what is shown between them, and who writes the last answer.

    >>> Options(shown="others").check(("amber",))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/mixture_of_agents: one member with one sample reads no others: shown: all.
    """

    layers: int = Field(1, ge=1, le=20, description="Layers of proposers, before the aggregator.")
    samples: int = Field(1, ge=1, le=100, description="Answers of each member in a layer; of one member: Self-MoA.")
    shown: Literal["all", "others"] = Field("all", description="Whether a proposer reads its own last answers, too.")
    aggregator: Annotated[str, Writer] | None = Field(None, description="The last member; the best on dev if null.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for an aggregator that is no member, `BadScenario` where nothing would be read."""
        check_members(members, (self.aggregator,))
        if self.shown == "others" and len(members) == 1:
            raise BadScenario("text/mixture_of_agents: one member with one sample reads no others: shown: all.")


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective | None, options: Options) -> Team[Writer]:
    """The team with its aggregator."""
    return await with_aggregator(team, dev, options.aggregator, where="text/mixture_of_agents")


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The aggregator's answer."""
    said = await _layer(team, question, options, {})
    for _ in range(options.layers - 1):
        said = await _layer(team, question, options, said)
    return await aggregated(team, question, said.values())


async def _layer(team: Team[Writer], question: Ask, options: Options, before: Said) -> Said:
    """The answers of all members, `samples` each, to the question and what was said in the layer before."""
    prompts = {
        name: _prompt(question, [one for (who, _), one in before.items() if _reads(name, who, options)])
        for name in team
    }
    return await gather(
        {(name, number): team.ask(name, prompts[name]) for name in team for number in range(options.samples)}
    )


def _reads(reader: str, speaker: str, options: Options) -> bool:
    return options.shown == "all" or reader != speaker


def _prompt(question: Ask, read: list[Answer]) -> Ask | Aggregate:
    if not read:
        return question
    said = numbered(answer.text for answer in read)
    return Aggregate(question=question.text, answers=said, form=question.form, images=question.images)
