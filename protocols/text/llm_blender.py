"""LLM-Blender: all members answer, a ranker compares the answers in pairs, a fuser writes one from the best.

    c_i    = LM_i(question)
    p_ij   = P(ranker prefers c_i | c_i first, c_j second)     for all ordered pairs
    s_i    = sum_j (p_ij - 1/2) - (p_ji - 1/2)
    return   LM_fuser(question, top_k of c by s)

Jiang et al. 2023, https://arxiv.org/abs/2306.02561, and MoCo's text_llm_blender. What differs: both orders are compared
(MoCo: one), so that a ranker that prefers the first place decides nothing; confidence is read off the ranker's
distribution over the two letters where it shows one; a reply that names both letters or none abstains; who wrote a
candidate is not shown; ranker and fuser are members, trained or not, and a ranker that is named does not answer.
"""

from collections.abc import Mapping
from itertools import combinations, permutations
from math import exp
from typing import Annotated, Final

from pydantic import Field

from ...agents import Answer, Ask, Prompt, Team, Writer
from ...agents.aggregation import aggregator, numbered, with_aggregator
from ...agents.concurrency import gather
from ...agents.errors import BadScenario
from ...agents.members import check_members
from ...agents.message import Choice
from ...agents.objective import Objective
from ...agents.options import ProtocolOptions, takes

LETTERS: Final = ("A", "B")


class Compare(Prompt):
    """Asks a model which of two answers is better.

    >>> Compare(question="2 + 2?", first="5", second="4").render().splitlines()[-1]
    'Which candidate answers the question better? Reply with A or B and nothing else.'
    """

    question: str
    first: str
    second: str
    template = """\
Question:
{question}

Candidate A:
{first}

Candidate B:
{second}

Which candidate answers the question better? Reply with A or B and nothing else."""


class Fuse(Prompt):
    """Asks a model for one answer from the best candidates.

    >>> Fuse(question="2 + 2?", candidates="1. 4", form="").render().splitlines()[2]
    'Candidate answers, the one that was ranked best first:'
    """

    question: str
    candidates: str
    form: str
    shows = "candidates"
    template = """\
{question}

Candidate answers, the one that was ranked best first:
{candidates}

Write one answer that is accurate and concise: keep what is right in them, leave out what is wrong.
{form}"""


class Options(ProtocolOptions):
    """The ranker, the fuser, and the number of candidates that are fused.

    >>> Options(ranker="amber").check(("amber",))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/llm_blender: amber only ranks, and nobody answers. Add a member.
    """

    ranker: Annotated[str, Writer] | None = Field(None, description="The member that only ranks; the fuser if null.")
    fuser: Annotated[str, Writer] | None = Field(None, description="The member that fuses; best on dev if null.")
    top_k: int = Field(3, ge=1, description="Candidates that are fused; all if fewer.")
    both_orders: bool = Field(True, description="Compare each pair in both orders; the earlier member first if not.")
    fuse: bool = Field(True, description="Fuse the best candidates, or return the best one as it is.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for roles of non-members, `BadScenario` where nobody is left to answer."""
        check_members(members, (self.ranker, self.fuser))
        if members == (self.ranker,):
            raise BadScenario(f"text/llm_blender: {self.ranker} only ranks, and nobody answers. Add a member.")
        answering = len(members) - (self.ranker is not None)
        self.check_most("top_k", answering, "members that answer", where="text/llm_blender")


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective | None, options: Options) -> Team[Writer]:
    """The team with its fuser: the member named, or the best answering one on dev."""
    if options.fuser is None and (options.ranker is not None and not options.fuse):
        return team
    among = team if options.fuser is not None else team.only(_answering(team, options))
    found = await with_aggregator(among, dev, options.fuser, where="text/llm_blender")
    return team if found.learned is None else team.with_learned(found.learned)


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The fused answer, or the best candidate."""
    said = await team.ask_each(dict.fromkeys(_answering(team, options), question))
    scores = await _scores(team, question, said, options)
    best = sorted(said, key=lambda name: -scores[name])[: options.top_k]
    if not options.fuse:
        return said[best[0]]
    candidates = numbered(said[name].text for name in best)
    prompt = Fuse(question=question.text, candidates=candidates, form=question.form, images=question.images)
    return await team.ask(aggregator(team), prompt)


def preference(choice: Choice) -> float | None:
    """The probability that the first of two labels is preferred; None where both or none were named.

    >>> preference(Choice(labels=LETTERS, named=(1,)))
    0.0
    """
    if choice.logprobs:
        first, second = choice.logprobs
        top = max(first, second)
        return exp(first - top) / (exp(first - top) + exp(second - top))
    return 1.0 - choice.named[0] if len(choice.named) == 1 else None


def _answering(team: Team[Writer], options: Options) -> list[str]:
    return [name for name in team if name != options.ranker]


async def _scores(team: Team[Writer], question: Ask, said: Mapping[str, Answer], options: Options) -> dict[str, float]:
    """The score of each candidate: how much it is preferred, less how much others are, over all comparisons."""
    ranker = team.named(options.ranker, default=aggregator(team))
    prompts = {
        (one, other): Compare(
            question=question.text, first=said[one].text, second=said[other].text, images=question.images
        )
        for one, other in (permutations if options.both_orders else combinations)(said, 2)
    }
    choices = await gather({pair: team.choose(ranker, prompt, LETTERS) for pair, prompt in prompts.items()})
    scores = dict.fromkeys(said, 0.0)
    for (first, second), choice in choices.items():
        preferred = preference(choice)
        if preferred is not None:
            scores[first] += preferred - 0.5
            scores[second] -= preferred - 0.5
    return scores
