"""Numbers on answers that may be withheld, against those of AbstainQA."""

import pytest
from symposia.evaluators.statistics.abstention import Abstentions, expected_calibration_error

RIGHT = [int(digit) for digit in "1100110011"]
ABSTAINED = [int(digit) for digit in "0000111111"]


def test_the_numbers_are_those_of_abstain_qa() -> None:
    counts = Abstentions.of(RIGHT, ABSTAINED)
    assert counts.effective_reliability == 0.0
    assert counts.reliable_accuracy == 0.5
    assert counts.abstain_accuracy == 0.4
    assert counts.precision == pytest.approx(0.3333, abs=1e-4)
    assert counts.recall == 0.5
    assert counts.rate == 0.6


def test_the_calibration_error_of_answering_is_that_of_abstain_qa() -> None:
    assert expected_calibration_error(RIGHT, [1 - one for one in ABSTAINED]) == pytest.approx(0.6)


def test_a_ratio_without_a_case_is_none() -> None:
    counts = Abstentions.of([1], [1])
    assert counts.reliable_accuracy is None
    assert counts.recall is None
    assert Abstentions.of([], []).rate is None
    assert expected_calibration_error([], []) is None


def test_confidences_are_stretched_to_the_whole_range() -> None:
    assert expected_calibration_error([0, 1], [0.4, 0.6]) == 0.0
    assert expected_calibration_error([1, 1], [0.4, 0.4]) == pytest.approx(0.6)
