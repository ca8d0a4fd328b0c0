"""How far apart the writers of a token were, and what each gave it."""

from math import log

import pytest
import torch
from symposia.agents.decoding.divergence import compared


def logits(*texts: tuple[tuple[float, ...], ...]) -> torch.Tensor:
    """Logits from probabilities, by text and peer."""
    return torch.tensor(texts).log()


def test_peers_that_agree_are_not_apart_and_peers_that_share_nothing_are_log_two_apart() -> None:
    agree, differ = ((0.5, 0.5, 0.0), (0.5, 0.5, 0.0)), ((1.0, 0.0, 0.0), (0.0, 0.0, 1.0))
    _, apart = compared(logits(agree, differ), [0, 2])
    assert apart == pytest.approx([0.0, log(2)], abs=1e-6)


def test_each_peer_gave_the_token_so_much() -> None:
    given, apart = compared(logits(((0.75, 0.25), (0.25, 0.75))), [1])
    assert given[0] == pytest.approx([log(0.25), log(0.75)])
    # H(1/2, 1/2) - H(3/4, 1/4) = log 2 - .562335
    assert apart == pytest.approx([0.130812], abs=1e-6)


def test_it_does_not_matter_by_how_much_logits_are_shifted() -> None:
    rows = logits(((0.75, 0.25), (0.25, 0.75)))
    assert compared(rows + 7, [0])[1] == pytest.approx(compared(rows, [0])[1], abs=1e-6)


def test_a_peer_alone_is_not_apart() -> None:
    assert compared(logits(((0.75, 0.25),)), [0])[1] == [0.0]
