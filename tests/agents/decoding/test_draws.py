"""Draws of a member and its token by one random number."""

from collections import Counter
from itertools import product

import pytest
import torch
from symposia.agents import Sampling
from symposia.agents.decoding.draws import drawn
from symposia.agents.models.sampling import draw_at

WEIGHTS = (0.25, 0.75)
MEMBERS = torch.tensor([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]]).log()
TEMPERED = Sampling(temperature=1.0)


def tokens(numbers: list[float], weights: tuple[float, ...], members: torch.Tensor) -> list[int]:
    """The tokens of these random numbers."""
    draws = [drawn(number, weights) for number in numbers]
    logits = torch.stack([members[member] for member, _ in draws])
    found: list[int] = draw_at(logits, [TEMPERED] * len(draws), [threshold for _, threshold in draws]).tolist()
    return found


def uniform(count: int, seed: int) -> list[float]:
    found: list[float] = torch.rand(count, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).tolist()
    return found


def chi_square(counts: Counter[object], expected: dict[object, float]) -> float:
    """How far counts are from these probabilities."""
    total = counts.total()
    return sum((counts[of] - total * share) ** 2 / (total * share) for of, share in expected.items())


@pytest.mark.parametrize(
    ("number", "member", "threshold", "token"),
    [(0.05, 0, 0.2, 0), (0.2, 0, 0.8, 1), (0.3, 1, 0.066667, 0), (0.6, 1, 0.466667, 2), (0.99, 1, 0.986667, 2)],
)
def test_one_number_draws_a_member_and_its_token(number: float, member: int, threshold: float, token: int) -> None:
    assert drawn(number, WEIGHTS) == (member, pytest.approx(threshold, abs=1e-6))
    assert tokens([number], WEIGHTS, MEMBERS) == [token]


@pytest.mark.parametrize(
    ("number", "weights", "member"),
    [(0.0, (0.0, 1.0), 1), (0.999, (1.0, 0.0), 0), (0.25, WEIGHTS, 1), (1 - 2**-53, (0.1,) * 10, 9)],
)
def test_a_member_without_weight_is_never_drawn(number: float, weights: tuple[float, ...], member: int) -> None:
    index, threshold = drawn(number, weights)
    assert index == member
    assert 0 <= threshold < 1


def test_tokens_have_the_law_of_the_mean() -> None:
    counts: Counter[object] = Counter(tokens(uniform(20_000, 1), WEIGHTS, MEMBERS))
    assert chi_square(counts, {0: 0.25, 1: 0.275, 2: 0.475}) < 13.816  # 0.1 % at two degrees of freedom


def test_texts_have_the_law_of_the_mean_and_those_of_one_writer_each_have_not() -> None:
    members = torch.tensor([[0.9, 0.1], [0.1, 0.9]]).log()
    expected: dict[object, float] = dict.fromkeys(product((0, 1), repeat=2), 0.25)
    first, second = (tokens(uniform(20_000, seed), (0.5, 0.5), members) for seed in (1, 2))
    assert chi_square(Counter(zip(first, second, strict=True)), expected) < 16.266  # 0.1 % at three
    writers = [drawn(number, (0.5, 0.5))[0] for number in uniform(20_000, 3)]
    same = [
        tuple(draw_at(members[[writer, writer]], [TEMPERED] * 2, uniform(2, 10 + text)).tolist())
        for text, writer in enumerate(writers)
    ]
    counts: Counter[object] = Counter(same)
    assert chi_square(counts, expected) > 1000
    assert counts[0, 0] / 20_000 == pytest.approx(0.41, abs=0.02)
