"""The test of two systems on the same questions that fits their scores."""

from collections.abc import Hashable, Sequence
from typing import Literal, NamedTuple

from .significance import mcnemar


class Tested(NamedTuple):
    """A two-sided p-value and the test that it is of.

    >>> paired_test([0, 0, 1, 1, 0], [1, 1, 1, 1, 1])
    Tested(p=0.25, test='mcnemar')
    """

    p: float
    test: Literal["mcnemar", "permutation"]


def paired_test(
    before: Sequence[float], after: Sequence[float], clusters: Sequence[Hashable | None] | None = None
) -> Tested:
    """The exact McNemar test where every score is 0 or 1 and every item stands alone, else the sign-flip test.

    McNemar's items are independent; those of a cluster are not, so their differences change sign together.
    """
    named = [cluster for cluster in clusters or () if cluster is not None]
    alone = len(set(named)) == len(named)
    if alone and len(before) == len(after) and all(score in (0, 1) for score in (*before, *after)):
        fixed = sum(one < two for one, two in zip(before, after, strict=True))
        broken = sum(one > two for one, two in zip(before, after, strict=True))
        return Tested(mcnemar(fixed, broken), "mcnemar")
    from .resampling import permutation_test  # numpy, which most runs do without

    return Tested(permutation_test(before, after, clusters), "permutation")
