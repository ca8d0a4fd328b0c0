"""Distributions rebuilt from what was listed."""

from math import exp, log

import pytest
import torch
from symposia.agents.models.served.listed import Listed

HALVES = Listed.of({3: log(0.5), 0: log(0.25)}, top=2)


def test_unlisted_tokens_share_the_rest_evenly() -> None:
    logits = HALVES.logits(5)
    assert logits.exp().tolist() == pytest.approx([0.25, 1 / 12, 1 / 12, 0.5, 1 / 12])
    assert HALVES.tail == pytest.approx(0.25)


def test_no_share_exceeds_the_least_listed() -> None:
    """A vocabulary of three has one token left, which cannot have more than the second likeliest."""
    assert Listed.of({0: log(0.4), 1: log(0.1)}, top=2).logits(3)[2] == pytest.approx(log(0.1))


def test_bounds_hold_what_was_listed_exactly_and_nothing_above_the_floor_else() -> None:
    lower, upper = HALVES.bounds(4)
    assert lower.exp().tolist() == pytest.approx([0.25, 0.0, 0.0, 0.5])
    assert upper.exp().tolist() == pytest.approx([0.25, 0.25, 0.25, 0.5])


def test_padding_counts_as_listed_and_is_not_shown() -> None:
    listed = Listed.of({9: log(0.5), 1: log(0.3)}, top=2)
    assert listed.tail == pytest.approx(0.2)
    assert listed.logits(2).exp().tolist() == pytest.approx([0.2, 0.3])


def test_more_tokens_leave_less_to_share_and_the_floor_as_it_was() -> None:
    more = HALVES.with_more({1: log(0.2), 3: log(0.9)})
    assert exp(more.logprobs[3]) == pytest.approx(0.5)
    assert (more.floor, round(more.tail, 6)) == (HALVES.floor, 0.05)
    assert more.logits(3).exp()[2] == pytest.approx(0.05)


def test_all_tokens_leave_none() -> None:
    logits = Listed.of({0: log(0.5), 1: log(0.5), 2: -9999.0}, top=None).logits(3)
    assert torch.equal(logits, torch.tensor([log(0.5), log(0.5), -9999.0]))
