"""The report of a swarm: metrics of its particles at their start and at their best, on dev and on test.

The metrics are those of the repository of Model Swarms (Feng et al. 2024). Selection is on dev: the best single
particle and the voters are the best ones on dev. All evaluation happens after the final answers.
"""

from collections import defaultdict
from collections.abc import Sequence
from statistics import fmean
from typing import Any, Final, NamedTuple

from ...agents import Open, Team
from ..merging.mixture import mixture
from . import Vector
from .ensemble import Answers, best_first, emergence, solved, surge, voted
from .scoring import Goal, own_score

VOTERS: Final = 10
"""The most particles that vote, the best ones."""


class Stage(NamedTuple):
    """Particles at one time: their coefficients over the experts, and their scores on dev.

    >>> Stage("ending", [(1.0, 0.0), (0.5, 0.5)], utilities=[0.4, 0.6]).voters
    [1, 0]
    """

    name: str
    rows: Sequence[Vector]
    utilities: Sequence[float]

    @property
    def voters(self) -> list[int]:
        """The numbers of the best particles, the best one first."""
        return best_first(self.utilities, VOTERS)


class Said(NamedTuple):
    """The answers of all particles on dev, and of the voters, in their order, on test.

    >>> from symposia.agents.objective import Graded
    >>> Said(dev=[[Graded(None, 1.0)]], test=[[Graded(None, 0.0)]]).test[0][0].score
    0.0
    """

    dev: Sequence[Answers]
    test: Sequence[Answers]


async def compared(experts: Team[Open], stages: tuple[Stage, Stage], goals: tuple[Goal, Goal]) -> dict[str, Any]:
    """The metrics of both stages, by goals on dev and on test; votes only where the goal is the task's score."""
    said = [await answered(experts, stage, goals) for stage in stages]
    found: dict[str, Any] = {}
    for stage, answers in zip(stages, said, strict=True):
        best = f"{stage.name}-{stage.voters[0]}"
        found[f"{stage.name}_best_single_test_accuracy"] = await goals[1].of(best, answers.test[0])
    if by_task(goals):
        for stage, answers in zip(stages, said, strict=True):
            found |= await votes(stage, answers, goals)
        before, after = (solved(answers.dev) for answers in said)
        found |= {"surge": surge(before, after), "emergence": emergence(before, after)}
        found |= by_group(stages[1], said[1])
    return found


def by_task(goals: tuple[Goal, Goal]) -> bool:
    """True if answers are graded by the task, so that majority votes are defined."""
    return goals[0].rate is own_score


async def answered(experts: Team[Open], stage: Stage, goals: tuple[Goal, Goal]) -> Said:
    """The answers of a stage's particles; without votes only the best particle's, on test.

    One model is made at a time, since each may be a full checkpoint.
    """
    voters = stage.voters if by_task(goals) else stage.voters[:1]
    dev, test = [], {}
    for number, row in enumerate(stage.rows):
        if number not in voters and not by_task(goals):
            continue
        name = f"{stage.name}-{number}"
        team = experts.with_models({name: mixture(experts.models, row, name=name)})
        if by_task(goals):
            dev.append(await goals[0].dev.graded(team))
        if number in voters:
            test[number] = await goals[1].dev.graded(team)
    return Said(dev, [test[number] for number in voters])


async def votes(stage: Stage, said: Said, goals: tuple[Goal, Goal]) -> dict[str, float]:
    """The scores of the voters' majority votes, on dev and on test."""
    weights = [stage.utilities[number] for number in stage.voters]
    answers = {"test": said.test, "dev": [said.dev[number] for number in stage.voters]}
    return {
        f"{stage.name}_top-k_ensemble_{split}_accuracy": await goal.of("the vote", voted(answers[split], weights))
        for split, goal in zip(("dev", "test"), goals, strict=True)
    }


def by_group(stage: Stage, said: Said) -> dict[str, float]:
    """The best particle's mean score in each group of items, where there are several."""
    found: dict[str, float] = {}
    for split, answers in (("test", said.test[0]), ("dev", said.dev[stage.voters[0]])):
        groups: defaultdict[str | None, list[float]] = defaultdict(list)
        for one in answers:
            if one.score is not None:
                groups[one.group].append(one.score)
        if len(groups) > 1:
            found |= {f"{stage.name}_best_single_{split}_{group}": fmean(scores) for group, scores in groups.items()}
    return found
