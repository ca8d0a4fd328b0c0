"""Numbers on answers that may be withheld, after AbstainQA (Feng et al. 2024, https://arxiv.org/abs/2402.00367).

Of all questions A are answered right, B are left out though the answer was right, C are answered wrong, D are left out
and the answer was wrong.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

BINS: Final = 10


@dataclass(frozen=True)
class Abstentions:
    """Counts of answered and left-out questions by whether their answer was right; ratios are None without a case.

    >>> counts = Abstentions.of(right=[1, 1, 0, 0], abstained=[0, 1, 0, 1])
    >>> counts.effective_reliability, counts.reliable_accuracy, counts.abstain_accuracy
    (0.0, 0.5, 0.5)
    """

    answered_right: int
    left_out_right: int
    answered_wrong: int
    left_out_wrong: int

    @classmethod
    def of(cls, right: Iterable[float], abstained: Iterable[float]) -> Self:
        """The counts of questions, given for each whether its answer was right and whether it was left out."""
        pairs = [(bool(one), bool(out)) for one, out in zip(right, abstained, strict=True)]
        return cls(*(pairs.count(one) for one in ((True, False), (True, True), (False, False), (False, True))))

    @property
    def count(self) -> int:
        """The number of questions."""
        return self.answered_right + self.left_out_right + self.answered_wrong + self.left_out_wrong

    @property
    def effective_reliability(self) -> float | None:
        """(A - C) / all: what a right answer earns and a wrong one costs, from -1 to 1."""
        return _ratio(self.answered_right - self.answered_wrong, self.count)

    @property
    def reliable_accuracy(self) -> float | None:
        """A / (A + C): the accuracy of what is answered."""
        return _ratio(self.answered_right, self.answered_right + self.answered_wrong)

    @property
    def abstain_accuracy(self) -> float | None:
        """(A + D) / all: how often answering, or leaving out, was right."""
        return _ratio(self.answered_right + self.left_out_wrong, self.count)

    @property
    def precision(self) -> float | None:
        """D / (B + D): the share of what is left out that would have been wrong."""
        return _ratio(self.left_out_wrong, self.left_out_right + self.left_out_wrong)

    @property
    def recall(self) -> float | None:
        """D / (C + D): the share of wrong answers that are left out."""
        return _ratio(self.left_out_wrong, self.answered_wrong + self.left_out_wrong)

    @property
    def rate(self) -> float | None:
        """(B + D) / all: the share that is left out."""
        return _ratio(self.left_out_right + self.left_out_wrong, self.count)


def expected_calibration_error(right: Sequence[float], confidence: Sequence[float], bins: int = BINS) -> float | None:
    """The mean distance of accuracy and confidence over bins of equal width, weighted by their counts; None for none.

    Confidences are first stretched to 0 to 1, from their least to their greatest, as AbstainQA does.

    >>> expected_calibration_error([1, 0], [0.9, 0.1])
    0.0
    """
    if not right:
        return None
    low, high = min(confidence), max(confidence)
    stretched = [(one - low) / (high - low) if high > low else one for one in confidence]
    filled: dict[int, list[tuple[float, float]]] = {}
    for one, sure in zip(right, stretched, strict=True):
        filled.setdefault(min(int(sure * bins), bins - 1), []).append((one, sure))
    gaps = [abs(sum(one - sure for one, sure in members)) for members in filled.values()]
    return sum(gaps) / len(right)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
