"""Multi-agent debate: answer, hear the others, answer again, vote.

    a_i(0) = LM_i(question)
    a_i(r) = LM_i(question, a_i(r-1), {a_j(r-1) for every j -> i})     r = 1 .. rounds
    return   the most frequent a_i(rounds)

Du et al. 2023, https://arxiv.org/abs/2305.14325. Unlike the paper, who hears whom is the
topology's business: `complete` is theirs, `ring` is the sparse debate of Li et al. 2024
(https://arxiv.org/abs/2406.11776). With `until_consensus` a debate stops once all agree.

Rounds alone move answers around (https://arxiv.org/abs/2508.17536). `revise: dissenters` keeps the most frequent
answer; `votes: stated` counts votes as ReConcile does (https://arxiv.org/abs/2309.13007), by a confidence that each
member is asked for, once, at the end; `prune` removes arrows that dev does not need: see `trainers/search/pruning`;
`mask` those from the worst member on dev, a defence against saboteurs (https://arxiv.org/abs/2602.05176).
"""

from functools import partial
from typing import Any, Final, Literal

from pydantic import Field

from ...agents import Answer, Ask, Prompt, Team, Writer
from ...agents.confidence import confident_vote
from ...agents.errors import BadScenario
from ...agents.objective import Objective
from ...agents.options import ProtocolOptions, takes
from ...agents.voting import dissenters, plurality, unanimous
from ...trainers.search.pruning import By, Pruned, masked, pruned

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


class Options(ProtocolOptions):
    """The rounds, who answers again, how votes count, and the arrows that are removed.

    >>> Options.given({"prune": 0.9}, where="text/debate")
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/debate.prune: input should be less than or equal to 0.8, not 0.9.
    """

    rounds: int = Field(2, ge=0, le=1000, description="Rounds of hearing each other and answering again.")
    until_consensus: bool = Field(False, description="Stop once all agree.")
    revise: Literal["all", "dissenters"] = Field("all", description="Who answers again: all, or not the majority.")
    votes: Literal["plain", "stated"] = Field("plain", description="Votes count the same, or by stated confidence.")
    prune: float = Field(0.0, ge=0, le=0.8, description="The share of the topology's arrows that is removed.")
    by: By = Field("greedy", description="Arrows removed: those that cost least on dev, or at random, the control.")
    mask: Literal["none", "dev"] = Field("none", description="Whether the worst member on dev is heard by nobody.")

    @property
    def looks_at_dev(self) -> bool:
        """True if dev says which arrows are removed."""
        return self.mask != "none" or (self.prune > 0 and self.by != "random")

    @property
    def removes(self) -> bool:
        """True if arrows of the topology are removed."""
        return self.prune > 0 or self.mask != "none"

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `BadScenario` for options that need a round where there is none."""
        needing = {"revise": self.revise != "all", "prune": self.prune > 0, "mask": self.mask != "none"}
        for name, given in needing.items():
            if given and self.rounds == 0:
                raise BadScenario(f"text/debate.{name}: there are no rounds in which anybody hears. Use rounds: 1.")
        if self.prune and self.mask != "none":
            raise BadScenario("text/debate: prune and mask both remove arrows. Use one of them.")


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective | None, options: Options) -> Team[Writer]:
    """The team; with `prune` or `mask`, on the topology that is left."""
    if options.mask == "dev":
        return await masked(team, dev, where="text/debate.mask")
    if not options.prune:
        return team
    by_options = partial(answer, options=options)
    return await pruned(team, dev, by_options, options.prune, by=options.by, where="text/debate.prune")


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The most frequent answer after `rounds` rounds of hearing each other."""
    said = await team.ask_all(question)
    for _ in range(options.rounds):
        if (options.until_consensus or options.revise == "dissenters") and unanimous(said.values(), team.read):
            team.stop("consensus")
            break
        heard = await team.exchange(said)
        revising = dissenters(said, team.read) if options.revise == "dissenters" else team.names
        said |= await team.ask_each(
            {
                name: Revise(
                    question=question.text,
                    own=said[name].text,
                    heard="\n".join(f"- {other.text}" for other in heard[name].values()),
                    form=question.form,
                    images=question.images,
                )
                for name in revising
                if heard[name] or not options.removes
            }
        )
    if options.votes == "stated":
        return await confident_vote(team, question, said)
    return plurality(said.values(), team.read)


async def review(team: Team[Writer], dev: Objective, test: Objective) -> dict[str, Any]:
    """With `prune` or `mask`, `pruned.json`: the arrows that are left, and what each removal was worth on dev."""
    found = team.learned_as(Pruned)
    return {} if found is None else {"pruned.json": found.model_dump(mode="json")}
