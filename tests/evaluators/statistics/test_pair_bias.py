"""The reliability of a judge of pairs: both orders, the place of an answer, its length."""

import pytest
from symposia.evaluators.statistics.pair_bias import agreed, length_slope, pair_bias, tally

BOTH, FIRST_ONLY, SECOND_ONLY, TIED, LOST = (1.0, 1.0), (1.0, 0.0), (0.0, 1.0), (0.5, 0.5), (0.25, 0.0)


def test_a_win_needs_both_orders_and_what_disagrees_is_a_tie() -> None:
    assert [agreed(pair) for pair in (BOTH, FIRST_ONLY, TIED, LOST, (0.75, 0.5))] == [1.0, 0.5, 0.5, 0.0, 0.5]
    assert tally([BOTH, BOTH, FIRST_ONLY, LOST]) == (2, 1, 1)
    assert tally([BOTH, BOTH, FIRST_ONLY, LOST]).adjusted == 0.625
    assert tally([]).adjusted is None


def test_a_judge_that_prefers_the_first_place_shows() -> None:
    found = pair_bias([BOTH, FIRST_ONLY, FIRST_ONLY, SECOND_ONLY, TIED])
    assert found.pairs == 5
    assert found.consistency.value == 0.4
    assert found.fairness == pytest.approx(1 / 3)
    assert found.first_slot.value == pytest.approx(5 / 8)
    assert found.ties.value == 0.2


def test_without_pairs_there_is_nothing_to_say() -> None:
    found = pair_bias([])
    assert (found.consistency.value, found.fairness, found.first_slot.value) == (None, None, None)


def test_a_verdict_that_follows_length_has_its_slope() -> None:
    gaps = [-0.5, -0.2, 0.0, 0.1, 0.6]
    found = length_slope([0.5 + 0.4 * gap for gap in gaps], gaps)
    assert found.value == pytest.approx(0.4)
    assert found.low == pytest.approx(0.4)
    noisy = length_slope([0.5, 0.4, 0.6, 0.5, 0.5], gaps)
    assert noisy.low is not None
    assert noisy.high is not None
    assert noisy.low < 0 < noisy.high
    assert length_slope([0.5, 1.0], [0.1, 0.2]).value is None
    assert length_slope([0.5, 1.0, 0.0], [0.1, 0.1, 0.1]).value is None
