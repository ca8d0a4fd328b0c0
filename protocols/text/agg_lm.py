"""AggLM: all solvers answer, and an aggregator reads their attempts in a drawn order and writes the solution.

    A      = {a_ik = LM_i(question), k = 1 .. samples, for every solver i}
    return   LM_aggregator(question, A in an order drawn anew for each question)

Zhao et al. 2025, https://arxiv.org/abs/2509.06870, and MoCo's text_agglm. What differs: training is not part of it, a
trained aggregator is a member like any other; attempts come in a drawn order, so that no solver has a place of its
own; attempts that could not be finished may be left out; with `keep: dev` the aggregator answers only where the task
reads better answers from it on dev than by the vote of the same attempts.
"""

from collections.abc import Sequence
from functools import partial
from random import Random
from typing import Annotated, Literal

from pydantic import Field

from ...agents import Answer, Ask, Message, Prompt, Team, Writer
from ...agents.concurrency import gather
from ...agents.errors import BadScenario
from ...agents.members import check_members
from ...agents.objective import Objective, required
from ...agents.options import ProtocolOptions, takes
from ...agents.voting import plurality


class Synthesize(Prompt):
    """Asks a model for a solution, given attempts at it.

    >>> Synthesize(question="2 + 2?", attempts="[Attempt 1]\\n4", form="").render().splitlines()[5]
    '[Attempt 1]'
    """

    question: str
    attempts: str
    form: str
    shows = "attempts"
    template = """\
{question}

Below are independent attempts to solve this. All, some or none of them may be right, and some may be incomplete.
Check them against each other, correct mistakes, fill gaps, and combine what holds.

{attempts}

Now give one complete solution.
{form}"""


class Learned(Message):
    """The result of `prepare`: the aggregator, and whether a vote is taken instead; scores on dev where compared.

    >>> Learned(aggregator="amber").vote
    False
    """

    aggregator: str
    vote: bool = False
    scores: dict[str, float] | None = None


class Options(ProtocolOptions):
    """The aggregator and the attempts that it reads.

    >>> Options(aggregator="amber").check(("amber",))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/agg_lm: amber only aggregates, and nobody solves. Add one, or solves: true.
    """

    samples: int = Field(1, ge=1, le=100, description="Attempts of each solver.")
    aggregator: Annotated[str, Writer] | None = Field(None, description="The aggregator; the best on dev if null.")
    solves: bool = Field(False, description="Whether an aggregator that is named solves as well.")
    drop_unfinished: bool = Field(True, description="Leave out attempts cut off at the token limit, unless all are.")
    keep: Literal["always", "dev"] = Field("always", description="Aggregate always, or if better than a vote on dev.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for an aggregator that is no member, `BadScenario` where nobody is left to solve."""
        check_members(members, (self.aggregator,))
        if members == (self.aggregator,) and not self.solves:
            raise BadScenario(
                f"text/agg_lm: {self.aggregator} only aggregates, and nobody solves. Add one, or solves: true."
            )


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective | None, options: Options) -> Team[Writer]:
    """The team with its aggregator, compared with the vote if asked to."""
    name = options.aggregator
    if name is None:
        reason = "text/agg_lm: the best on dev aggregates, and the task has no dev split. Name one: aggregator."
        name = (await required(dev, reason).rank(team))[0]
    if options.keep == "always":
        return team.with_learned(Learned(aggregator=name))
    dev = required(dev, "text/agg_lm: keep: dev compares on dev, and the task has no dev split. Use keep: always.")
    scores = {}
    for kind in ("aggregate", "vote"):
        tried = team.with_learned(Learned(aggregator=name, vote=kind == "vote"))
        scores[kind] = await dev.score(tried, partial(answer, options=options), name=kind)
    return team.with_learned(Learned(aggregator=name, vote=scores["vote"] >= scores["aggregate"], scores=scores))


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The aggregator's solution, or the plurality of the attempts."""
    learned = team.learned_as(Learned) or Learned(aggregator=team.named(options.aggregator, default=team.names[0]))
    solvers = [name for name in team if options.solves or name != options.aggregator]
    calls = [(name, number) for name in solvers for number in range(options.samples)]
    said = await gather({call: team.ask(call[0], question) for call in calls})
    if learned.vote:
        return plurality(said.values(), team.read)
    attempts = _drawn(team, [one for one in said.values() if _complete(one) or not options.drop_unfinished])
    prompt = Synthesize(
        question=question.text,
        attempts=shown(attempts or _drawn(team, list(said.values()))),
        form=question.form,
        images=question.images,
    )
    return await team.ask(learned.aggregator, prompt)


def shown(attempts: Sequence[Answer]) -> str:
    """Attempts as text, each under its number.

    >>> shown([Answer(text="4"), Answer(text="5")])
    '[Attempt 1]\\n4\\n\\n[Attempt 2]\\n5'
    """
    return "\n\n".join(f"[Attempt {number}]\n{one.text}" for number, one in enumerate(attempts, 1))


def _complete(answer: Answer) -> bool:
    return answer.finish not in ("length", "unfinished")


def _drawn(team: Team[Writer], answers: list[Answer]) -> list[Answer]:
    """The answers in the order of this question."""
    return Random(team.seed("order of the attempts")).sample(answers, len(answers))
