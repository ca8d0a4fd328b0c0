"""A panel: each judge grades by another grader, and the mean counts.

    grader: {use: panel, options: {grader: mt_bench}}
    judges: [{name: gpt, ..}, {name: claude, ..}, {name: qwen, ..}]

A panel of several families of models softens, and does not remove, the preference of each for its own
(https://arxiv.org/abs/2604.06996). Scores are shares of the grader's range, so that 0 is its worst and 1 its best; the
part of a judge's name is its score. The answer is unscored where no judge scores it.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from statistics import fmean
from typing import Any, Final

from ...agents import Answer, Team
from ...agents.errors import BadScenario
from ..evaluator import QUESTION_FAILS
from ..grading import Grade, find, needs_judges, range_of
from ..judging.facts import Fact, number
from ..judging.reliability import kind
from ..sample import Sample
from ..statistics.agreement import cohen_kappa
from ..task import Item

CONTROLS: Final = True


async def grade(
    item: Item,
    answer: Answer,
    judges: Team[Any] | None,
    *,
    grader: str = "mt_bench",
    options: Mapping[str, Any] | None = None,
) -> Grade:
    """The mean of the judges' scores by this grader, as a share of its range."""
    inner = find(grader, where="panel")
    if judges is None or not needs_judges(inner):
        raise BadScenario(f"panel: {grader} and a panel need judges. Name a grader that asks some, such as mt_bench.")
    low, high = range_of(inner)
    how = {name: {**(options or {}), "judge": name} for name in judges}
    found = {name: await opinion(inner.grade, item, answer, judges, how[name]) for name in judges}
    parts = {name: (one.score - low) / (high - low) for name, one in found.items() if one.score is not None}
    said = "\n".join(f"{name}: {one.verdict or one.why}" for name, one in found.items())
    if not parts:
        first = next(iter(found.values()))
        return Grade.unscored(f"panel: no judge scored it. {first.why}", reason=first.reason, verdict=said)
    return Grade(score=fmean(parts.values()), parts=parts, verdict=said)


async def opinion(
    grade: Any,  # noqa: ANN401 - a grader's function
    item: Item,
    answer: Answer,
    judges: Team[Any],
    options: Mapping[str, Any],
) -> Grade:
    """The grade by one judge; one that fails leaves it to the others."""
    try:
        found: Grade = await grade(item, answer, judges, **options)
    except QUESTION_FAILS as error:
        return Grade.unscored(f"judging failed: {error}", reason="judge_failed")
    return found


def summary(samples: Sequence[Sample]) -> list[Fact]:
    """The mean score of each judge, and Cohen's kappa of each two, over the answers that both scored."""
    names = list(dict.fromkeys(name for sample in samples for name in sample.parts))
    means = [
        Fact(f"mean of {name}", f"{fmean(sample.parts[name] for sample in samples if name in sample.parts):.3f}")
        for name in names
    ]
    kappas = [(f"kappa of {one} and {other}", agreed(samples, one, other)) for one, other in combinations(names, 2)]
    return [*means, *(Fact(*kappa) for kappa in kappas)]


def agreed(samples: Sequence[Sample], one: str, other: str) -> str:
    """Cohen's kappa of two judges with its interval, as text."""
    both = [(sample.parts[one], sample.parts[other]) for sample in samples if {one, other} <= set(sample.parts)]
    if not both:
        return "none"
    kinds = [(kind(first, (0.0, 1.0)), kind(second, (0.0, 1.0))) for first, second in both]
    return number(cohen_kappa([first for first, _ in kinds], [second for _, second in kinds]))
