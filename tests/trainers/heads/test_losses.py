"""What a head is fitted to."""

import pytest
import torch
from symposia.trainers.heads.losses import cross_entropy, marginal, only_other


def marginal_and_slope(score: float, own: float, other: float) -> tuple[float, float]:
    """The loss of one token of these probabilities, and its derivative by the score."""
    scores = torch.tensor([score], requires_grad=True)
    loss = marginal(scores, torch.tensor([own]).log(), torch.tensor([other]).log())
    loss.backward()
    assert scores.grad is not None
    return float(loss.detach()), float(scores.grad)


def test_the_likelihood_of_a_token_sums_over_who_wrote_it() -> None:
    # pi = .25: .75 * .2 + .25 * .6 = .3
    assert marginal_and_slope(-1.0986123, 0.2, 0.6) == pytest.approx((1.20397, -0.25), abs=1e-5)


def test_where_both_say_the_same_the_head_does_not_matter() -> None:
    assert marginal_and_slope(0.7, 0.4, 0.4) == pytest.approx((0.91629, 0.0), abs=1e-5)


@pytest.mark.parametrize(("score", "loss"), [(-200.0, 1.60944), (200.0, 0.51083)])
def test_a_sure_head_leaves_the_likelihood_to_one_model(score: float, loss: float) -> None:
    assert marginal_and_slope(score, 0.2, 0.6)[0] == pytest.approx(loss, abs=1e-5)


def test_the_weak_label_is_where_only_the_other_is_right() -> None:
    # Both right, only the other, neither, only its own.
    own, other = torch.tensor([True, False, False, True]), torch.tensor([True, True, False, False])
    assert only_other(own, other).tolist() == [0, 1, 0, 0]


def test_positives_count_as_often_as_they_are_told_to() -> None:
    scores, labels = torch.zeros(2), torch.tensor([1.0, 0.0])
    assert float(cross_entropy(scores, labels, positive=8.0)) == pytest.approx(9 / 2 * 0.693147, abs=1e-5)
