"""Agreement with labels beyond chance, and means that are corrected by it."""

import pytest
from symposia.agents.errors import BadData
from symposia.evaluators.statistics.agreement import (
    cohen_kappa,
    powered_mean,
    rogan_gladen,
    rogan_gladen_interval,
)


def test_kappa_is_agreement_beyond_chance() -> None:
    judged = ["y"] * 25 + ["n"] * 25
    labels = ["y"] * 20 + ["n"] * 5 + ["y"] * 10 + ["n"] * 15
    found = cohen_kappa(judged, labels)
    assert found.value == pytest.approx(0.4)
    assert found.low == pytest.approx(0.1511, abs=1e-4)
    assert found.high == pytest.approx(0.6489, abs=1e-4)


def test_a_judge_that_always_says_yes_agrees_by_chance_alone() -> None:
    assert cohen_kappa(["y"] * 10, ["y"] * 9 + ["n"]).value == 0
    assert cohen_kappa(["y"] * 3, ["y"] * 3).value is None
    assert cohen_kappa(["y", "n"], ["y", "n"]).value == 1
    with pytest.raises(BadData, match="3 verdicts and 2 labels"):
        cohen_kappa(["y"] * 3, ["y"] * 2)


def test_a_judged_share_is_corrected_by_the_judges_errors() -> None:
    assert rogan_gladen(0.70, 0.90, 0.80) == pytest.approx(0.714286, abs=1e-6)
    assert rogan_gladen(0.20, 0.90, 0.80) == 0
    assert rogan_gladen(0.95, 0.90, 0.80) == 1


@pytest.mark.parametrize(("sensitivity", "specificity"), [(0.5, 0.5), (0.2, 0.7)])
def test_a_judge_no_better_than_chance_corrects_nothing(sensitivity: float, specificity: float) -> None:
    with pytest.raises(BadData, match="no better than chance"):
        rogan_gladen(0.5, sensitivity, specificity)


def test_fewer_calibration_labels_widen_the_interval() -> None:
    many = rogan_gladen_interval((70, 100), (900, 1000), (200, 1000))
    few = rogan_gladen_interval((70, 100), (9, 10), (2, 10))
    assert many.value == few.value == pytest.approx(0.714286, abs=1e-6)
    assert many.low is not None
    assert few.low is not None
    assert few.low < many.low < 0.714286


def test_labels_on_a_part_correct_the_judge_on_all() -> None:
    found = powered_mean([1.0, 1.0, 1.0, 0.0], [1.0, 0.0], [1.0, 1.0])
    assert found.value == 0.25
    assert found.low is not None
    assert found.low < 0.25
    with pytest.raises(BadData, match="4 verdicts, 1 labels with 1 verdicts"):
        powered_mean([1.0] * 4, [1.0], [1.0])
