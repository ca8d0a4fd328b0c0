"""pass@k: the probability that at least one of k programs passes, estimated without bias from n programs.

Chen et al. 2021, Evaluating Large Language Models Trained on Code, https://arxiv.org/abs/2107.03374
"""

from collections.abc import Iterable
from math import comb

from ...agents.errors import BadData


def pass_at_k(samples: int, passed: int, k: int) -> float:
    """1 - C(n - c, k) / C(n, k), for c of n samples that passed. Raises `BadData` for k above n.

    >>> round(pass_at_k(10, 3, 1), 4), round(pass_at_k(10, 3, 5), 4)
    (0.3, 0.9167)
    """
    if not 0 <= passed <= samples:
        raise BadData(f"pass@k: {passed} of {samples} samples passed. Give from 0 to {samples}.")
    if not 1 <= k <= samples:
        raise BadData(f"pass@{k}: there are {samples} samples. Give a k from 1 to {samples}.")
    return 1.0 - comb(samples - passed, k) / comb(samples, k)


def mean_pass_at_k(counts: Iterable[tuple[int, int]], k: int) -> float:
    """The mean of pass@k over items, each given as its samples and how many passed. Raises `BadData` for none.

    >>> mean_pass_at_k([(2, 2), (2, 0)], 1)
    0.5
    """
    values = [pass_at_k(samples, passed, k) for samples, passed in counts]
    if not values:
        raise BadData("pass@k: no items. Give at least one.")
    return sum(values) / len(values)
