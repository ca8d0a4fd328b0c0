"""Scores with bounds: how much has to be asked."""

from math import inf, nextafter
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from symposia.agents import Team
from symposia.agents.objective import PartialScore, ScoreBand
from symposia.tests.support.doubles import Listed
from symposia.trainers.search.scoring import Goal, evenly, mean, on_task


def test_domains_count_evenly() -> None:
    assert evenly([(0.5, "a"), (0.8, "b")]) == pytest.approx(0.6153846)
    assert evenly([(0.0, "a"), (0.0, "b")]) == pytest.approx(0.01)


ALONE: Team[Any] = Team({"amber": object()})


@pytest.mark.parametrize(("accuracy", "about"), [(0.30, 573), (0.50, 802), (0.55, 891), (0.58, 955)])
async def test_a_model_that_cannot_reach_sixty_percent_is_asked_no_more(accuracy: float, about: int) -> None:
    """401 of 1,000 wrong answers are too many; with chance 1 - p they take about 401 / (1 - p) questions."""
    asked = []
    for seed in range(20):
        rng = Random(seed)
        scores = [float(rng.random() < accuracy) for _ in range(1000)]
        dev = Listed(scores)
        found = await on_task(dev)(ALONE, ScoreBand(high=nextafter(0.6, -inf)))
        wrong = [number for number, score in enumerate(scores, 1) if score == 0]
        enough = wrong[400] if len(wrong) > 400 else 1000
        assert enough <= dev.asked <= min(enough + 19, 1000)
        assert isinstance(found, PartialScore) == (dev.asked < 1000)
        asked.append(dev.asked)
    assert abs(sum(asked) / len(asked) - about) < 25


async def test_the_first_wave_is_what_must_be_asked_in_any_case() -> None:
    dev = Listed([0.0] * 100)
    found = await on_task(dev)(ALONE, ScoreBand(high=nextafter(0.6, -inf)))
    assert found == PartialScore(0.0, 0.59, 41)


@pytest.mark.parametrize(
    ("high", "found"),
    [(0.5, PartialScore(0.0, 0.5, 2)), (nextafter(0.5, -inf), PartialScore(0.0, 0.25, 3)), (0.2, 0.0)],
)
async def test_a_score_that_is_only_reached_does_not_beat(high: float, found: Any) -> None:
    assert await on_task(Listed([0, 0, 0, 0]))(ALONE, ScoreBand(high=high)) == found


async def test_a_particle_is_asked_until_it_is_no_new_worst_either() -> None:
    dev = Listed([1, 0, 0, 0, 1, 1, 1, 1])
    assert await on_task(dev)(ALONE, ScoreBand(low=0.25, high=0.75)) == PartialScore(0.25, 0.625, 5)
    assert await on_task(Listed([0] * 8))(ALONE, ScoreBand(low=0.25, high=0.75)) == 0.0


async def test_what_could_not_be_scored_is_left_out_of_the_bound() -> None:
    assert await on_task(Listed([0, None, None, 0, 1, 1]))(ALONE, ScoreBand(high=0.5)) == PartialScore(0.0, 0.5, 4)
    assert await on_task(Listed([None, None, 1, None]))(ALONE, ScoreBand(high=0.5)) == 1.0


async def test_scores_without_known_bounds_are_all_asked() -> None:
    dev = Listed([0.0] * 10)
    assert await Goal(dev, None)(ALONE, ScoreBand(high=0.9)) == 0.0
    assert dev.asked == 10


async def test_domains_are_bounded_by_what_they_may_still_become() -> None:
    dev = Listed([0, 0, 1, 1], ["a", "a", "b", "b"])
    assert await Goal(dev, (0, 1), total=evenly)(ALONE, ScoreBand(high=0.5)) == PartialScore(
        evenly([(0, "a"), (0, "b")]), evenly([(0, "a"), (1, "b")]), 2
    )


SCORES = st.lists(st.one_of(st.none(), st.sampled_from([0.0, 0.25, 0.5, 1.0])), min_size=1, max_size=12)


@settings(deadline=None)
@given(SCORES, st.floats(0, 1), st.floats(0, 1), st.booleans())
async def test_whatever_the_scores_what_is_said_of_them_is_true(
    scores: list[float | None], one: float, other: float, by_domain: bool
) -> None:
    groups = [str(number % 3) for number in range(len(scores))]
    total = evenly if by_domain else mean
    kept = [(score, group) for score, group in zip(scores, groups, strict=True) if score is not None]
    if not kept:
        return
    idle = ScoreBand(min(one, other), max(one, other))
    found = await Goal(Listed(scores, groups), (0, 1), total=total)(ALONE, idle)
    if isinstance(found, PartialScore):
        assert idle.low <= found.low <= total(kept) <= found.high <= idle.high
    else:
        assert found == total(kept)
