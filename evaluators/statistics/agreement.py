"""The agreement of a judge with labels, and means that are corrected by it.

Raw agreement flatters a judge (two who always say yes agree), so Cohen's kappa stands beside it. Corrections: Rogan and
Gladen 1978, and the prediction-powered mean of Angelopoulos et al. 2023 (https://arxiv.org/abs/2301.09633).
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from math import sqrt
from statistics import NormalDist, fmean, variance

from ...agents.errors import BadData
from .intervals import Interval


def cohen_kappa(judged: Sequence[Hashable], labels: Sequence[Hashable], confidence: float = 0.95) -> Interval:
    """Cohen's kappa, (agreement - chance) / (1 - chance), with the interval of Fleiss, Cohen and Everitt 1969.

    None where chance alone agrees always, as for one label only.
    """
    if len(judged) != len(labels) or not judged:
        raise BadData(f"kappa: {len(judged)} verdicts and {len(labels)} labels. Give one label for each verdict.")
    size = len(judged)
    cells = {pair: count / size for pair, count in Counter(zip(judged, labels, strict=True)).items()}
    rows, columns = Counter(judged), Counter(labels)
    one = {name: count / size for name, count in rows.items()}
    two = {name: count / size for name, count in columns.items()}
    agreed = sum(share for (row, column), share in cells.items() if row == column)
    chance = sum(one[name] * two.get(name, 0.0) for name in one)
    if chance == 1:
        return Interval(None, None, None)
    kappa = (agreed - chance) / (1 - chance)
    spread = sum(
        share * (1 - (one.get(row, 0.0) + two.get(row, 0.0)) * (1 - kappa)) ** 2
        for (row, column), share in cells.items()
        if row == column
    )
    spread += (1 - kappa) ** 2 * sum(
        share * (two.get(row, 0.0) + one.get(column, 0.0)) ** 2
        for (row, column), share in cells.items()
        if row != column
    )
    spread -= (kappa - chance * (1 - kappa)) ** 2
    half = NormalDist().inv_cdf((1 + confidence) / 2) * sqrt(max(0.0, spread) / size) / (1 - chance)
    return Interval(kappa, max(-1.0, kappa - half), min(1.0, kappa + half))


def rogan_gladen(judged: float, sensitivity: float, specificity: float) -> float:
    """The share of right answers behind a judged one: (p + q0 - 1) / (q0 + q1 - 1), within [0, 1].

    `sensitivity` q1 is how often the judge passes a right answer, `specificity` q0 how often it fails a wrong one.
    Raises `BadData` for a judge no better than chance, q0 + q1 <= 1.

    >>> round(rogan_gladen(0.70, 0.90, 0.80), 6), rogan_gladen(0.20, 0.90, 0.80)
    (0.714286, 0.0)
    """
    power = sensitivity + specificity - 1
    if power <= 0:
        raise BadData(
            f"Rogan-Gladen: sensitivity {sensitivity:g} and specificity {specificity:g} make a judge no better than "
            "chance, so nothing can be corrected. Use a judge whose two rates add up to more than 1."
        )
    return min(1.0, max(0.0, (judged + specificity - 1) / power))


def rogan_gladen_interval(
    judged: tuple[int, int], right: tuple[int, int], wrong: tuple[int, int], confidence: float = 0.95
) -> Interval:
    """The corrected share with limits that hold the variance of the test and of the calibration set (delta method).

    Each pair is (passed by the judge, all): of the test answers, of the right and of the wrong calibration answers.
    """
    shares = [passed / total for passed, total in (judged, right, wrong)]
    p, q1, q0 = shares[0], shares[1], 1 - shares[2]
    value = rogan_gladen(p, q1, q0)
    power = q1 + q0 - 1
    raw = (p + q0 - 1) / power
    variances = [share * (1 - share) / total for share, (_, total) in zip(shares, (judged, right, wrong), strict=True)]
    error = sqrt(variances[0] + raw**2 * variances[1] + (1 - raw) ** 2 * variances[2]) / power
    half = NormalDist().inv_cdf((1 + confidence) / 2) * error
    return Interval(value, max(0.0, value - half), min(1.0, value + half))


def powered_mean(
    judged: Sequence[float], labels: Sequence[float], judged_labelled: Sequence[float], confidence: float = 0.95
) -> Interval:
    """The prediction-powered mean: mean of the judge over all + mean of (label - judge) over the labelled part.

    `judged` are the verdicts on answers without a label, `judged_labelled` those on the labelled ones, in the order of
    `labels`. Raises `BadData` for fewer than two of either.
    """
    if len(labels) != len(judged_labelled) or min(len(labels), len(judged)) < 2:
        raise BadData(
            f"powered mean: {len(judged)} verdicts, {len(labels)} labels with {len(judged_labelled)} verdicts. Give at "
            "least two verdicts and two labels, with one verdict for each label."
        )
    gaps = [label - said for label, said in zip(labels, judged_labelled, strict=True)]
    value = fmean(judged) + fmean(gaps)
    half = NormalDist().inv_cdf((1 + confidence) / 2) * sqrt(
        variance(judged) / len(judged) + variance(gaps) / len(gaps)
    )
    return Interval(value, value - half, value + half)
