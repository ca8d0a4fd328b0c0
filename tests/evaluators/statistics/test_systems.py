"""Systems against each other: the Pareto front, the win matrix, errors that go together."""

import pytest
from symposia.agents.errors import BadData
from symposia.evaluators.statistics.error_correlation import error_pairs
from symposia.evaluators.statistics.pareto import front
from symposia.evaluators.statistics.win_matrix import win_matrix


def test_the_front_is_what_nothing_beats_at_its_price() -> None:
    points = {"a": (10.0, 0.5), "b": (10.0, 0.4), "c": (5.0, 0.5), "d": (40.0, 0.6), "e": (50.0, 0.6)}
    assert front(points) == ["c", "d"]


def test_equal_points_are_both_on_the_front() -> None:
    assert front({"a": (1.0, 0.5), "b": (1.0, 0.5)}) == ["a", "b"]
    assert front({}) == []


def test_wins_are_counted_over_the_settings_that_both_have() -> None:
    found = win_matrix({"debate": {"x": 0.6, "y": 0.5, "z": 0.7}, "single": {"x": 0.5, "y": 0.5, "w": 0.1}})
    assert [one[:5] for one in found] == [("debate", "single", 1, 1, 0), ("single", "debate", 0, 1, 1)]
    assert found[0].share.value == 0.5


def test_six_of_eight_settings_are_no_proof() -> None:
    scores = {"debate": {str(n): 0.6 if n < 6 else 0.4 for n in range(8)}, "single": dict.fromkeys("01234567", 0.5)}
    found = win_matrix(scores)[0]
    assert (found.wins, found.losses, round(found.p, 4)) == (6, 2, 0.2891)


def test_models_that_fail_the_same_questions_are_correlated() -> None:
    same, opposite, rest = error_pairs({"a": [1, 1, 0, 0], "b": [1, 1, 0, 0], "c": [0, 0, 1, 1]})
    assert (same.phi, same.disagreement, same.double_fault, same.expected) == (1.0, 0.0, 0.5, 0.25)
    assert (opposite.phi, opposite.disagreement, opposite.double_fault) == (-1.0, 1.0, 0.0)
    assert rest.one == "b"


def test_a_model_that_fails_nothing_has_no_correlation() -> None:
    assert error_pairs({"a": [1, 1], "b": [1, 0]})[0].phi is None


def test_scores_of_different_questions_are_an_error() -> None:
    with pytest.raises(BadData, match="models with scores of different questions"):
        error_pairs({"a": [1, 1], "b": [1]})
