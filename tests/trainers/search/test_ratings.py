"""Ratings by duels. Golden values: SPARTA's rule, computed by hand."""

import pytest
from symposia.trainers.search.ratings import RatingRule, Ratings, rated

ORIGINAL = RatingRule(like="original")


@pytest.mark.parametrize("rule", [RatingRule(), ORIGINAL])
def test_equals_move_by_sparta_s_golden_number(rule: RatingRule) -> None:
    after = rated(["a", "b", "judge"], rule).after("a", "b", 3.0).of
    assert after["a"] - 100 == pytest.approx(0.0068591, abs=5e-8)
    assert after["b"] - 100 == pytest.approx(-0.0068591, abs=5e-8)
    assert after["judge"] == 100


@pytest.mark.parametrize(("first", "lost"), [(101.0, -0.668), (99.0, -0.308)])
def test_the_original_gives_a_winner_the_same_whoever_was_expected_and_is_not_zero_sum(
    first: float, lost: float
) -> None:
    after = Ratings(ORIGINAL, {"a": first, "b": 100.0}).after("a", "b", 3.0).of
    assert after["a"] - first == pytest.approx(0.578, abs=5e-4)
    assert after["b"] - 100 == pytest.approx(lost, abs=5e-4)


def test_zero_sum_conserves_the_ratings_and_does_not_depend_on_who_is_first() -> None:
    ratings = Ratings(RatingRule(), {"a": 101.0, "b": 100.0, "c": 90.0})
    for first, second, difference in [("a", "b", 3.0), ("b", "c", -4.0), ("a", "c", 9.0)] * 20:
        swapped = ratings.after(second, first, -difference)
        ratings = ratings.after(first, second, difference)
        assert ratings.of == pytest.approx(swapped.of)
    assert sum(ratings.of.values()) == pytest.approx(291.0)


@pytest.mark.parametrize("rule", [RatingRule(floor=99.9), RatingRule(like="original", floor=99.9)])
def test_no_rating_falls_below_the_floor(rule: RatingRule) -> None:
    ratings = Ratings(rule, {"a": 102.0, "b": 100.0}).after("a", "b", 9.0)
    assert ratings.of["b"] == pytest.approx(99.9)
    assert rule.like == "original" or ratings.of["a"] == pytest.approx(102.1)


def test_sigma_is_the_deviation_of_the_last_moves_but_not_too_small() -> None:
    rule = RatingRule(window=2)
    assert Ratings(rule, {"a": 1.0}, {"a": (5.0,)}).sigma("a") == 0.5
    assert Ratings(rule, {"a": 1.0}, {"a": (1.0, 2.0)}).sigma("a") == 0.5
    assert Ratings(rule, {"a": 1.0}, {"a": (1.0, 1.0)}).sigma("a") == 0.1


def test_the_closest_are_found_ties_in_the_order_of_the_players() -> None:
    ratings = Ratings(RatingRule(), {"a": 100.0, "b": 110.0, "c": 101.0, "d": 99.0})
    assert ratings.closest("a", 2) == ["c", "d"]
    assert ratings.closest("b", 9) == ["c", "a", "d"]
