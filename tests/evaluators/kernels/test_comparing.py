"""Outputs of kernels: tolerances go with how far the original's outputs move."""

from pathlib import Path

import pytest
import torch
from symposia.evaluators.kernels.comparing import Comparison
from symposia.evaluators.kernels.process import Failed, Process

ORIGINALS = [torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]) * scale for scale in (1, 2, 0.5)]


def compared(originals: list[torch.Tensor], candidates: list[torch.Tensor]) -> Comparison:
    found = Comparison()
    for one, other in zip(originals, candidates, strict=True):
        found.add([one], [other])
    return found


@pytest.mark.parametrize("size", [1e6, 1.0, 1e-6])
def test_rounding_is_no_error_and_a_thousandth_is_at_any_size(size: float) -> None:
    originals = [one * size for one in ORIGINALS]
    assert compared(originals, [one * 1.00001 for one in originals]).right
    assert not compared(originals, [one * 1.001 for one in originals]).right
    assert not compared(originals, [one * 0 for one in originals]).right


def test_a_constant_is_told_from_outputs_that_move() -> None:
    found = compared(ORIGINALS, [ORIGINALS[0]] * 3)
    assert found.tells
    assert not found.right


def test_outputs_that_do_not_move_tell_nothing() -> None:
    still = [torch.ones(3) + 1e-6 * scale for scale in (1, 2, 3)]
    assert not compared(still, still).tells


def test_another_shape_is_wrong_and_no_reason_to_leave_it_unscored() -> None:
    found = compared(ORIGINALS, [one[:1] for one in ORIGINALS])
    assert found.tells
    assert not found.right
    assert not compared(ORIGINALS, [one.flatten() for one in ORIGINALS]).right


def test_no_number_is_wrong_where_the_original_has_one() -> None:
    assert not compared(ORIGINALS, [one * float("nan") for one in ORIGINALS]).right


def test_inputs_without_a_finite_output_count_for_nothing() -> None:
    infinite = [*ORIGINALS, ORIGINALS[0] * float("inf")]
    assert compared(infinite, infinite).right
    assert not compared(infinite[3:], infinite[3:]).right


def test_a_worker_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    with Process("cpu", tmp_path, seconds=0.2) as worker, pytest.raises(Failed, match=r"over 0\.2 s"):
        worker.ask("load", source="while True: pass", code="", name="Model", compiled=False)
