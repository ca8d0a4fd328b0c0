"""Combinations of logits."""

import pytest
import torch
from symposia.agents.decoding.combine import Mean


def test_the_mean_of_logits_is_a_product_of_experts() -> None:
    fused = Mean()(torch.tensor([[2.0, 0.0, 0.0], [0.0, 1.0, 0.0]]))
    assert fused.tolist() == [1.0, 0.5, 0.0]
    assert fused.softmax(-1).tolist() == pytest.approx([0.5065, 0.3072, 0.1863], abs=1e-4)


def test_the_mean_of_probabilities_is_a_mixture() -> None:
    even = torch.tensor([[0.5, 0.25, 0.25], [0.1, 0.8, 0.1]]).log()
    mixed = Mean(weights=(3.0, 1.0), of="probabilities")(even).softmax(-1)
    assert mixed.tolist() == pytest.approx([0.4, 0.3875, 0.2125])


def test_a_constant_added_to_one_models_logits_changes_nothing() -> None:
    logits = torch.tensor([[2.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    moved = logits + torch.tensor([[7.0], [0.0]])
    assert torch.allclose(Mean()(logits).softmax(-1), Mean()(moved).softmax(-1))
