"""The calibration of confidences."""

import pytest
from symposia.agents.errors import BadData
from symposia.evaluators.statistics.calibration import brier, expected_calibration_error, reliability_bins


def test_what_is_said_with_70_percent_and_right_in_70_is_calibrated() -> None:
    found = reliability_bins([0.7] * 10, [1] * 7 + [0] * 3)
    assert [(one.low, one.high, one.answers, one.accuracy) for one in found] == [(0.7, 0.8, 10, 0.7)]
    assert expected_calibration_error(found) == pytest.approx(0.0, abs=1e-12)
    assert brier([0.7] * 10, [1] * 7 + [0] * 3) == pytest.approx(0.21)


def test_certainty_is_in_the_last_bin_and_is_wrong_half_the_time() -> None:
    found = reliability_bins([1.0, 1.0, 0.0], [1, 0, 0], bins=5)
    assert [(one.low, one.answers, one.gap) for one in found] == [(0.0, 1, 0.0), (0.8, 2, 0.5)]
    assert expected_calibration_error(found) == pytest.approx(1 / 3)


def test_without_answers_there_is_no_error() -> None:
    assert (expected_calibration_error([]), brier([], [])) == (None, None)


@pytest.mark.parametrize("confidences", [[1.5], [-0.1], [0.5, 0.5]])
def test_what_is_no_probability_is_refused(confidences: list[float]) -> None:
    with pytest.raises(BadData, match="Give each a confidence from 0 to 1"):
        reliability_bins(confidences, [1])
