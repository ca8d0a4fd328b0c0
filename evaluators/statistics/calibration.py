"""The calibration of confidences: if what is said with 70 % confidence is right in 70 % of cases."""

from collections.abc import Sequence
from statistics import fmean
from typing import Final, NamedTuple

from ...agents.errors import BadData

BINS: Final = 10


class Bin(NamedTuple):
    """The answers whose confidence is in [low, high), of the last bin high too: how many, how sure, how often right.

    >>> Bin(0.8, 0.9, 10, 0.85, 0.7).gap
    0.15000000000000002
    """

    low: float
    high: float
    answers: int
    confidence: float
    accuracy: float

    @property
    def gap(self) -> float:
        """Confidence minus accuracy; above 0 it is too sure."""
        return self.confidence - self.accuracy


def reliability_bins(confidences: Sequence[float], right: Sequence[float], bins: int = BINS) -> list[Bin]:
    """The bins of equal width that hold any answers. Raises `BadData` for what is no probability, or no pairs.

    >>> [(one.answers, one.confidence, one.accuracy) for one in reliability_bins([0.25, 0.95, 0.95], [0, 1, 0])]
    [(1, 0.25, 0.0), (2, 0.95, 0.5)]
    """
    checked(confidences, right)
    held: dict[int, list[int]] = {}
    for place, confidence in enumerate(confidences):
        held.setdefault(min(bins - 1, int(confidence * bins + 1e-9)), []).append(place)
    return [
        Bin(
            low=at / bins,
            high=(at + 1) / bins,
            answers=len(held[at]),
            confidence=fmean(confidences[place] for place in held[at]),
            accuracy=fmean(right[place] for place in held[at]),
        )
        for at in sorted(held)
    ]


def expected_calibration_error(found: Sequence[Bin]) -> float | None:
    """The mean distance of confidence and accuracy over bins, by their counts; None without any.

    With few answers in a bin its accuracy is noise, which adds to the error: read it with the counts.

    >>> expected_calibration_error(reliability_bins([0.25, 0.95, 0.95], [0, 1, 0]))
    0.3833333333333333
    """
    total = sum(one.answers for one in found)
    return sum(one.answers * abs(one.gap) for one in found) / total if total else None


def brier(confidences: Sequence[float], right: Sequence[float]) -> float | None:
    """The mean squared distance of a confidence from 1 if right and 0 if wrong, Brier 1950; None without any.

    >>> brier([1.0, 0.5], [1, 0])
    0.125
    """
    checked(confidences, right)
    return fmean((one - hit) ** 2 for one, hit in zip(confidences, right, strict=True)) if confidences else None


def checked(confidences: Sequence[float], right: Sequence[float]) -> None:
    """Raise `BadData` unless there is a confidence from 0 to 1 for each answer."""
    if len(confidences) != len(right) or not all(0 <= one <= 1 for one in confidences):
        raise BadData(
            f"calibration: {len(confidences)} confidences, {len(right)} answers. Give each a confidence from 0 to 1."
        )
