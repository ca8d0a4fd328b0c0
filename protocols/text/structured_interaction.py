"""Structured interaction: members on a graph read their neighbours and answer again; one node's last answer counts.

    a_i(0) = LM_i(question)
    a_i(r) = LM_i(question, a_i(r-1), {a_j(r-1) for every j -> i})     r = 1 .. rounds - 1
    return   a_best(rounds - 1)

A node that hears nobody keeps its answer.

MoCo's text_structure; cf. Yu et al. 2025 (NetSafe), https://arxiv.org/abs/2410.15686. What differs: the graph is the
team's topology, whose `star` has a hub and no ring; nodes whose words cannot reach the answering node in the rounds
that are left are not asked, which changes no answer (`prune: false` asks them all).
"""

from typing import Annotated, Final

from pydantic import Field

from ...agents import Answer, Ask, Prompt, Team, Writer
from ...agents.aggregation import aggregator, with_aggregator
from ...agents.members import check_members
from ...agents.objective import Objective
from ...agents.options import ProtocolOptions, takes

HEARS: Final = True
"""Its members read their neighbours: a scenario names the topology."""


class Update(Prompt):
    """Asks a model to update its answer, given its neighbours'.

    >>> Update(question="2 + 2?", own="5", heard="1. 4", form="").render().splitlines()[2:4]
    ['Your last answer:', '5']
    """

    question: str
    own: str
    heard: str
    form: str
    shows = "heard"
    template = """\
{question}

Your last answer:
{own}
Answers of others that reached you:
{heard}

Answer again, with what is right in them.
{form}"""


class Options(ProtocolOptions):
    """The rounds, and the node whose answer counts.

    >>> Options().rounds
    3
    """

    rounds: int = Field(3, ge=1, le=100, description="Rounds of answers, the first one included.")
    prune: bool = Field(True, description="Do not ask nodes whose words cannot reach the answering node any more.")
    aggregator: Annotated[str, Writer] | None = Field(None, description="The answering node; the best on dev if null.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for an answering node that is no member."""
        check_members(members, (self.aggregator,))


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective | None, options: Options) -> Team[Writer]:
    """The team with its answering node."""
    return await with_aggregator(team, dev, options.aggregator, where="text/structured_interaction")


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The answering node's last answer."""
    last = aggregator(team)
    needed = [upstream(team, last, left) if options.prune else set(team) for left in range(options.rounds)][::-1]
    said = await team.ask_each({name: question for name in team if name in needed[0]})
    for names in needed[1:]:
        heard = await team.exchange(said)
        prompts = {
            name: Update(
                question=question.text,
                own=said[name].text,
                heard="\n".join(f"{number}. {other.text}" for number, other in enumerate(heard[name].values(), 1)),
                form=question.form,
                images=question.images,
            )
            for name in team
            if name in names and heard[name]
        }
        said = {name: said[name] for name in team if name in names} | await team.ask_each(prompts)
    return said[last]


def upstream(team: Team[Writer], name: str, hops: int) -> set[str]:
    """The nodes whose words reach one in this many hops, itself included."""
    found = {name}
    for _ in range(hops):
        found |= {speaker for one in found for speaker in team.topology.speakers(one)}
    return found
