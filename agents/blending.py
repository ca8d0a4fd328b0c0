"""LLM-Blender's two steps: candidates are ranked by comparisons in pairs, and the best are fused into one answer."""

from collections.abc import Iterable, Mapping
from itertools import combinations, permutations
from typing import Any, Final, NamedTuple

from .about import about
from .aggregation import numbered
from .concurrency import gather
from .message import Answer, Ask, Prompt
from .pairwise import margins
from .team import Team

LETTERS: Final = ("A", "B")
"""The labels of the first and the second candidate of a comparison."""


class Compare(Prompt, tag="llm_blender.compare/1"):
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


class Fuse(Prompt, tag="llm_blender.fuse/1"):
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


def comparison(question: Ask, first: str, second: str) -> Compare:
    """The prompt that compares two texts in this order; it does not show the form of the answer."""
    return about(question, Compare, first=first, second=second)


def fusion(question: Ask, best: Iterable[str]) -> Fuse:
    """The prompt that shows these texts, the best one first."""
    return about(question, Fuse, candidates=numbered(best))


class Blender(NamedTuple):
    """A ranker, a fuser, and how they work: candidates that are fused, the orders of a comparison, fused or picked.

    >>> Blender("judge", "amber").top_k
    3
    """

    ranker: str
    fuser: str
    top_k: int = 3
    both_orders: bool = True
    fuse: bool = True

    async def answer(self, team: Team[Any], question: Ask, said: Mapping[str, Answer]) -> Answer:
        """The fused answer, or the best candidate."""
        scores = await self.scores(team, question, said)
        best = sorted(said, key=lambda name: -scores[name])[: self.top_k]
        if not self.fuse:
            return said[best[0]]
        return await team.ask(self.fuser, fusion(question, (said[name].text for name in best)))

    async def scores(self, team: Team[Any], question: Ask, said: Mapping[str, Answer]) -> dict[str, float]:
        """The score of each candidate: how much it is preferred, less how much others are, over all comparisons."""
        prompts = {
            (one, other): comparison(question, said[one].text, said[other].text)
            for one, other in (permutations if self.both_orders else combinations)(said, 2)
        }
        choices = await gather({pair: team.choose(self.ranker, prompt, LETTERS) for pair, prompt in prompts.items()})
        return margins(said, choices)
