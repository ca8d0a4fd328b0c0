"""Raters of answers other than the task: a model as judge, or a reward model."""

from dataclasses import dataclass
from math import exp
from typing import Any, Final, Literal, Self, TypeAlias

from pydantic import model_validator

from ...agents import Ask, Prompt, Team
from ...agents.frozen import Frozen
from ...agents.message import Choice
from ...agents.objective import Graded

Length: TypeAlias = Literal["any", "concise", "verbose"]
"""True if short or long answers score higher, besides the reward."""

RATINGS: Final = tuple(str(rating) for rating in range(1, 11))
SHORT: Final = 10
LONG: Final = 201
"""The lengths in tokens between which conciseness falls from 1 to 0."""


class Rate(Prompt):
    """The prompt for a judge that rates an answer.

    >>> Rate(question="2 + 2?", answer="4").render().splitlines()[0]
    'Rate this answer from 1 (useless) to 10 (excellent).'
    """

    question: str
    answer: str
    template = """\
Rate this answer from 1 (useless) to 10 (excellent).

Question:
{question}

Answer:
{answer}

Reply with a number from 1 to 10 and nothing else."""


@dataclass(frozen=True)
class Judge:
    """Rates answers from 1 to 10 by a member of a team; None for no answer or no rating.

    The rating is the expected one where the judge shows distributions.

    >>> import asyncio
    >>> from symposia.agents import Answer
    >>> from symposia.agents.models.scripted import Scripted
    >>> judge = Judge(Team({"judge": Scripted("9")}), "judge")
    >>> asyncio.run(judge("amber", 0, Graded(Answer(text="4"), None, question="2 + 2?")))
    9.0
    """

    team: Team[Any]
    name: str

    async def __call__(self, model: str, number: int, graded: Graded) -> float | None:
        """The rating of a model's answer to the dev item with this number."""
        if graded.answer is None:
            return None
        team = self.team.at(f"{self.team.question}/rate/{model}/{number}")
        try:
            prompt = Rate(question=graded.question, answer=graded.answer.text)
            return expected(await team.choose(self.name, prompt, RATINGS))
        finally:
            await team.close()


def expected(choice: Choice) -> float | None:
    """The expected rating where the judge shows distributions, else the first one it wrote; None if it wrote none."""
    if choice.logprobs:
        powers = [exp(value - max(choice.logprobs)) for value in choice.logprobs]
        return sum(rating * power for rating, power in enumerate(powers, 1)) / sum(powers)
    return float(RATINGS[choice.named[0]]) if choice.named else None


class Scale(Frozen):
    """Scales a reward model's raw score to [0, 1], from `low` to `high`, clipped.

    The defaults are those of Model Swarms, for internlm2-7b-reward. `concise` and `verbose` average it with the
    shortness or the length of the answer, scaled between 10 and 201 tokens.

    >>> Scale(low=-1.0, high=1.0)(0.5, tokens=20)
    0.75
    """

    low: float = -3.060546875
    high: float = 2.65625
    length: Length = "any"

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if self.low >= self.high:
            raise ValueError(f"low, {self.low:g}, is not below high, {self.high:g}")
        return self

    def __call__(self, raw: float, tokens: int) -> float:
        """The scaled score of an answer with this raw score and this many tokens."""
        score = clamped((raw - self.low) / (self.high - self.low))
        longness = clamped((tokens - SHORT) / (LONG - SHORT))
        if self.length == "any":
            return score
        return (score + (longness if self.length == "verbose" else 1 - longness)) / 2


def clamped(value: float) -> float:
    """The value clipped to [0, 1]."""
    return min(max(value, 0.0), 1.0)


@dataclass(frozen=True)
class Rewarded:
    """Rates answers by a reward model, scaled; None for no answer.

    >>> import asyncio
    >>> from symposia.agents import Answer
    >>> from symposia.agents.loading import load_reward
    >>> rate = Rewarded(Team({"reward": load_reward("pocket:reward")}), "reward", Scale(low=-9.0, high=9.0))
    >>> 0 < asyncio.run(rate("amber", 0, Graded(Answer(text="19"), None, question="12 + 7 = ?"))) < 1
    True
    """

    team: Team[Any]
    name: str
    scale: Scale

    async def __call__(self, model: str, number: int, graded: Graded) -> float | None:
        """The scaled reward of a model's answer to the dev item with this number."""
        if graded.answer is None:
            return None
        team = self.team.at(f"{self.team.question}/reward/{model}/{number}")
        try:
            reward = await team.assess(self.name, Ask(text=graded.question), graded.answer.text)
            return self.scale(reward.value, graded.answer.usage.completion_tokens)
        finally:
            await team.close()
