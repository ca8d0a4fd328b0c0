"""Changes that are dropped and rescaled."""

from typing import Any

import pytest
import torch
from symposia.tests.support.merged import BASE, DELTAS, W, merged
from symposia.trainers.merging.inputs import Inputs
from symposia.trainers.merging.methods import checked
from symposia.trainers.merging.sparse import kept, rank_probabilities, uniform, without_tails

MASKS = ["10011001", "01101100", "11000101"]


@pytest.mark.parametrize(
    ("rescale", "expected"),
    [
        ("l1", [1.3125, -0.773456886, 0.271634615, 0.078125, 1.651442308, 0.052671371, 0, 0.125]),
        ("inverse", [1.5, -0.6875, 0.1875, 0.125, 1.46875, -0.03125, 0, 0.5]),
    ],
)
def test_dare_drops_and_rescales(rescale: Any, expected: list[float]) -> None:
    masks = [torch.tensor([bit == "1" for bit in mask]) for mask in MASKS]
    deltas = [torch.tensor(delta, dtype=torch.float64) for delta in DELTAS]
    dropped = [kept(delta, mask, 0.5, rescale) for delta, mask in zip(deltas, masks, strict=True)]
    base = torch.tensor(BASE, dtype=torch.float64)
    total = base + checked("dare_ties", {"weights": W}).agreed(dropped)  # type: ignore[attr-defined]
    assert total.tolist() == pytest.approx(expected, abs=1e-9)


def test_dare_keeps_what_its_masks_say_whatever_the_order_of_models() -> None:
    base = torch.zeros(10_000)
    one, two = torch.full_like(base, 1.0), torch.full_like(base, 3.0)
    rule = checked("dare_linear", {"density": 0.25, "seed": 7})
    ahead = rule(Inputs("x", ("one", "two"), (one, two), base))
    back = rule(Inputs("x", ("two", "one"), (two, one), base))
    assert torch.equal(ahead, back)
    assert sorted(set(ahead.tolist())) == [0.0, 2.0, 6.0, 8.0]
    assert ahead.mean().item() == pytest.approx(2.0, abs=0.1)
    assert not torch.equal(
        ahead, checked("dare_linear", {"density": 0.25, "seed": 8})(Inputs("x", ("one", "two"), (one, two), base))
    )


def test_a_draw_depends_on_its_place_alone() -> None:
    draw = uniform(torch.zeros(3), 7, "amber", "x")
    assert torch.equal(draw, uniform(torch.zeros(9), 7, "amber", "x")[:3])
    assert not torch.equal(draw, uniform(torch.zeros(3), 7, "amber", "y"))


def test_breadcrumbs_leave_out_both_tails() -> None:
    delta = torch.tensor([0.1, -0.9, 0.5, 0.3, -0.2, 0.7, 0.05, 0.6, -0.4, 0.8])
    assert delta[without_tails(delta, 0.5, 0.2)].tolist() == pytest.approx([0.5, 0.3, 0.7, 0.6, -0.4])
    assert delta[without_tails(delta, 0.5, 0.0)].tolist() == pytest.approx([-0.9, 0.5, 0.7, 0.6, 0.8])


def test_della_keeps_by_rank() -> None:
    probabilities = rank_probabilities(torch.tensor([0.1, -0.9, 0.5, 0.3]), 0.5, 0.15)
    assert probabilities.tolist() == pytest.approx([0.35, 0.65, 0.55, 0.45])
    assert rank_probabilities(torch.ones(3, 1), 0.5, 0.15).tolist() == [[0.5], [0.5], [0.5]]


def test_of_equal_changes_the_first_are_kept() -> None:
    kept_first = merged("ties", [torch.tensor([2.0, 1.0, 1.0, 1.0])], torch.zeros(4), density=0.5)
    assert kept_first.tolist() == [2, 1, 0, 0]
