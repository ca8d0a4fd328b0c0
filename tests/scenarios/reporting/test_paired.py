"""What collaborating won over the best single model."""

from math import inf

import pytest
from symposia.evaluators.comparison import Comparison, ComparisonRow, Kind
from symposia.scenarios.reporting.paired import against_best, noted
from symposia.tests.support.samples import sample


def row(kind: Kind, *scores: float | None, clusters: str = "") -> ComparisonRow:
    named = clusters or [None] * len(scores)
    samples = [sample(score, cluster=cluster) for score, cluster in zip(scores, named, strict=True)]
    return ComparisonRow(f"the {kind}", kind, samples)


def test_the_headline_is_what_collaborating_won_over_the_best_single_model() -> None:
    protocol, best = row("protocol", 1, 1, 0, 0, 1, None), row("best_single", 0, 0, 0, 1, 1, 1)
    note, _ = noted(against_best(Comparison([protocol, best])))
    # Of three wrong answers two were fixed, of two right ones one was broken; the unscored question is left out.
    assert note.startswith("the protocol minus the best_single (best single by dev): +20.0 [")
    assert note.endswith(
        "] points over 5 questions; it fixed 66.7 % of what was wrong and broke 50.0 % of what was right."
    )


def test_p_values_are_adjusted_over_both_comparisons() -> None:
    protocol = row("protocol", *[1] * 8)
    rows = [protocol, row("best_single", *[0] * 6, 1, 1), row("equal_budget", *[0] * 3, *[1] * 5)]
    found = against_best(Comparison(rows))
    # 2 / 2^6 and 2 / 2^3; Holm doubles the smaller one.
    assert [(one.p, one.adjusted) for one in found] == [(0.03125, 0.0625), (0.25, 0.25)]
    assert noted(found)[-1] == (
        "p-values, two-sided, adjusted by Holm over 2: best single by dev 0.062 (0.031 by the exact McNemar test), "
        "equal tokens 0.25 (0.25 by the exact McNemar test)."
    )


def test_a_p_value_respects_clusters() -> None:
    protocol, best = row("protocol", *[1] * 6), row("best_single", *[0] * 6, clusters="aabbcc")
    (found,) = against_best(Comparison([protocol, best]))
    assert (found.test, found.p) == ("permutation", 0.25)


def test_nothing_is_compared_where_no_question_has_both_scores() -> None:
    found = against_best(Comparison([row("protocol", None, 1), row("best_single", 0, None)]))
    assert (found, noted(found)) == ([], [])


def test_points_and_what_was_right_are_of_the_range_of_scores() -> None:
    # From -5 to 5: 5 is right, 1 is not; a gain of 6 and a loss of 4 over 4 questions are 5 points of the range.
    protocol, best = row("protocol", 5, 1, 5, 5), row("best_single", -1, 5, 5, 5)
    found = against_best(Comparison([protocol, best]), (-5, 5))
    assert (found[0].value, found[0].fixed, found[0].broken) == (pytest.approx(0.5), 1.0, pytest.approx(1 / 3))
    assert noted(found, (-5, 5))[0].startswith("the protocol minus the best_single (best single by dev): +5.0 [")
    assert "] points of the range from -5 to 5 over 4 questions; it fixed 100.0 % of" in noted(found, (-5, 5))[0]


def test_scores_without_bounds_have_no_points_and_nothing_right() -> None:
    protocol, best = row("protocol", 300.0, 100.0), row("best_single", 100.0, 100.0)
    found = against_best(Comparison([protocol, best]), (-inf, inf))
    assert (found[0].value, found[0].fixed, found[0].broken) == (100.0, None, None)
    assert noted(found, (-inf, inf))[0] == (
        "the protocol minus the best_single (best single by dev): "
        "+100 [-1.17e+03, +1.37e+03] in score over 2 questions."
    )
