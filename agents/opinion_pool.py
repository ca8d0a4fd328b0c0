"""Opinion pools: one distribution over options from those of several (Genest and Zidek 1986)."""

from collections.abc import Sequence
from math import exp

from .listed_options import shares


def pooled(table: Sequence[Sequence[float]], weights: Sequence[float], of: str = "logs") -> list[float]:
    """The probabilities of the pool, from log-probabilities, one row a member; rounded, so that equal ones are ties.

    >>> from math import log
    >>> pooled([[log(0.6), log(0.4)]] * 2, (1, 1)), pooled([[log(0.6), log(0.4)]] * 2, (1, 1), "probabilities")
    ([0.692307692, 0.307692308], [0.6, 0.4])
    """
    columns = list(zip(*table, strict=True))
    if of == "probabilities":
        whole = sum(weights)
        return [
            round(sum(w * exp(one) for w, one in zip(weights, column, strict=True)) / whole, 9) for column in columns
        ]
    summed = [sum(w * one for w, one in zip(weights, column, strict=True)) for column in columns]
    return [round(exp(one), 9) for one in shares(summed)]
