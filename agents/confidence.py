"""How sure a member is of its answer: by its tokens, by what it states, or by how often it says the same again."""

import re
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from .about import about
from .concurrency import gather
from .errors import MissingCapability
from .message import Answer, Ask, Prompt
from .team import Team
from .voting import Reader, leaders, plurality, unanimous

Confidence: TypeAlias = Literal["logprob", "stated", "agreement"]


MOST: Final = 100
"""The highest confidence in percent; a larger number states none."""

STEPS: Final = ((1.0, 1.0), (0.9, 0.8), (0.8, 0.5))
"""The weights of votes by the least confidence that they need."""

UNSURE: Final = 0.6
"""Up to this confidence, a vote counts least."""


class HowSure(Prompt, tag="cascade.how_sure/1"):
    """Asks a model for the probability that its own answer is right, in percent.

    >>> percentage("I am 90% sure."), HowSure(question="2 + 2?", answer="4").render().splitlines()[2]
    (0.9, 'Your answer was: 4')
    """

    question: str
    answer: str
    template = """\
{question}

Your answer was: {answer}

How likely is it right, in percent? Reply with the number and nothing else."""


class Sure(NamedTuple):
    """An answer and how sure its member is of it.

    >>> Sure(Answer(text="4"), 0.9).sureness
    0.9
    """

    answer: Answer
    sureness: float


class Measure(NamedTuple):
    """The measure of confidence: its kind, the token quantile of `logprob` (None for the mean), `agreement`'s samples.

    >>> Measure("agreement", samples=3).temperature
    0.7
    """

    kind: Confidence = "logprob"
    quantile: float | None = None
    samples: int = 5
    temperature: float = 0.7

    async def ask(self, team: Team[Any], name: str, question: Ask) -> Sure:
        """A member's answer and its sureness: nats, a stated fraction, or the share of samples with that answer."""
        if self.kind == "agreement":
            calls = {at: team.ask(name, question, temperature=self.temperature) for at in range(self.samples)}
            return agreed(team, list((await gather(calls)).values()))
        said = await team.ask(name, question)
        if self.kind == "logprob":
            return Sure(said, token_logprob(name, said, self.quantile))
        stated = await team.ask(name, about(question, HowSure, answer=said.text))
        return Sure(said, percentage(stated.text))


def agreed(team: Team[Any], said: list[Answer]) -> Sure:
    """The most frequent of several answers, and its share of all; 0 where none can be read."""
    best = plurality(said, team.read)
    reading = team.read(best.text)
    return Sure(best, 0.0 if reading is None else fmean(team.read(one.text) == reading for one in said))


def token_logprob(name: str, said: Answer, fraction: float | None = None) -> float:
    """The mean log-probability of the emitted tokens, or their quantile, in nats. Raises `MissingCapability`."""
    if not said.logprobs:
        raise MissingCapability(f"{name}: shows no log-probabilities. Use confidence: stated, or a model that does.")
    return fmean(said.logprobs) if fraction is None else quantile(said.logprobs, fraction)


def percentage(text: str) -> float:
    """The first number in a text as a fraction of 100; 0 where there is none."""
    number = re.search(r"\d+(\.\d+)?", text)
    return float(number.group()) / 100 if number else 0.0


def stated(text: str) -> float | None:
    """The confidence that a text states in percent, as a fraction; None without a number from 0 to 100.

    >>> stated("90 %"), stated("Very."), stated("Sure, 110!")
    (0.9, None, None)
    """
    number = re.search(r"\d+(\.\d+)?", text)
    return float(number.group()) / 100 if number and float(number.group()) <= MOST else None


def recalibrated(confidence: float) -> float:
    """The weight of a vote whose member states this confidence: models that say 0.9 are right less often.

    The steps of ReConcile, Chen et al. 2023, https://arxiv.org/abs/2309.13007.

    >>> [recalibrated(one) for one in (0.6, 0.61, 0.8, 0.9, 0.99, 1)]
    [0.1, 0.3, 0.5, 0.8, 0.8, 1.0]
    """
    return next((weight for least, weight in STEPS if confidence >= least), 0.3 if confidence > UNSURE else 0.1)


async def confident_vote(team: Team[Any], question: Ask, said: Mapping[str, Answer]) -> Answer:
    """The answer with the most votes, weighted by how sure each member says it is; nobody is asked where all agree."""
    if unanimous(said.values(), team.read):
        return plurality(said.values(), team.read)
    prompts = {name: about(question, HowSure, answer=one.text) for name, one in said.items()}
    replies = await team.ask_each(prompts)
    return by_confidence(list(said.values()), [stated(replies[name].text) for name in said], team.read)


def by_confidence(answers: Sequence[Answer], confidences: Sequence[float | None], read: Reader) -> Answer:
    """The answer with the most votes, each weighted by its recalibrated confidence; None abstains.

    Where nobody states a confidence, votes count the same.
    """
    sure = [(one, recalibrated(said)) for one, said in zip(answers, confidences, strict=True) if said is not None]
    if not sure:
        return plurality(answers, read)
    voting, weights = zip(*sure, strict=True)
    return leaders(voting, read, weights)[0]


def quantile(values: tuple[float, ...] | list[float], fraction: float) -> float:
    """The quantile with linear interpolation between order statistics.

    >>> quantile([0.1, 0.2, 0.3, 0.4, 0.5], 0.25)
    0.2
    """
    ordered = sorted(values)
    position = fraction * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])


def calibrated(sure: list[float], scores: list[float]) -> list[tuple[float, float]]:
    """The expected score by confidence, never falling: the least confidence of each step, and its mean score.

    Isotonic regression, by pooling adjacent violators.

    >>> calibrated([0.1, 0.4, 0.5, 0.9], [0.0, 1.0, 0.0, 1.0])
    [(0.1, 0.0), (0.4, 0.5), (0.9, 1.0)]
    """
    equal: dict[float, list[float]] = {}
    for one, score in sorted(zip(sure, scores, strict=True)):
        equal.setdefault(one, []).append(score)
    steps: list[tuple[float, list[float]]] = []
    for least, block in equal.items():
        start, pooled = least, block
        while steps and fmean(steps[-1][1]) >= fmean(pooled):
            start, before = steps.pop()
            pooled = before + pooled
        steps.append((start, pooled))
    return [(start, fmean(pooled)) for start, pooled in steps]
