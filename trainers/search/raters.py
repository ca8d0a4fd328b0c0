"""Who says what an answer is worth, where it is not the task: a judge, or a reward model."""

from dataclasses import dataclass
from math import exp
from typing import Any, Final, Literal, Self, TypeAlias

from pydantic import model_validator

from ...agents import Ask, Prompt, Team
from ...agents.frozen import Frozen
from ...agents.message import Choice
from ...agents.objective import Graded

Length: TypeAlias = Literal["any", "concise", "verbose"]
"""Whether a reward model's answers are to be short or long besides."""

RATINGS: Final = tuple(str(rating) for rating in range(1, 11))
SHORT: Final = 10
LONG: Final = 201
"""From how many tokens on an answer is not quite concise, and from how many on it could not be longer."""


class Rate(Prompt):
    """How good is this answer?"""

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
    """The rating from 1 to 10 that a member gives an answer; None where there is no answer, or it gives none.

    It is the expected rating where the judge shows distributions.
    """

    team: Team[Any]
    name: str

    async def __call__(self, model: str, number: int, graded: Graded) -> float | None:
        """The rating of a model's answer to a dev item."""
        if graded.answer is None:
            return None
        team = self.team.at(f"{self.team.question}/rate/{model}/{number}")
        try:
            prompt = Rate(question=graded.question, answer=graded.answer.text)
            return expected(await team.choose(self.name, prompt, RATINGS))
        finally:
            await team.close()


def expected(choice: Choice) -> float | None:
    """The expected rating where the judge shows distributions, else the one it names first, if any."""
    if choice.logprobs:
        powers = [exp(value - max(choice.logprobs)) for value in choice.logprobs]
        return sum(rating * power for rating, power in enumerate(powers, 1)) / sum(powers)
    return float(RATINGS[choice.named[0]]) if choice.named else None


class Scale(Frozen):
    """How a reward model's raw score becomes one from 0, at `low`, to 1, at `high`.

    The defaults are those of Model Swarms, for internlm2-7b-reward. `concise` and `verbose` average it with
    how short or how long the answer is, between 10 and 201 tokens.
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
        """What an answer of this raw score and this many tokens is worth."""
        score = clamped((raw - self.low) / (self.high - self.low))
        longness = clamped((tokens - SHORT) / (LONG - SHORT))
        if self.length == "any":
            return score
        return (score + (longness if self.length == "verbose" else 1 - longness)) / 2


def clamped(value: float) -> float:
    """The nearest number from 0 to 1."""
    return min(max(value, 0.0), 1.0)


@dataclass(frozen=True)
class Rewarded:
    """What an answer is worth to a reward model; None where there is no answer."""

    team: Team[Any]
    name: str
    scale: Scale

    async def __call__(self, model: str, number: int, graded: Graded) -> float | None:
        """The worth of a model's answer to a dev item."""
        if graded.answer is None:
            return None
        team = self.team.at(f"{self.team.question}/reward/{model}/{number}")
        try:
            reward = await team.assess(self.name, Ask(text=graded.question), graded.answer.text)
            return self.scale(reward.value, graded.answer.usage.completion_tokens)
        finally:
            await team.close()
