"""Duels are drawn between members of close rating, and judged by the others."""

from symposia.trainers.search.duels import Draw, Duel, weighed
from symposia.trainers.search.ratings import RatingRule, Ratings


def test_all_members_are_first_fighters_in_turn_and_opponents_are_of_close_rating() -> None:
    ratings = Ratings(RatingRule(), {"a": 100.0, "b": 101.0, "c": 120.0, "d": 121.0})
    duels = Draw(size=8, opponents=1, chance=0.0).duels(ratings, (0.25,) * 4, seed=0)
    assert sorted(duel.first for duel in duels) == sorted("abcd" * 2)
    assert {(duel.first, duel.second) for duel in duels} == {("a", "b"), ("b", "a"), ("c", "d"), ("d", "c")}


def test_only_questions_with_a_chance_are_drawn() -> None:
    ratings = Ratings(RatingRule(), {"a": 100.0, "b": 101.0})
    duels = Draw(size=9, opponents=1, chance=1.0).duels(ratings, (0.0, 1.0, 0.0), seed=0)
    assert {duel.question for duel in duels} == {1}


def test_scores_are_weighted_by_the_ratings_of_the_judges() -> None:
    given = {("j", "a"): 8.0, ("j", "b"): 2.0, ("k", "a"): 2.0, ("k", "b"): 4.0}
    assert weighed(given, Duel(0, "a", "b"), {"j": 300.0, "k": 100.0}) == (6.5, 2.5)


def test_a_duel_that_nobody_could_judge_has_no_scores() -> None:
    assert weighed({("j", "a"): 8.0, ("j", "b"): None}, Duel(0, "a", "b"), {"j": 1.0}) is None
