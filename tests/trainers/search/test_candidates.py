"""Candidates of a search: made, scored at once, and the best one kept."""

from typing import Any

import pytest
from symposia.agents import Team
from symposia.agents.objective import PartialScore, ScoreBand
from symposia.tests.support.nearness import Number
from symposia.trainers.search import Vector
from symposia.trainers.search.candidates import Candidates


class Utility:
    """Scores a number by itself, or by what it is told; notes the teams and the bands."""

    def __init__(self, *scores: float | PartialScore) -> None:
        self.scores = list(scores)
        self.asked: list[tuple[str, ScoreBand | None]] = []

    async def __call__(self, team: Team[Any], idle: ScoreBand | None) -> float | PartialScore:
        ((name, model),) = team.models.items()
        self.asked.append((name, idle))
        return self.scores.pop(0) if self.scores else float(model.parameters["x"])


def candidates(utility: Utility, **options: Any) -> Candidates:
    def make(vector: Vector, name: str) -> Any:
        return Number(sum(vector))

    team: Any = Team({"base": Number(0.0)})
    return Candidates(team, make, utility, name="mixed", **options)


def value(model: Any) -> float:
    return float(model.parameters["x"])


async def test_the_best_of_all_rounds_is_kept_and_of_equals_the_first() -> None:
    tried = candidates(Utility(1.0, 3.0, 3.0, 3.0, 2.0))
    assert await tried({(1.0,): None, (2.0,): None, (3.0,): None}) == [1.0, 3.0, 3.0]
    assert await tried({(4.0,): None, (5.0,): None}) == [3.0, 2.0]
    assert (value(tried.best), tried.score) == (2.0, 3.0)


async def test_candidates_are_numbered_through_all_rounds() -> None:
    utility = Utility()
    tried = candidates(utility, at_once=1)
    await tried({(1.0,): None, (2.0,): None})
    await tried({(3.0,): ScoreBand(high=1.0)})
    assert utility.asked == [("mixed-0", None), ("mixed-1", None), ("mixed-2", ScoreBand(high=1.0))]


async def test_a_penalty_is_taken_off_the_score_and_added_to_the_band() -> None:
    utility = Utility()
    tried = candidates(utility, penalty=lambda vector: 0.5)
    assert await tried({(2.0,): ScoreBand(low=0.0, high=1.0)}) == [1.5]
    ((_, band),) = utility.asked
    assert band is not None
    assert (band.low, band.high) == (pytest.approx(0.5), pytest.approx(1.5))


async def test_a_partial_score_is_never_the_best() -> None:
    tried = candidates(Utility(PartialScore(5.0, 6.0, 3), 1.0), penalty=lambda vector: 0.25)
    partial, whole = await tried({(1.0,): None, (2.0,): None})
    assert partial == PartialScore(4.75, 5.75, 3)
    assert whole == 0.75
    assert value(tried.best) == 2.0
