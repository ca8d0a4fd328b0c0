"""Self-consistency: one member answers many times; the most frequent answer wins, and asking stops once it must.

    a_k    = LM(question), k = 1 .. samples, at a temperature
    return   argmax_a |{k : read(a_k) = a}|

Wang et al. 2022, https://arxiv.org/abs/2203.11171; the stop when enough agree is adaptive consistency, Aggarwal et al.
2023, https://arxiv.org/abs/2305.11860. What differs: with `stop: decided` no more is asked once no other answer can
win, which changes no result; `stop: agreed` ends at a share of the votes so far; what cannot be read abstains.
"""

from collections import Counter
from typing import Annotated, Literal

from pydantic import Field

from ...agents import Answer, Ask, Team, Writer
from ...agents.concurrency import gather
from ...agents.members import check_members
from ...agents.options import ProtocolOptions, takes
from ...agents.voting import plurality


class Options(ProtocolOptions):
    """How often, how warm, and when to stop.

    >>> Options(batch=4).samples
    10
    """

    samples: int = Field(10, ge=1, le=1000, description="Answers at most.")
    batch: int = Field(1, ge=1, description="Answers asked at the same time, between two looks at the votes.")
    temperature: float = Field(0.7, gt=0, description="The temperature of every answer.")
    stop: Literal["never", "decided", "agreed"] = Field("decided", description="When no more is asked.")
    share: float = Field(0.8, gt=0.5, le=1, description="With `agreed`: the share of votes that ends it.")
    least: int = Field(3, ge=1, description="With `agreed`: the votes before the first look.")
    member: Annotated[str, Writer] | None = Field(None, description="The member that is asked; the first if null.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for one that is no member."""
        check_members(members, (self.member,))


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The most frequent of one member's answers; ties to the first given."""
    name = team.named(options.member, default=team.names[0])
    said: list[Answer] = []
    while (left := options.samples - len(said)) > 0 and not _ends(team, said, left, options):
        said += await _several(team, name, question, min(options.batch, left), options.temperature)
    if left:
        team.stop("consensus")
    return plurality(said, team.read)


async def _several(team: Team[Writer], name: str, question: Ask, count: int, temperature: float) -> list[Answer]:
    found = await gather({number: team.ask(name, question, temperature=temperature) for number in range(count)})
    return list(found.values())


def _ends(team: Team[Writer], said: list[Answer], left: int, options: Options) -> bool:
    """True if the votes are decided, or agree enough, with this many answers left."""
    votes = Counter(reading for answer in said if (reading := team.read(answer.text)) is not None)
    (_, most), (_, second) = [*votes.most_common(2), (None, 0), (None, 0)][:2]
    if options.stop == "agreed":
        return len(said) >= options.least and most >= options.share * len(said)
    return options.stop == "decided" and most > second + left
