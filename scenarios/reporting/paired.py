"""The protocol against the best single model, question by question: differences, and p-values adjusted by Holm."""

from collections.abc import Sequence
from math import isfinite
from typing import Any, Final, Literal, NamedTuple

from ...agents.frozen import Frozen
from ...evaluators.comparison import Comparison, ComparisonRow, Kind
from ...evaluators.grading import RANGE
from ...evaluators.statistics.complementarity import break_rate, fix_rate
from ...evaluators.statistics.paired import paired_test
from ...evaluators.statistics.significance import difference, holm
from .tables import KINDS

AGAINST: Final[tuple[Kind, ...]] = ("best_single", "equal_budget")
TESTS: Final = {"mcnemar": "exact McNemar test", "permutation": "paired permutation test"}
Bounds = tuple[float, float]


class PairedRow(Frozen):
    """The paired difference in score, protocol minus the system `name`, over the questions that both have scored.

    `fixed` is the share that the protocol has right of what the other has wrong, `broken` the share that it has wrong
    of what the other has right; None where there is nothing. `p` is two-sided; `adjusted` is by Holm.

    >>> from symposia.evaluators.sample import Sample
    >>> right, wrong = (Sample(id="1", question="2 + 2?", output="4", score=score) for score in (1.0, 0.0))
    >>> rows = [ComparisonRow("debate", "protocol", [right] * 6), ComparisonRow("amber", "best_single", [wrong] * 6)]
    >>> [(row.name, row.value, row.p) for row in against_best(Comparison(rows))]
    [('amber', 1.0, 0.03125)]
    """

    protocol: str
    name: str
    kind: Kind
    questions: int
    value: float
    low: float | None
    high: float | None
    fixed: float | None
    broken: float | None
    test: Literal["mcnemar", "permutation"]
    p: float
    adjusted: float


class Pairs(NamedTuple):
    """The scores of two systems on the questions that both have one for, and their clusters.

    >>> Pairs([0.0], [1.0], [None]).after
    [1.0]
    """

    before: list[float]
    after: list[float]
    clusters: list[str | None]


def against_best(comparison: Comparison, bounds: Bounds = RANGE) -> list[PairedRow]:
    """The protocol's comparisons with the best single model, and with it at equal cost; scores are within `bounds`."""
    found = [row for kind in AGAINST if (row := comparison.row(kind)) is not None]
    rows = [one for row in found if (one := paired(comparison.rows[0], row, bounds)) is not None]
    adjusted = holm({row.kind: row.p for row in rows})
    return [row.model_copy(update={"adjusted": adjusted[row.kind]}) for row in rows]


def paired(protocol: ComparisonRow, other: ComparisonRow, bounds: Bounds) -> PairedRow | None:
    """The comparison of two systems, its p-value not adjusted yet; None without common scored questions."""
    pairs = pairs_of(protocol, other, bounds)
    if not pairs.before:
        return None
    size = span(bounds) or 1.0
    gap, tested = difference(*pairs), paired_test(*pairs)
    return PairedRow(
        protocol=protocol.name,
        name=other.name,
        kind=other.kind,
        questions=len(pairs.before),
        value=size * (gap.value or 0.0),
        low=None if gap.low is None else size * gap.low,
        high=None if gap.high is None else size * gap.high,
        **changes(pairs, bounds),
        test=tested.test,
        p=tested.p,
        adjusted=tested.p,
    )


def pairs_of(protocol: ComparisonRow, other: ComparisonRow, bounds: Bounds) -> Pairs:
    """The scores that both systems have, from 0 to 1 over their range; as they are where the range has no end."""
    low, size = (bounds[0] if span(bounds) else 0.0), span(bounds) or 1.0
    both = [
        ((one.score - low) / size, (two.score - low) / size, one.cluster)
        for one, two in zip(other.samples, protocol.samples, strict=True)
        if one.score is not None and two.score is not None
    ]
    return Pairs([one for one, _, _ in both], [two for _, two, _ in both], [cluster for _, _, cluster in both])


def span(bounds: Bounds) -> float | None:
    """The size of a range; None where it has no end."""
    size = bounds[1] - bounds[0]
    return size if isfinite(size) else None


def changes(pairs: Pairs, bounds: Bounds) -> dict[str, Any]:
    """The shares fixed and broken; an answer is right at the top of the range, so without one there are none."""
    if span(bounds) is None:
        return {"fixed": None, "broken": None}
    rates = {"fixed": fix_rate, "broken": break_rate}
    return {name: rate(pairs.before, pairs.after).value for name, rate in rates.items()}


def noted(rows: Sequence[PairedRow], bounds: Bounds = RANGE) -> list[str]:
    """The report's notes on these comparisons: one each, and one on their p-values."""
    return [*(headline(row, bounds) for row in rows), *([p_values(rows)] if rows else [])]


def headline(row: PairedRow, bounds: Bounds) -> str:
    """The note on a paired difference, in points of the range, with the shares fixed and broken."""
    start = f"{row.protocol} minus {row.name} ({KINDS[row.kind]}): "
    size = span(bounds)
    if size is None:
        return f"{start}{points(row, 1.0, '+.3g')} in score over {row.questions} questions."
    of = "" if bounds == RANGE else f" of the range from {bounds[0]:g} to {bounds[1]:g}"
    return (
        f"{start}{points(row, 100 / size)} points{of} over {row.questions} questions; "
        f"it fixed {percent(row.fixed)} of what was wrong and broke {percent(row.broken)} of what was right."
    )


def points(row: PairedRow, factor: float, form: str = "+.1f") -> str:
    """A difference with its interval as text, times a factor."""
    if row.low is None or row.high is None:
        return "unknown"
    return f"{factor * row.value:{form}} [{factor * row.low:{form}}, {factor * row.high:{form}}]"


def percent(share: float | None) -> str:
    """A share in percent."""
    return "none" if share is None else f"{100 * share:.1f} %"


def p_values(rows: Sequence[PairedRow]) -> str:
    """The note on p-values: adjusted, and as each test gave it."""
    each = [f"{KINDS[row.kind]} {shown(row.adjusted)} ({shown(row.p)} by the {TESTS[row.test]})" for row in rows]
    return f"p-values, two-sided, adjusted by Holm over {len(rows)}: {', '.join(each)}."


def shown(p: float) -> str:
    """A p-value as text."""
    return f"{p:.2g}" if p >= 0.0001 else "below 0.0001"
