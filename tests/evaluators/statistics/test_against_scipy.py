"""Our statistics are those of scipy and statsmodels, where they have them; the written numbers are theirs.

Those that use a library are skipped where it is absent; the written numbers hold without.
"""

import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
from symposia.evaluators.statistics.error_correlation import error_pairs
from symposia.evaluators.statistics.intervals import mean_interval, wilson
from symposia.evaluators.statistics.latency import percentile
from symposia.evaluators.statistics.power import needed, smallest
from symposia.evaluators.statistics.resampling import cluster_bootstrap, permutation_test
from symposia.evaluators.statistics.significance import benjamini_hochberg, difference, holm, mcnemar
from symposia.evaluators.statistics.student_t import quantile
from symposia.evaluators.statistics.win_matrix import WinCounts

HERE = Path("/work/statsdeps")
P_VALUES = {"a": 0.001, "b": 0.04, "c": 0.03, "d": 0.005, "e": 0.8, "f": 0.03}


def library(name: str) -> Any:
    """A module of scipy or statsmodels; from a folder of their own where they are not installed."""
    if HERE.is_dir() and str(HERE) not in sys.path:
        sys.path.append(str(HERE))
    return pytest.importorskip(name, reason="compares with scipy and statsmodels, which are not installed")


def drawn(count: int, seed: int = 0) -> tuple[list[float], list[float]]:
    random = Random(seed)
    before = [random.random() for _ in range(count)]
    return before, [min(1.0, max(0.0, one + random.gauss(0.05, 0.2))) for one in before]


@pytest.mark.parametrize(("right", "trials"), [(9, 57), (0, 10), (10, 10), (511, 1000)])
def test_wilsons_interval_is_that_of_statsmodels(right: int, trials: int) -> None:
    low, high = library("statsmodels.stats.proportion").proportion_confint(right, trials, method="wilson")
    found = wilson(right, trials)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-12), pytest.approx(high, abs=1e-12))


@pytest.mark.parametrize(("fixed", "broken"), [(15, 6), (0, 10), (40, 41), (1, 0), (120, 80)])
def test_mcnemar_is_that_of_statsmodels_and_the_binomial_test(fixed: int, broken: int) -> None:
    table = library("statsmodels.stats.contingency_tables").mcnemar([[5, fixed], [broken, 5]], exact=True)
    p = library("scipy.stats").binomtest(fixed, fixed + broken).pvalue
    assert mcnemar(fixed, broken) == pytest.approx(table.pvalue, rel=1e-9)
    assert WinCounts("a", "b", fixed, 3, broken).p == pytest.approx(p, rel=1e-9)


def test_holm_and_benjamini_hochberg_are_those_of_statsmodels() -> None:
    multi = library("statsmodels.stats.multitest").multipletests
    for ours, name in ((holm, "holm"), (benjamini_hochberg, "fdr_bh")):
        theirs = multi(list(P_VALUES.values()), method=name)[1]
        assert list(ours(P_VALUES).values()) == pytest.approx(list(theirs), rel=1e-9)


def test_holm_and_benjamini_hochberg_of_six() -> None:
    assert [round(p, 6) for p in holm(P_VALUES).values()] == [0.006, 0.12, 0.12, 0.025, 0.8, 0.12]
    assert [round(p, 6) for p in benjamini_hochberg(P_VALUES).values()] == [0.006, 0.048, 0.045, 0.015, 0.8, 0.045]


@pytest.mark.parametrize("count", [5, 12])
def test_few_pairs_are_permuted_as_scipy_does(count: int) -> None:
    before, after = drawn(count)
    statistic = library("numpy").mean
    theirs = library("scipy.stats").permutation_test(
        ([b - a for a, b in zip(before, after, strict=True)],),
        statistic,
        permutation_type="samples",
        n_resamples=float("inf"),
    )
    assert permutation_test(before, after) == pytest.approx(theirs.pvalue, abs=1e-9)


def test_the_permutations_of_a_vector() -> None:
    assert permutation_test(*drawn(5)) == 0.875
    assert round(permutation_test(*drawn(12)), 6) == 0.564453


@pytest.mark.parametrize("freedom", [1, 3, 24, 199, 200, 500])
def test_students_quantile_is_that_of_scipy(freedom: int) -> None:
    assert quantile(0.95, freedom) == pytest.approx(library("scipy.stats").t.ppf(0.975, freedom), rel=1e-6)


def test_the_paired_difference_of_graded_scores_is_the_paired_t_interval() -> None:
    before, after = drawn(80)
    found = difference(before, after)
    theirs = library("scipy.stats").ttest_rel(after, before).confidence_interval(0.95)
    assert (found.low, found.high) == (pytest.approx(theirs.low, rel=1e-9), pytest.approx(theirs.high, rel=1e-9))


def test_a_clustered_interval_has_the_cluster_robust_error_of_statsmodels() -> None:
    values, clusters = drawn(80)[1], [n // 4 for n in range(80)]
    api = library("statsmodels.api")
    fitted = api.OLS(values, [1.0] * 80).fit(cov_type="cluster", cov_kwds={"groups": clusters, "use_correction": False})
    found = mean_interval(values, clusters)
    assert found.high is not None
    assert found.value is not None
    error = (found.high - found.value) / quantile(0.95, 19)
    assert error == pytest.approx(fitted.bse[0] * (20 / 19) ** 0.5, rel=1e-9)


def test_the_questions_that_a_difference_needs_are_those_of_statsmodels() -> None:
    solve = library("statsmodels.stats.power").NormalIndPower(ddof=0).solve_power
    for gap, variance in ((0.01, 0.2), (0.03, 0.1), (0.05, 0.3)):
        theirs = solve(gap / variance**0.5, alpha=0.05, power=0.8, ratio=0)
        assert needed(gap, variance) == -(-theirs // 1)
        assert smallest(needed(gap, variance), variance) == pytest.approx(gap, rel=1e-2)


def test_the_correlation_of_errors_is_pearsons() -> None:
    random = Random(0)
    one, other = ([float(random.random() < 0.6) for _ in range(50)] for _ in range(2))
    theirs = library("scipy.stats").pearsonr(one, other).statistic
    assert error_pairs({"a": one, "b": other})[0].phi == pytest.approx(theirs, abs=1e-12)


@pytest.mark.parametrize("share", [0.0, 0.05, 0.5, 0.95, 1.0])
def test_percentiles_are_numpys(share: float) -> None:
    values = drawn(41)[0]
    assert percentile(values, share) == pytest.approx(library("numpy").quantile(values, share), abs=1e-12)


def test_the_bootstrap_is_near_that_of_scipy() -> None:
    values = drawn(300)[1]
    found = cluster_bootstrap(values)
    theirs = library("scipy.stats").bootstrap((values,), library("numpy").mean, method="percentile", rng=0)
    assert found.low == pytest.approx(theirs.confidence_interval.low, abs=0.002)
    assert found.high == pytest.approx(theirs.confidence_interval.high, abs=0.002)
