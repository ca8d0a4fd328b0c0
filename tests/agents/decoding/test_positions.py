"""Positions of several texts: what one alone would have."""

import pytest
import torch
from symposia.agents import Sampling
from symposia.agents.decoding.positions import Position, Positions
from symposia.agents.models.sampling import Sampler, pick_each

LOGITS = torch.randn((5, 40), generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("temperature", [0.0, 0.7])
@pytest.mark.parametrize("top_p", [1.0, 0.6])
def test_a_position_among_others_is_picked_as_alone(temperature: float, top_p: float) -> None:
    samplings = [Sampling(temperature=temperature, top_p=top_p, seed=seed) for seed in range(5)]
    positions = Positions(LOGITS, samplings)
    for row, sampling in enumerate(samplings):
        sampler = Sampler(sampling)
        alone = Sampler(sampling)
        for _ in range(3):
            (token,), (logprob,) = pick_each(LOGITS[row : row + 1], (alone,))
            assert Position(positions, row).pick(sampler) == (token, logprob)
        assert Position(positions, row).top == float(LOGITS[row].softmax(-1).max())


def test_nothing_is_drawn_for_a_position_that_is_only_looked_at() -> None:
    sampler, same = Sampler(Sampling(temperature=1.0)), Sampler(Sampling(temperature=1.0))
    assert Position(Positions(LOGITS, [Sampling(temperature=1.0)] * 5), 2).top < 1
    assert sampler.threshold() == same.threshold()
