"""How unsure a generator was on dev, as candidates for the threshold from which it defers."""

from math import exp
from typing import Any

from ...agents import Team
from ...agents.objective import Objective
from .deferral import quantiles


async def unsure(team: Team[Any], dev: Objective, generator: str) -> tuple[float, ...]:
    """Quantiles of 1 - p over the tokens of the generator's dev answers."""
    answers = [graded.answer for graded in await dev.graded(team.only([generator]))]
    return quantiles([1 - exp(logprob) for answer in answers if answer for logprob in answer.logprobs])
