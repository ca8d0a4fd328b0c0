"""Ratings of a judge."""

import pytest
from symposia.agents.message import Choice
from symposia.trainers.search.raters import RATINGS, expected


def test_a_rating_is_expected_where_distributions_are_shown() -> None:
    rated = expected(Choice(labels=RATINGS, logprobs=(-0.6931472, *[-50.0] * 8, -0.6931472)))
    assert rated == pytest.approx(5.5)
    assert expected(Choice(labels=RATINGS)) is None
