"""Sampling: warping against transformers, and the seeds of a sampler."""

import pytest
import torch
from symposia.agents.message import Sampling
from symposia.agents.models.sampling import Sampler, pick_each, warp
from transformers import LogitsProcessorList, TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

LOGITS = torch.randn(4, 50, generator=torch.Generator().manual_seed(0)) * 3


@pytest.mark.parametrize(("top_k", "top_p"), [(None, 1.0), (5, 1.0), (None, 0.8), (7, 0.5), (1, 1.0), (99, 0.01)])
def test_warping_is_that_of_transformers(top_k: int | None, top_p: float) -> None:
    theirs = LogitsProcessorList([TemperatureLogitsWarper(0.7)])
    theirs += [TopKLogitsWarper(top_k)] if top_k else []
    theirs += [TopPLogitsWarper(top_p)] if top_p < 1 else []
    ours = warp(LOGITS, [Sampling(temperature=0.7, top_k=top_k, top_p=top_p)] * 4)
    assert torch.allclose(ours, theirs(None, LOGITS), atol=1e-6)


def test_rows_are_warped_each_by_its_own_sampling() -> None:
    samplings = [Sampling(temperature=1 + row, top_k=1 + row, top_p=1 - 0.2 * row) for row in range(4)]
    together = warp(LOGITS, samplings)
    assert [torch.equal(together[row], warp(LOGITS[row : row + 1], [samplings[row]])[0]) for row in range(4)] == [
        True
    ] * 4


def test_tokens_come_as_often_as_they_are_likely() -> None:
    sampler = Sampler(Sampling(temperature=1, seed=5))
    logits = torch.tensor([0.1, 0.2, 0.0, 0.7]).log()
    drawn = torch.tensor([sampler.pick(logits) for _ in range(4000)]).bincount(minlength=4)
    assert torch.allclose(drawn / 4000, logits.exp(), atol=0.03)
    assert drawn[2] == 0


def test_a_sampler_picks_the_same_alone_and_in_a_batch() -> None:
    samplings = [Sampling(temperature=float(row), seed=row, top_p=0.9) for row in range(4)]
    together, _ = pick_each(LOGITS, [Sampler(sampling) for sampling in samplings])
    alone = [Sampler(sampling).pick(row) for sampling, row in zip(samplings, LOGITS, strict=True)]
    assert together == alone


def test_seeds_that_share_their_low_bits_are_different_seeds() -> None:
    one, other = Sampler(Sampling(seed=7)), Sampler(Sampling(seed=7 + 2**32))
    assert one.threshold() != other.threshold()


def test_a_fork_of_a_sampler_draws_what_the_sampler_will_draw() -> None:
    sampler = Sampler(Sampling(temperature=1.0, seed=3))
    sampler.threshold()
    fork = sampler.fork()
    numbers = [fork.threshold() for _ in range(4)]
    sampler.skip(1)
    assert [sampler.threshold() for _ in range(3)] == numbers[1:]


def test_a_sampler_that_comes_twice_picks_one_token_after_the_other() -> None:
    logits = torch.randn(3, 50)
    one, other = Sampler(Sampling(temperature=1.0)), Sampler(Sampling(temperature=1.0))
    assert pick_each(logits, [one] * 3)[0] == [other.pick(row) for row in logits]


def test_top_k_comes_before_top_p() -> None:
    logits = torch.tensor([[0.4, 0.3, 0.2, 0.1]]).log()
    # Of the two likeliest, .4 of .7 is more than half; of all four, .4 alone would not be.
    warped = warp(logits, [Sampling(temperature=1.0, top_k=2, top_p=0.5)])
    assert warped.isfinite().tolist() == [[True, False, False, False]]
    assert warp(logits, [Sampling(temperature=1.0, top_p=0.5)]).isfinite().tolist() == [[True, True, False, False]]


def test_a_token_without_mass_is_not_drawn_even_by_a_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sampler, "threshold", lambda self: 0.0)
    assert Sampler(Sampling(temperature=1.0)).pick(torch.tensor([-torch.inf, 0.0, 0.0])) == 1
