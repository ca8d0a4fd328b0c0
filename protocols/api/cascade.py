"""Cascade: ask the cheapest model first; move up while it is not sure enough of its answer.

    for i = 1 .. n-1:   a_i = LM_i(question);  if sure(a_i) >= tau_i: return a_i
    return              LM_n(question)
    tau_i = the `defer_fraction` quantile of sure(a_i) over the dev items that reach level i

The team's order is the order of cost. `sure` is the mean log-probability of the emitted tokens
(`confidence="logprob"`, Chow-Average of Gupta et al. 2024, https://arxiv.org/abs/2404.10136) or the percentage a
model states in a second turn, over 100 (`"stated"`). Cascades: Chen et al. 2023 (FrugalGPT),
https://arxiv.org/abs/2305.05176. What differs from MoCo: every level has its own threshold, from the items
that reach it; a model that states no number is not sure.
"""

import re
from statistics import fmean
from typing import Literal

from pydantic import Field

from ...agents import Answer, Ask, Message, Prompt, Team, Writer
from ...agents.errors import BadScenario, MissingCapability
from ...agents.objective import Objective
from ...agents.options import ProtocolOptions, takes

Confidence = Literal["logprob", "stated"]


class HowSure(Prompt):
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


class Thresholds(Message):
    """The confidence that each level but the last needs, in the team's order.

    >>> import asyncio
    >>> from symposia.agents.models.scripted import Scripted
    >>> team = Team({"small": Scripted("5", "60"), "large": Scripted("4")}).with_learned(Thresholds(values=(0.7,)))
    >>> asyncio.run(answer(team, Ask(text="2 + 2?"), confidence="stated")).text
    '4'
    """

    values: tuple[float, ...]


class Options(ProtocolOptions):
    """The measure of confidence and its thresholds.

    >>> Options.given({"defer_fraction": 30}, where="api/cascade")
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: api/cascade.defer_fraction: input should be less than or equal to 1, not 30.
    """

    confidence: Confidence = Field("logprob", description="The confidence: mean token log-probability, or stated.")
    defer_fraction: float = Field(0.5, ge=0, le=1, description="The share of dev items that each level hands on.")
    thresholds: tuple[float, ...] | None = Field(None, description="The confidence that each level but the last needs.")


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective, options: Options) -> Team[Writer]:
    """The team with thresholds at which each level defers `defer_fraction` of the dev items that reach it."""
    if options.thresholds is not None:
        return team.with_learned(Thresholds(values=options.thresholds))
    if options.confidence == "stated":
        raise BadScenario(
            "api/cascade: stated confidence needs thresholds. Write thresholds: [0.7] or so, one a level."
        )
    reaching: set[int] | None = None
    values: list[float] = []
    for name in team.names[:-1]:
        graded = await dev.graded(team.only([name]))
        sure = {item: mean_logprob(name, one.answer) for item, one in enumerate(graded) if one.answer}
        here = [item for item in sure if reaching is None or item in reaching]
        values.append(quantile([sure[item] for item in here], options.defer_fraction))
        reaching = {item for item in here if sure[item] < values[-1]} or set(here)
    return team.with_learned(Thresholds(values=tuple(values)))


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The answer of the first model whose confidence reaches its threshold, or of the last model."""
    learned = team.learned_as(Thresholds) or Thresholds(values=options.thresholds or ())
    *cheaper, last = team.names
    if len(learned.values) != len(cheaper):
        raise BadScenario(
            f"api/cascade: {len(learned.values)} thresholds for {len(cheaper)} levels. Every one but the last has one."
        )
    for name, threshold in zip(cheaper, learned.values, strict=True):
        said = await team.ask(name, question)
        if await sureness(team, name, question, said, options.confidence) >= threshold:
            return said
    return await team.ask(last, question)


async def sureness(team: Team[Writer], name: str, question: Ask, said: Answer, confidence: Confidence) -> float:
    """A model's confidence in its answer: mean log-probability in nats, or a stated fraction."""
    if confidence == "logprob":
        return mean_logprob(name, said)
    stated = await team.ask(name, HowSure(question=question.text, answer=said.text, images=question.images))
    return percentage(stated.text)


def mean_logprob(name: str, said: Answer) -> float:
    """The mean log-probability of the emitted tokens, in nats. Raises `MissingCapability`."""
    if not said.logprobs:
        raise MissingCapability(f"{name}: shows no log-probabilities. Use confidence: stated, or a model that does.")
    return fmean(said.logprobs)


def percentage(text: str) -> float:
    """The first number in a text as a fraction of 100; 0 where there is none."""
    number = re.search(r"\d+(\.\d+)?", text)
    return float(number.group()) / 100 if number else 0.0


def quantile(values: list[float], fraction: float) -> float:
    """The quantile with linear interpolation between order statistics."""
    ordered = sorted(values)
    position = fraction * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])
