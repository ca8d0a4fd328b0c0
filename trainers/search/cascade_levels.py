"""The levels of a cascade on dev: how sure each member is of its answers, and what handing them on is worth."""

from collections.abc import Mapping, Sequence
from functools import partial
from statistics import fmean
from typing import Final

from ...agents import Answer, Ask, Team, Writer
from ...agents.collective import Collective
from ...agents.confidence import Measure, calibrated, token_logprob
from ...agents.objective import Graded, Objective

NEVER: Final = 1e9
"""A threshold that no confidence reaches."""


async def on_dev(
    team: Team[Writer], dev: Objective, name: str, measure: Measure
) -> tuple[list[Graded], dict[int, float]]:
    """A member's graded answers to dev, and its sureness of each by position; those that failed have none."""
    if measure.kind == "logprob":
        graded = list(await dev.graded(team.only([name])))
        found = {at: token_logprob(name, one.answer, measure.quantile) for at, one in enumerate(graded) if one.answer}
        return graded, found
    noted: dict[str, float] = {}
    level = Collective(team.only([name]), partial(noting, measure=measure, noted=noted))
    graded = list(await dev.graded(team.with_models({name: level})))
    asked = [question.render() for question in dev.questions]
    return graded, {at: noted[asked[at]] for at, one in enumerate(graded) if one.answer and asked[at] in noted}


async def noting(team: Team[Writer], question: Ask, *, measure: Measure, noted: dict[str, float]) -> Answer:
    """The answer of a team's only member; its sureness is noted by the question's text."""
    said, noted[question.render()] = await measure.ask(team, team.names[0], question)
    return said


async def worth_after(team: Team[Writer], dev: Objective, level: int, items: list[int], price: float) -> float:
    """The best mean score of a later level on these dev items, less the price of each step up to it."""
    found = []
    for steps, name in enumerate(team.names[level + 1 :], 1):
        graded = await dev.graded(team.only([name]))
        scores = [score for item in items if (score := graded[item].score) is not None]
        found += [fmean(scores) - price * steps] if scores else []
    return max(found, default=0.0)


def least_sure(graded: Sequence[Graded], sure: Mapping[int, float], worth: float) -> float:
    """The least sureness at which answers score this much, by isotonic calibration; `NEVER` if there is none.

    `sure` is by position in `graded`.

    >>> least_sure([Graded(None, 0.0), Graded(None, 1.0)], {0: 0.2, 1: 0.7}, worth=0.5)
    0.7
    """
    scored = [item for item in sure if graded[item].score is not None]
    steps = calibrated([sure[item] for item in scored], [graded[item].score or 0.0 for item in scored])
    return next((least for least, score in steps if score >= worth), NEVER)
