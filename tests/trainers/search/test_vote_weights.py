"""The weights of votes by dev scores."""

import pytest
from symposia.agents import Answer
from symposia.agents.errors import BadScenario
from symposia.agents.objective import Graded
from symposia.tests.support.said import says
from symposia.trainers.search.vote_weights import vote_weights, weight


@pytest.mark.parametrize(
    ("right", "of", "two", "four"),
    [(8, 8, 2.1972, 3.2958), (2, 3, 0.4055, 1.5041), (10, 18, 0.2007, 1.2993), (0, 2, -1.0986, 0.0)],
)
def test_a_weight_is_the_log_odds_of_a_smoothed_dev_score(right: int, of: int, two: float, four: float) -> None:
    scores = [1.0] * right + [0.0] * (of - right)
    assert [weight(scores, answers) for answers in (2, 4)] == pytest.approx([two, four], abs=1e-4)


def test_calls_that_failed_say_nothing_of_a_voter() -> None:
    said = [Graded(Answer(text="4"), 1.0), Graded(None, None)]
    assert vote_weights([said, said[:1]], 2, where="x") == (weight([1.0], 2),) * 2


def test_scores_that_are_no_shares_are_refused() -> None:
    with says(BadScenario, "text/x: weights: dev, and dev scores beyond 0 to 1. Use weights: none."):
        vote_weights([[Graded(Answer(text="4"), 9.0)]], 2, where="text/x")
