"""What models get right that others get wrong."""

import pytest
from symposia.agents.errors import BadData
from symposia.evaluators.statistics.complementarity import break_rate, emergence, fix_rate, pass_at_k
from symposia.evaluators.statistics.intervals import Interval
from symposia.tests.support.samples import rounded


def test_fixed_and_broken_are_shares_of_what_could_be() -> None:
    best, together = [0, 0, 0, 0, 1, 1], [1, 0, 0, 0, 1, 0]
    assert rounded(fix_rate(best, together)) == [0.25, 0.0456, 0.6994]
    assert rounded(break_rate(best, together)) == [0.5, 0.0945, 0.9055]
    assert fix_rate([1, 1], [1, 1]) == Interval(None, None, None)


def test_emergence_is_over_questions_that_all_got_wrong() -> None:
    singles = {"a": [0] * 57 + [1] * 43, "b": [0] * 57 + [0] * 43}
    assert rounded(emergence(singles, [1] * 9 + [0] * 48 + [1] * 43)) == [0.1579, 0.0854, 0.2736]


def test_models_with_different_numbers_of_scores_are_an_error() -> None:
    with pytest.raises(
        BadData, match=r"^scores of single models: a has 1, b has 2\. All need one score for each question\.$"
    ):
        emergence({"a": [1], "b": [1, 0]}, [1, 0])


@pytest.mark.parametrize(("k", "chance"), [(1, 0.3), (5, 0.9167), (8, 1.0)])
def test_pass_at_k_is_unbiased(k: int, chance: float) -> None:
    assert round(pass_at_k(10, 3, k), 4) == chance
